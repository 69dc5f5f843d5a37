"""What verifying files as they are read costs: `python -m benchmarks.verifying [FOLDER] [REPEATS]`.

Whole months of the corpus are stored in a folder, and read through the project's datasets and
through plain ones of pyarrow over the same files, which find no damage. CPU time of one process,
the median of REPEATS (5); the two take turns.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.dataset as pads

from benchmarks.compare import CORPUS
from benchmarks.parsing import months_of, raw_table
from benchmarks.taking_turns import cpu_s
from chess_assets.domain.games.parsed_games import parse_games
from chess_assets.domain.lake.parquet_file import encode
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.lake.read_partitions import open_dataset
from chess_assets.domain.months import Month
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import FolderStore

USER = "somebody"
_QUERIES: dict[str, Callable[[pads.Dataset], object]] = {
    "count of rows": lambda dataset: dataset.count_rows(),
    "one column": lambda dataset: dataset.to_table(["end_time"]),
    "all columns": lambda dataset: dataset.to_table(),
}


def plain_dataset(folder: Path, schema: TableSchema) -> pads.Dataset:
    """Return a dataset over the same files that verifies nothing."""
    return pads.dataset(folder / schema.name, format="parquet", partitioning="hive")


def row_of(store: FolderStore, schema: TableSchema, months: list[Month], repeats: int) -> list[str]:
    """Return the lines of a table of the corpus: each query's cost, verified and not."""
    folder = Path(store.uri)
    lines = []
    for name, query in _QUERIES.items():
        ways: dict[str, Callable[[pa.Table], object]] = {
            "verified": lambda _, query=query: query(
                open_dataset(store, schema, [(USER, month) for month in months])
            ),
            "plain": lambda _, query=query: query(plain_dataset(folder, schema)),
        }
        spent = cpu_s(ways, [schema.empty()], repeats)
        ratio = spent["verified"] / spent["plain"]
        cells = (1000 * spent["verified"], 1000 * spent["plain"], ratio)
        lines.append("| {}, {} | {:.1f} | {:.1f} | {:.2f} |".format(schema.name, name, *cells))
    return lines


def store_months(store: FolderStore, raw: list[pa.Table]) -> list[Month]:
    """Store the corpus as raw months and games; return the months."""
    months = [Month(2020 + number // 12, number % 12 + 1) for number in range(len(raw))]
    for month, rows in zip(months, raw, strict=True):
        for schema, table in (
            (RAW_PGN_ARCHIVES, rows),
            (GAMES, parse_games(rows, replayed_share=0).table),
        ):
            body = encode(schema.enforce(table), {})
            store.put(partition_path(schema.name, USER, month), body, if_match=None)
    return months


def main() -> None:
    """Print the table."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with TemporaryDirectory() as lake:
        store = FolderStore(Path(lake))
        months = store_months(store, list(map(raw_table, months_of(folder))))
        print("| | verified, CPU ms | plain, CPU ms | times |\n| --- | ---: | ---: | ---: |")
        for schema in (GAMES, RAW_PGN_ARCHIVES):
            print("\n".join(row_of(store, schema, months, repeats)))


if __name__ == "__main__":
    main()
