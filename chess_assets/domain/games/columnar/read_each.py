"""A reader of one value, used on a whole column: each distinct value is read once."""

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from chess_assets.domain.games.columnar.arrays import Bools
from chess_assets.domain.games.faults import Untypable
from chess_assets.domain.games.fens import parse_start_fen

_Value = TypeVar("_Value", bound=Hashable)
_Typed = TypeVar("_Typed")


def read_each(
    read: Callable[[_Value], _Typed], values: Sequence[_Value | None], is_fit: Bools
) -> list[_Typed | None]:
    """Return what `read` makes of each value; null is null.

    Args:
        read: raises Untypable for what it can't read.
        values: one a game.
        is_fit: one flag a game; those of values that can't be read become false.
    """
    typed: dict[_Value | None, _Typed | None] = {None: None}
    refused = set()
    for value in dict.fromkeys(values):
        if value is not None:
            try:
                typed[value] = read(value)
            except Untypable:
                refused.add(value)
                typed[value] = None
    if refused:
        is_fit &= [value not in refused for value in values]
    return [typed[value] for value in values]


def read_start_fens(name: str, fens: Sequence[str | None], is_fit: Bools) -> list[str | None]:
    """Return the start positions that FENs name; `name` says what they are called."""

    def read(fen: str) -> str | None:
        return parse_start_fen(name, fen)

    return read_each(read, fens, is_fit)
