"""What the positions of a month cost: `python -m benchmarks.positions [FOLDER] [REPEATS]`.

A month's `games` goes in, its `positions` come out: as the project does it, and game by game with
python-chess (the project's other way, for what is unusual). Beside them the least that one can do
with python-chess, `push` and `fen()`, which gives one column of the nine that a board tells. CPU
time of one process, whole months of the corpus, the median of REPEATS (3); the ways take turns.
"""

import sys
from pathlib import Path

import chess
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.compare import CORPUS
from benchmarks.parsing import months_of, raw_table
from benchmarks.taking_turns import Ways, cpu_s
from chess_assets.domain.games import REPLAYED_SHARE
from chess_assets.domain.games.parsed_games import parse_games
from chess_assets.domain.games.replay import start_board
from chess_assets.domain.lake.parquet_file import encode
from chess_assets.domain.positions import positions_from_games
from chess_assets.domain.positions.one_by_one import replayed_one_by_one


def pushed(games: pa.Table) -> list[str]:
    """Return every FEN, by `push` and `fen()` alone: no legality, no other column."""
    fens = []
    for row in games.select(["rules", "initial_fen", "moves_uci"]).to_pylist():
        if row["moves_uci"] is None:
            continue
        board = start_board(row["rules"], row["initial_fen"])
        fens.append(board.fen())
        for uci in row["moves_uci"]:
            board.push(chess.Move.from_uci(uci))
            fens.append(board.fen())
    return fens


WAYS: Ways = {
    "by columns": lambda games: positions_from_games(games, 0),
    f"by columns, {REPLAYED_SHARE:.0%} replayed": positions_from_games,
    "one by one, every column": replayed_one_by_one,
    "push and fen() only": pushed,
}


def table_of(title: str, months: list[pa.Table], repeats: int) -> str:
    """Return a Markdown table of what each way costs, and what the files hold."""
    positions = [positions_from_games(month, 0) for month in months]
    count = sum(rows.num_rows for rows in positions)
    size = sum(len(encode(rows, {})) for rows in positions)
    seconds = cpu_s(WAYS, months, repeats)
    plain = seconds["push and fen() only"]
    rows = [
        f"| {name} | {1e6 * spent / count:,.1f} | {count / spent:,.0f} | {plain / spent:.1f} |"
        for name, spent in seconds.items()
    ]
    head = (
        f"**{title}**: {count:,} positions in {len(months)} months, {size / count:.1f} B each\n\n"
    )
    columns = "| | µs a position | positions a CPU second | times the speed of push and fen() |\n"
    return head + columns + "| --- | ---: | ---: | ---: |\n" + "\n".join(rows)


def main() -> None:
    """Print the tables."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    months = [parse_games(raw_table(games), replayed_share=0).table for games in months_of(folder)]
    if not months:
        sys.exit(f"There are no recorded months (*.json.gz) in {folder}.")
    standard = [month.filter(pc.equal(month["rules"], "chess")) for month in months]
    print(table_of("Standard chess", standard, repeats), end="\n\n")
    print(table_of("Every variant", months, repeats))


if __name__ == "__main__":
    main()
