"""What a contestant has stored, and whether it is what chess.com has."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.contestants import Contestant, Place


@dataclass(frozen=True)
class Stored:
    """The state of a contestant's folder.

    Attributes:
        rows: Rows of the games' table.
        columns: Columns of it.
        bytes: Size of its files.
        all_bytes: Size of everything it keeps, its other tables and its bookkeeping included.
        lost: Games that chess.com shows and the table has not.
        doubled: Rows too many of games that it has.
        wrong: Games whose number of moves is not chess.com's; None where moves stay text.
    """

    rows: int
    columns: int
    bytes: int
    all_bytes: int
    lost: int
    doubled: int
    wrong: int | None


def stored(contestant: Contestant, place: Place, plies_by_game: Mapping[str, int]) -> Stored:
    """Read a contestant's games and compare them with the truth."""
    files = sorted(place.out.glob(contestant.games))
    rows: Counter[str] = Counter()
    wrong = 0
    columns = 0
    for path in files:
        file = pq.ParquetFile(path)
        columns = max(columns, len(file.schema_arrow))
        wanted = [contestant.key, *([contestant.moves] if contestant.moves else [])]
        table = file.read(wanted)
        keys = table[contestant.key].to_pylist()
        rows.update(keys)
        if contestant.moves:
            lengths = pc.list_value_length(table[contestant.moves]).to_pylist()
            plies = dict(zip(keys, lengths, strict=True))
            wrong += sum((plies[key] or 0) != plies_by_game.get(key) for key in keys)
    return Stored(
        rows=rows.total(),
        columns=columns,
        bytes=sum(path.stat().st_size for path in files),
        all_bytes=_size(place.folder),
        lost=len(plies_by_game.keys() - rows.keys()),
        doubled=rows.total() - len(rows),
        wrong=wrong if contestant.moves else None,
    )


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
