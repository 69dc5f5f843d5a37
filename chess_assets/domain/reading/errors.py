"""What readers of the lake can be refused, each said in one sentence."""


class ReadingFailed(Exception):
    """Something that could not be read out of the lake; the message is a sentence for the user."""


class QueryFailed(ReadingFailed):
    """A query that has no answer."""


class NoGames(ReadingFailed):
    """There is nothing to export."""


class NotWritten(ReadingFailed):
    """A file that could not be written; what was there before is untouched."""


class NoLocation(ReadingFailed):
    """A table that other engines cannot reach where it is."""
