"""The opening tree's biggest branches: colour, then family, then ECO code."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.report.numbers.played import chess_only
from chess_assets.domain.report.numbers.record import Record, records_by

_SHOWN_FAMILIES = 6
_SHOWN_LINES = 3
_LEAST_SHARE = 0.1  # of its family: a line rarer than that is no branch worth a row


@dataclass(frozen=True, slots=True)
class Line:
    """The games of a family that chess.com files under one ECO code.

    Attributes:
        eco: The code, "" where there is none.
        name: The variation most played under it, without the family's name in front.
        record: How they ended.
    """

    eco: str
    name: str
    record: Record


@dataclass(frozen=True, slots=True)
class Family:
    """An opening with its most played lines."""

    name: str
    record: Record
    lines: tuple[Line, ...]


@dataclass(slots=True)
class _Code:
    record: Record = field(default_factory=Record)
    names: Counter[str] = field(default_factory=Counter)


def opening_families(games: pa.Table, *, is_white: bool) -> list[Family]:
    """Return the families the player met most with one colour, by number of games."""
    chosen = chess_only(games)
    chosen = chosen.filter(
        pc.and_(pc.equal(chosen["is_white"], is_white), pc.is_valid(chosen["opening_family"]))
    )
    families: dict[str, dict[str, _Code]] = defaultdict(lambda: defaultdict(_Code))
    for (family, eco, opening), record in records_by(
        chosen, ["opening_family", "eco", "opening"]
    ).items():
        code = families[family][eco or ""]
        code.record += record
        code.names[opening or family] += record.games
    biggest = sorted((_family(name, codes) for name, codes in families.items()), key=_by_games)
    return biggest[:_SHOWN_FAMILIES]


def _family(name: str, codes: dict[str, _Code]) -> Family:
    record = sum((code.record for code in codes.values()), Record())
    lines = [Line(eco, _variation(name, code.names), code.record) for eco, code in codes.items()]
    branches = [line for line in lines if line.record.games >= _LEAST_SHARE * record.games]
    return Family(name, record, tuple(sorted(branches, key=_by_games)[:_SHOWN_LINES]))


def _variation(family: str, names: Counter[str]) -> str:
    """Return the commonest name without its family and kind; "" for the family's main line."""
    most = max(names.values())
    name = min(name for name, games in names.items() if games == most)
    return name.removeprefix(family).removesuffix("Variation").strip(" :,-")


def _by_games(branch: Family | Line) -> tuple[int, str]:
    return -branch.record.games, branch.name
