"""What can go wrong between chess.com and here, as types in two families.

Asking again may help with a `TransientError`, and is what `retrying` does; with a `PermanentError`
it can't. Which status or body means which error belongs in `statuses`, `transport` and `answers`.
"""

import re
from typing import ClassVar

from chess_assets.domain.chess_com.questions import Question

_SHOWN_LENGTH = 160
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f]+")


def shown(text: str) -> str:
    """Return text from outside as a message may show it: quoted, ASCII, one line, short."""
    line = _CONTROL.sub(" ", text[: 2 * _SHOWN_LENGTH]).strip()
    return ascii(line if len(line) <= _SHOWN_LENGTH else f"{line[:_SHOWN_LENGTH]}...")


class InvalidSetting(ValueError):
    """An address or a contact that no request can be made with."""


class ChessComError(Exception):
    """An answer that could not be had; its text says of what, why, and what to do.

    Attributes:
        question: what was asked.
        cause: what happened, without a full stop.
        attempts: how often it was asked.
        ends_run: whether asking for the player's other months is pointless too.
    """

    advice: ClassVar[str]
    ends_run: bool = False

    def __init__(self, question: Question, cause: str) -> None:
        super().__init__(question, cause)
        self.question = question
        self.cause = cause
        self.attempts = 1

    def __str__(self) -> str:
        times = f", {self.attempts} times" if self.attempts > 1 else ""
        return f"{self.question}: {self.cause}{times}. {self.advice}"


class TransientError(ChessComError):
    """A failure that may be gone when one asks again.

    Attributes:
        retry_after_s: how long chess.com asked to be left alone, if it did.
    """

    advice = "Run again later: only what is missing is fetched."
    retry_after_s: float | None = None


class PermanentError(ChessComError):
    """A failure that asking again does not mend."""


class Unreachable(TransientError):
    """No answer came: DNS, a refused or broken connection, a time-out."""

    advice = "Check the connection (DNS, proxy, certificates), then run again."


class IncompleteAnswer(TransientError):
    """The body ended before its end, or the compression around it is broken."""


class BadAnswer(TransientError):
    """A whole answer, but not what the API promises: HTML, broken JSON, another shape."""


class ServerFault(TransientError):
    """A status that blames the server (5xx) or its patience (408, 425)."""


class RateLimited(TransientError):
    """429: too many requests, or more than one at a time."""


class NotItsTurn(TransientError):
    """Others were asking for as long as one could wait; nothing was requested."""

    advice = "One request at a time: it is requested when the other run has ended."
    ends_run = True


class MonthUnavailable(TransientError):
    """404 for a month that nothing else speaks against; seen for single months, even for good."""

    advice = (
        "Such months often come back: run again later, only what is missing is fetched. "
        "A stored month stays as it is."
    )


class UnknownPlayer(PermanentError):
    """There is no player of this name."""

    advice = "Check the spelling; players can also rename themselves."
    ends_run = True


class PlayerRenamed(PermanentError):
    """chess.com leads from the name asked for to another one.

    Attributes:
        new_name: the name it leads to, in lower case.
    """

    ends_run = True

    def __init__(self, question: Question, cause: str, new_name: str) -> None:
        super().__init__(question, cause)
        self.args = (question, cause, new_name)  # what a copy is made from
        self.new_name = new_name

    @property
    def advice(self) -> str:  # type: ignore[override]  # it names the two players
        """What to do: the command compares the accounts before it moves anything."""
        old = self.question.player
        return (
            f"`chess-assets players rename {old} {self.new_name}` keeps what is stored of {old} "
            "and goes on under the new name, once it has seen that the account is the same."
        )


class OtherAccount(PermanentError):
    """The name is another account's than the one whose games are stored under it."""

    ends_run = True

    @property
    def advice(self) -> str:  # type: ignore[override]  # it names the player
        """What to do about a name that somebody else has now."""
        name = self.question.player
        return (
            "Nothing of it was stored, and what is stored stays as it is. If the player you follow "
            f"has a new name, run `chess-assets players rename {name} NEW_NAME`; to follow the "
            "account that has the name now beside the old games, give it another lake "
            "(CHESS_LAKE_URI)."
        )


class OtherDocument(PermanentError):
    """An answer, or a redirect, that is about another player or month than the one asked for."""

    advice = (
        "Nothing of it was stored. Check CHESS_COM_API_URL and what stands between here and "
        "chess.com (a proxy, a cache), then run again."
    )


class FutureMonth(PermanentError):
    """The month has not begun yet where chess.com is."""

    advice = (
        "Ask for a month that has begun in America/Los_Angeles, and check this machine's clock."
    )


class Forbidden(PermanentError):
    """401 or 403, from chess.com or from Cloudflare in front of it."""

    advice = (
        "chess.com wants contact information in the User-Agent: "
        "set CHESS_COM_CONTACT to an e-mail address or a user name."
    )
    ends_run = True


class Gone(PermanentError):
    """410: chess.com asks never to request this again."""

    advice = "chess.com will not offer it again: leave it out."


class NotFound(PermanentError):
    """404 with a message that names neither player nor month, such as for a wrong base URL."""

    advice = "Check CHESS_COM_API_URL."
    ends_run = True


class TooLarge(PermanentError):
    """A body above the cap, compressed or uncompressed."""

    advice = "No real month is near this size: check CHESS_COM_API_URL."


class RedirectRefused(PermanentError):
    """A redirect to another host, port or scheme, to nowhere, or one too many."""

    advice = "Only redirects inside the API are followed: check CHESS_COM_API_URL."


class UnexpectedStatus(PermanentError):
    """A status that chess.com's API does not use."""

    advice = "Check CHESS_COM_API_URL and what stands between here and chess.com."
