"""The table of positions, and what is said of games that have none."""

import json
import subprocess
import sys
from typing import Any

import pyarrow as pa
import pytest

from chess_assets.domain.games.fens import STANDARD_FEN
from chess_assets.domain.positions import POSITIONS_VERSION, positions_from_games
from chess_assets.domain.positions.columnar import placements
from chess_assets.domain.schemas.positions import POSITIONS
from chess_assets.domain.schemas.table import TableSchema
from chess_assets_tests.domain.positions.typed_games import bughouse, typed_game, typed_games

MATE = typed_game()
DROPS = typed_game("e4 d5 exd5 Qxd5 P@e4", "crazyhouse")
ILLEGAL = MATE | {"moves_uci": ["f2f3", "e7e5", "g2g4", "d8h5"], "game_id": "bad\n"}


def said_of(table: pa.Table) -> dict[str, Any]:
    """The facts that the table's schema carries."""
    return {name.decode(): json.loads(text) for name, text in table.schema.metadata.items()}


def test_declared_columns() -> None:
    """The table has exactly the declared columns, nothing null that is declared not to be."""
    positions = positions_from_games(typed_games([MATE, DROPS, bughouse()]))
    enforced = TableSchema("positions", POSITIONS).enforce(positions)
    assert enforced.num_rows == 5 + 6
    assert positions.schema.equals(POSITIONS)


def test_order() -> None:
    """Games come in the order given and plies in theirs, whichever way they were computed."""
    positions = positions_from_games(typed_games([DROPS, MATE, DROPS, bughouse(), MATE]))
    rows = zip(positions["game_id"].to_pylist(), positions["ply"].to_pylist(), strict=True)
    counts = {"0": 6, "1": 5, "2": 6, "4": 5}
    assert list(rows) == [(game, ply) for game, plies in counts.items() for ply in range(plies)]


def test_other_columns_are_not_read() -> None:
    """Further columns of games, whatever they hold, change nothing."""
    games = typed_games([MATE])
    more = games.append_column("pgn", pa.array([{"x": 1}]))
    assert positions_from_games(more).equals(positions_from_games(games))


def test_account() -> None:
    """How many games have positions, why others have none, which way they went, by what version."""
    games = typed_games([MATE, DROPS, bughouse(), bughouse(rules="chess"), ILLEGAL])
    assert said_of(positions_from_games(games, replayed_share=1.0)) == {
        "games_with_positions": 2,
        "games_without_positions": {"bughouse": 1, "illegal_move": 1, "no_moves": 1},
        "first_faults": [
            "Game 'bad\\n' has no positions: ply 4, 'd8h5', is not a legal move.",
        ],
        "games_by_columns": 1,
        "games_one_by_one": 1,
        "games_replayed": 1,
        "is_replay_agreed": True,
        "computation_version": json.loads(POSITIONS_VERSION),
    }


def test_few_faults_are_named() -> None:
    """However many games are illegal, a few are named, and the good ones among them stay."""
    positions = positions_from_games(typed_games([ILLEGAL] * 30 + [MATE] + [ILLEGAL] * 30))
    said = said_of(positions)
    assert said["games_without_positions"] == {"illegal_move": 60}
    assert len(said["first_faults"]) == 10
    assert positions["game_id"].unique().to_pylist() == ["30"]


def test_disagreement_replays_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were a table of ours wrong, the replayed share would notice, and nothing of it be kept."""
    games = typed_games([MATE, DROPS, MATE])
    right = positions_from_games(games)
    monkeypatch.setattr(placements, "_RUNS", placements._RUNS[::-1])  # noqa: SLF001 - see above
    positions = positions_from_games(games, replayed_share=1.0)
    assert positions.equals(right)
    said = said_of(positions)
    assert (said["is_replay_agreed"], said["games_replayed"]) == (False, 2)
    assert (said["games_by_columns"], said["games_one_by_one"]) == (0, 3)


@pytest.mark.parametrize("rows", [[], [bughouse()] * 3, [ILLEGAL], [typed_game("")]])
def test_few_or_no_rows(rows: list[dict[str, Any]]) -> None:
    """No games, none with positions, and one without a move give a typed table."""
    positions = positions_from_games(typed_games(rows))
    assert positions.schema.equals(POSITIONS)
    assert positions["fen"].to_pylist() in ([], [STANDARD_FEN])


def test_more_than_are_computed_at_once() -> None:
    """Thousands of games, one very long among them, have what each has alone."""
    shuffle = typed_game("Nf3 Nf6 Ng1 Ng8")
    names = ("moves_san", "moves_uci", "clocks_ms")
    long = shuffle | {name: shuffle[name] * 10_000 for name in names}
    positions = positions_from_games(typed_games([MATE] * 7_000 + [long] + [MATE] * 7_000))
    assert positions.num_rows == 14_000 * 5 + 40_001
    alone = positions_from_games(typed_games([MATE])).drop_columns("game_id")
    last = positions.slice(positions.num_rows - 5).drop_columns("game_id")
    assert last.equals(alone)
    assert positions["fen"][35_000 + 40_000].as_py() == STANDARD_FEN.replace("0 1", "40000 20001")


def test_python_chess_loads_late() -> None:
    """The version and the columns that are read are to be had without a board."""
    script = (
        "import sys\n"
        "from chess_assets.domain.positions import GAMES_COLUMNS, POSITIONS_VERSION\n"
        "assert GAMES_COLUMNS and POSITIONS_VERSION\n"
        "assert 'chess' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
