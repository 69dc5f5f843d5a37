"""What typing a month of games costs: `python -m benchmarks.parsing [FOLDER] [REPEATS]`.

A month's raw table goes in, its `games` table comes out: as the project does it, game by game
through python-chess (the project's other way, for what is unusual), and as a plain python-chess
visitor does it. CPU time of one process, whole months of the corpus, the median of REPEATS (5); the
three take turns, so that whatever else the machine does is in all of them.
"""

import gzip
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import chess
import chess.pgn
import pyarrow as pa

from benchmarks.compare import CORPUS
from benchmarks.taking_turns import Ways, cpu_s
from chess_assets.domain.games import REPLAYED_SHARE
from chess_assets.domain.games.one_by_one import typed_one_by_one
from chess_assets.domain.games.parsed_games import parse_games
from chess_assets.domain.raw_archives.merge import merge_answer
from chess_assets.domain.raw_archives.rows import raw_games

_CLOCK = re.compile(r"\[%clk (\d+):(\d\d):(\d\d)(?:\.(\d))?\]")


class PlainVisitor(chess.pgn.BaseVisitor["PlainVisitor"]):
    """What one writes who reads chess.com's PGN with python-chess and cares for speed."""

    def __init__(self) -> None:
        """Start a game."""
        self.tags: dict[str, str] = {}
        self.moves_san: list[str] = []
        self.moves_uci: list[str] = []
        self.clocks_ms: list[int] = []

    def visit_header(self, tagname: str, tagvalue: str) -> None:
        """Keep the tag."""
        self.tags[tagname] = tagvalue

    def parse_san(self, board: chess.Board, san: str) -> chess.Move:
        """Keep the SAN as it is written."""
        self.moves_san.append(san)
        return board.parse_san(san)

    def visit_move(self, board: chess.Board, move: chess.Move) -> None:  # noqa: ARG002 - overrides
        """Keep the move."""
        self.moves_uci.append(move.uci())

    def visit_comment(self, comment: str) -> None:
        """Keep the clock."""
        if clock := _CLOCK.search(comment):
            h, m, s, tenth = (int(part or 0) for part in clock.groups())
            self.clocks_ms.append(((h * 60 + m) * 60 + s) * 1000 + tenth * 100)

    def result(self) -> "PlainVisitor":
        """Return what was kept."""
        return self


def visited(raw: pa.Table) -> list[PlainVisitor | None]:
    """Read every PGN of a month with the plain visitor."""
    return [
        chess.pgn.read_game(io.StringIO(pgn), Visitor=PlainVisitor)
        for pgn in raw["pgn"].to_pylist()
        if pgn is not None
    ]


WAYS: Ways = {
    "by columns": lambda raw: parse_games(raw, replayed_share=0),
    f"by columns, {REPLAYED_SHARE:.0%} replayed": lambda raw: parse_games(
        raw, replayed_share=REPLAYED_SHARE
    ),
    "one by one": typed_one_by_one,
    "plain visitor": visited,
}


def months_of(folder: Path) -> Iterator[list[dict[str, Any]]]:
    """Return the games of each recorded month."""
    for path in sorted(folder.glob("*.json.gz")):
        yield json.loads(gzip.decompress(path.read_bytes()))["games"]


def raw_table(games: Iterable[dict[str, Any]]) -> pa.Table:
    """Return games as they are stored after the first answer."""
    at = datetime.now(UTC)
    return merge_answer(None, raw_games(games), fetched_at=at, last_fetched_at=None).table


def table_of(title: str, months: list[pa.Table], repeats: int) -> str:
    """Return a Markdown table of what each way costs."""
    games = sum(month.num_rows for month in months)
    seconds = cpu_s(WAYS, months, repeats)
    visitor, fastest = seconds["plain visitor"], seconds["by columns"]
    rows = [
        f"| {name} | {1e6 * spent / games:,.0f} | {visitor / spent:.1f} | {spent / fastest:.1f} |"
        for name, spent in seconds.items()
    ]
    head = f"**{title}**: {games:,} games in {len(months)} months\n\n"
    columns = "| | µs a game | times the plain visitor's speed | times the CPU by columns |\n"
    return head + columns + "| --- | ---: | ---: | ---: |\n" + "\n".join(rows)


def shares(months: list[list[dict[str, Any]]]) -> str:
    """Return how many games of each variant are typed by columns."""
    all_games, by_columns = Counter[str](), Counter[str]()
    for games in months:
        for rules in {game["rules"] for game in games}:
            of_rules = [game for game in games if game["rules"] == rules]
            all_games[rules] += len(of_rules)
            by_columns[rules] += parse_games(raw_table(of_rules), replayed_share=0).fast
    rows = [f"| {rules} | {n:,} | {by_columns[rules]:,} |" for rules, n in all_games.most_common()]
    return "| rules | games | typed by columns |\n| --- | ---: | ---: |\n" + "\n".join(rows)


def main() -> None:
    """Print the tables."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    months = list(months_of(folder))
    if not months:
        sys.exit(f"There are no recorded months (*.json.gz) in {folder}.")
    standard = [[game for game in games if game["rules"] == "chess"] for games in months]
    print(table_of("Standard chess", [raw_table(games) for games in standard], repeats), end="\n\n")
    print(table_of("Every variant", [raw_table(games) for games in months], repeats), end="\n\n")
    print(shares(months))


if __name__ == "__main__":
    main()
