"""Results by time class and colour, and those of the variants."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.report.numbers.played import OTHER, TIME_CLASSES, chess_only
from chess_assets.domain.report.numbers.record import Record, records_by

_SHOWN_VARIANTS = 8


@dataclass(frozen=True, slots=True)
class ClassResults:
    """One time class's games of chess, rated or not, by the player's colour."""

    time_class: str
    white: Record
    black: Record

    @property
    def both(self) -> Record:
        """The two together."""
        return self.white + self.black


def class_results(games: pa.Table) -> list[ClassResults]:
    """Return the results of every time class with games of chess."""
    records = records_by(chess_only(games), ["time_class", "is_white"])
    return [
        ClassResults(
            name,
            white=records.get((name, True), Record()),
            black=records.get((name, False), Record()),
        )
        for name in (*TIME_CLASSES, OTHER)
        if (name, True) in records or (name, False) in records
    ]


def variant_results(games: pa.Table) -> list[tuple[str, Record]]:
    """Return the results of the most played variants, by the rules' name."""
    variants = games.filter(pc.not_equal(games["rules"], "chess"))
    records = records_by(variants, ["rules"])
    by_games = sorted(records.items(), key=lambda item: (-item[1].games, item[0]))
    return [(rules, record) for (rules,), record in by_games[:_SHOWN_VARIANTS]]
