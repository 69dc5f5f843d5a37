"""What a game has written beside its moves, laid out one row a position."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.positions.written_plies import written_plies
from chess_assets_tests.domain.positions.typed_games import typed_game, typed_games

MOVES = "f3 e5 g4 Qh4#"


def columns_of(*rows: dict[str, Any]) -> dict[str, list[Any]]:
    """The columns of some games."""
    columns = written_plies(typed_games(rows))
    return {name: values.to_pylist() for name, values in columns.items()}


def spent_in(**changes: Any) -> list[int | None]:
    """What the made game's plies took, ply 0 left out."""
    start, *spent = columns_of(typed_game(MOVES, **changes))["spent_ms"]
    assert start is None
    return spent


def test_rows() -> None:
    """Each game has its start and its plies, in order, the start without a move."""
    columns = columns_of(typed_game(MOVES), typed_game(""), typed_game("d4"))
    assert columns["game_id"] == ["0"] * 5 + ["1"] + ["2"] * 2
    assert columns["ply"] == [0, 1, 2, 3, 4, 0, 0, 1]
    assert columns["san"] == [None, *MOVES.split(), None, None, "d4"]
    assert columns["uci"] == [None, "f2f3", "e7e5", "g2g4", "d8h4", None, None, "d2d4"]
    assert columns["clock_ms"] == [None, 180_000, 179_900, 179_800, 179_700, None, None, 180_000]


def test_no_games() -> None:
    """No games have no rows."""
    assert columns_of() == {
        name: [] for name in ("game_id", "ply", "san", "uci", "clock_ms", "spent_ms")
    }


@given(
    st.integers(1, 10_000),
    st.integers(0, 60),
    st.lists(st.integers(0, 100_000), min_size=4, max_size=4),
)
def test_spent_is_what_clocks_lost(base_s: int, increment_s: int, spent: list[int]) -> None:
    """Clocks that run down by some times and up by the increment give those times back."""
    left, clocks = [1000 * base_s] * 2, []
    for ply, spent_ms in enumerate(spent):
        left[ply % 2] += 1000 * increment_s - spent_ms
        clocks.append(left[ply % 2])
    changes = {"base_s": base_s, "increment_s": increment_s, "clocks_ms": clocks}
    assert spent_in(**changes) == spent


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"clocks_ms": None}, [None] * 4),
        ({"clocks_ms": [179_000, None, 178_000, 170_000]}, [1_000, None, 1_000, None]),
        ({"clocks_ms": [179_000, 178_000, 177_000]}, [None] * 4),
        (
            {"clocks_ms": [179_000, 178_000, 177_500, 176_000], "base_s": None},
            [None, None, 1500, 2000],
        ),
        ({"increment_s": None}, [None] * 4),
        ({"time_class": None}, [None] * 4),
        ({"time_class": "daily", "base_s": 86_400}, [None] * 4),
        ({"base_s": 2**31 - 1}, [None, None, 200, 200]),
        (
            {"clocks_ms": [190_000, 180_000, 0, 2**31 - 1]},
            [-10_000, 0, 190_000, 180_000 - 2**31 + 1],
        ),
    ],
)
def test_what_is_unknown(changes: dict[str, Any], expected: list[int | None]) -> None:
    """Where a clock, base or increment is missing, or means something else, there is no time."""
    assert spent_in(**changes) == expected


def test_lists_of_another_length() -> None:
    """SAN that is not one a ply is left out, whatever its neighbours have."""
    columns = columns_of(typed_game("d4", moves_san=["d4", "d5"]), typed_game(MOVES))
    assert columns["san"] == [None, None, None, *MOVES.split()]


def test_slices_and_pieces() -> None:
    """A table in pieces, or a part of one, gives what it gives as a whole."""
    rows = [typed_game(MOVES), typed_game("d4", clocks_ms=None), typed_game(""), typed_game("c4")]
    table = typed_games(rows)
    pieces = pa.concat_tables([table.slice(1, 1), table.slice(2, 2)])
    assert written_plies(pieces) == written_plies(typed_games(rows).take([1, 2, 3]))
