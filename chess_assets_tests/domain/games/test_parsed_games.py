"""What `parse_games` counts, replays and keeps, whichever way its games are typed."""

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from chess_assets.domain.games.columnar import uci_texts
from chess_assets.domain.games.one_by_one import typed_one_by_one
from chess_assets.domain.games.parsed_games import parse_games
from chess_assets.domain.games.replayed import is_replay_agreed
from chess_assets_tests.domain.games.raw_games import (
    FOOLS_MATE_PGN,
    changed,
    made_games,
    raw_table,
    sent_table,
)

GOOD = (changed(), FOOLS_MATE_PGN)
WITHOUT_TCN = (changed(tcn=...), FOOLS_MATE_PGN)
WITHOUT_PGN = (changed(rules="bughouse"), None)


@pytest.fixture(scope="module")
def made() -> pa.Table:
    """Nine months of both sample players, every era and variant among them."""
    return sent_table(made_games(months=9))


def test_made_games_are_the_same_both_ways(made: pa.Table) -> None:
    """The sample players' games have the same cells both ways; those with a tcn go by columns."""
    parsed = parse_games(made, replayed_share=1.0)
    assert parsed.table.equals(typed_one_by_one(made), check_metadata=True)
    assert parsed.is_replay_agreed
    assert parsed.fast > parsed.slow > 0
    assert parsed.fast + parsed.slow == made.num_rows


def test_counts() -> None:
    """A game without tcn goes one by one; one without PGN by columns, with nothing to replay."""
    parsed = parse_games(raw_table([GOOD, WITHOUT_TCN, WITHOUT_PGN]), replayed_share=1.0)
    assert (parsed.fast, parsed.slow, parsed.replayed) == (2, 1, 1)
    assert parsed.table["plies"].to_pylist() == [4, 4, None]


@pytest.mark.parametrize("games", [[], [WITHOUT_PGN] * 3, [WITHOUT_TCN] * 3, [GOOD] * 900])
def test_any_number_of_games(games: list[tuple[str, str | None]]) -> None:
    """No games, none with a PGN, none by columns, more than are typed at once: a row for each."""
    raw = raw_table(games)
    parsed = parse_games(raw, replayed_share=0)
    assert parsed.table["game_id"].to_pylist() == raw["game_id"].to_pylist()
    assert parsed.table.slice(0, 5).equals(typed_one_by_one(raw.slice(0, 5)))


def test_chunked_tables() -> None:
    """A raw table in pieces, as files are read, gives what it gives in one piece."""
    games = [GOOD, WITHOUT_TCN, GOOD, WITHOUT_PGN, GOOD] * 3
    raw = raw_table(games)
    pieces = pa.concat_tables([raw.slice(start, 4) for start in range(0, len(games), 4)])
    parsed = parse_games(pieces, replayed_share=1.0)
    assert parsed.table.equals(typed_one_by_one(raw))
    assert (parsed.fast, parsed.slow) == (12, 3)


def test_share(made: pa.Table) -> None:
    """About the share asked for is replayed, a larger share has the smaller one's games."""
    counts = [parse_games(made, replayed_share=share).replayed for share in (0, 0.1, 0.5, 1)]
    none, tenth, half, everything = counts
    assert none == 0
    assert 0.03 * everything < tenth < 0.25 * everything
    assert 0.35 * everything < half < 0.65 * everything
    assert parse_games(made, replayed_share=0.1).replayed == tenth


def test_disagreement_sends_all_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the look-up table of moves wrong, the replay would notice, and nothing of it be kept."""
    raw = raw_table([GOOD, WITHOUT_TCN, GOOD])
    wrong = np.roll(uci_texts._TEXTS, 1)  # noqa: SLF001 - the fault is put where none can be seen
    monkeypatch.setattr(uci_texts, "_TEXTS", wrong)
    parsed = parse_games(raw, replayed_share=1.0)
    assert not parsed.is_replay_agreed
    assert (parsed.fast, parsed.slow, parsed.replayed) == (0, 3, 2)
    assert parsed.table.equals(typed_one_by_one(raw))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("moves_san", ["f3", "e5", "g4", "Qh3#"]),
        ("moves_san", ["f3", "e5", "g4"]),
        ("moves_uci", ["f2f3", "e7e5", "g2g4", "d8h5"]),
        ("initial_fen", "4k3/8/8/8/8/8/8/4K3 w - - 0 1"),
        ("final_fen", "rnb1kbnr/pppp1ppp/8/4p3/6Pq/5P2/PPPPP2P/RNBQKBNR b KQkq -"),
        ("rules", "atomic"),
    ],
)
def test_replay_notices(column: str, value: object) -> None:
    """A replay notices a wrong move, start, end or variant."""
    (row,) = typed_one_by_one(raw_table([GOOD])).to_pylist()
    assert is_replay_agreed(pa.Table.from_pylist([row]))
    assert not is_replay_agreed(pa.Table.from_pylist([row | {column: value}]))


def test_python_chess_loads_late() -> None:
    """The parser's version, and a month of usual games, are to be had without python-chess."""
    script = (
        "import sys\n"
        "from chess_assets.domain.games import PARSER_VERSION\n"
        "assert PARSER_VERSION\n"
        "assert 'chess_assets.domain.games.columnar' not in sys.modules\n"
        "from chess_assets.domain.games.parsed_games import parse_games\n"
        "from chess_assets.domain.schemas.raw_pgn_archives import RAW_PGN_ARCHIVES\n"
        "parse_games(RAW_PGN_ARCHIVES.empty_table(), replayed_share=1.0)\n"
        "assert 'chess' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
