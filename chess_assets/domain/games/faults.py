"""Why a game, or a part of it, could not be typed.

Readers raise `Untypable` with the reason; `Faults` gathers a game's reasons and makes its
`parse_error` of them. What is checked belongs in the readers.
"""

from collections.abc import Callable
from typing import TypeVar

MAX_SENTENCE_CHARS = 4_000
"""More than all the reasons that one game can have, so that none is cut off: about 30 of 120."""

_MAX_EXCERPT_CHARS = 40
_Typed = TypeVar("_Typed")


class Untypable(ValueError):
    """A value that does not fit its column; the message is a clause that says which and why."""


class Faults:
    """The reasons gathered while one game was typed."""

    def __init__(self) -> None:
        self._reasons: list[str] = []

    def note(self, reason: str) -> None:
        """Add one reason, a clause without a full stop."""
        self._reasons.append(reason)

    def attempt(self, read: Callable[..., _Typed], *arguments: object) -> _Typed | None:
        """Return what `read` makes of the arguments, or None where it can't, with the reason noted.

        A null argument gives None without a reason: there is nothing to type.
        """
        if any(argument is None for argument in arguments):
            return None
        try:
            return read(*arguments)
        except Untypable as fault:
            self.note(str(fault))
            return None

    def sentence(self) -> str | None:
        """Return the reasons as one sentence, each once; None without reasons."""
        if not self._reasons:
            return None
        reasons = "; ".join(dict.fromkeys(self._reasons))
        sentence = f"Not all of this game can be typed: {reasons}."
        if len(sentence) > MAX_SENTENCE_CHARS:
            return sentence[: MAX_SENTENCE_CHARS - 3] + "..."
        return sentence


def excerpt(value: object) -> str:
    """Return a value from outside as a short piece of ASCII that is safe in any message.

    Lists and objects are only named: they may be nested too deeply to be printed.
    """
    if isinstance(value, str):
        dots = "..." if len(value) > _MAX_EXCERPT_CHARS else ""
        return ascii(value[:_MAX_EXCERPT_CHARS]) + dots
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return ascii(value)[:_MAX_EXCERPT_CHARS]
