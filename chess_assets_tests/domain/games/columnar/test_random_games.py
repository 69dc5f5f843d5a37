"""The proof by columns against python-chess, on games that keep every rule or break one."""

from random import Random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from chess_assets.domain.games.columnar.typed_month import TypedMonth, type_month
from chess_assets.domain.games.one_by_one import typed_rows
from chess_assets.domain.games.typed_columns import TYPED
from chess_assets_tests.domain.games.columnar.random_games import BOARDS, random_game

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)  # smaller seeds are no smaller games
drawn_games = st.lists(
    st.tuples(
        st.integers(0, 2**32 - 1), st.sampled_from(sorted(BOARDS)), st.sampled_from((0, 5, 40, 120))
    ),
    min_size=12,
    max_size=12,
)


def both_ways(
    drawn: list[tuple[int, str, int]], mischief: float
) -> tuple[TypedMonth, pa.Table, pa.Table]:
    """The games typed by columns, as a table too, and one by one."""
    games = [random_game(Random(seed), rules, plies, mischief) for seed, rules, plies in drawn]
    payloads, pgns = (pa.array(texts, pa.string()) for texts in zip(*games, strict=True))
    month = type_month(payloads, pgns)
    by_columns = pa.table([month.columns[name] for name in TYPED.names], schema=TYPED)
    return month, by_columns, typed_rows(pa.chunked_array([payloads]), pa.chunked_array([pgns]))


@given(drawn_games)
@settings(max_examples=20, deadline=None, phases=UNSHRUNK)
def test_legal_games(drawn: list[tuple[int, str, int]]) -> None:
    """Legal games are typed by columns, whatever the variant, and as they are one by one."""
    month, by_columns, referee = both_ways(drawn, mischief=0)
    assert month.is_fit.all()
    assert by_columns.to_pylist() == referee.to_pylist()


@pytest.mark.parametrize("mischief", [0.03, 0.2])
@given(drawn_games)
@settings(max_examples=20, deadline=None, phases=UNSHRUNK)
def test_broken_rules(mischief: float, drawn: list[tuple[int, str, int]]) -> None:
    """A game is typed by columns only where python-chess plays it through to the same cells."""
    month, by_columns, referee = both_ways(drawn, mischief)
    fit = np.flatnonzero(month.is_fit)
    assert by_columns.take(fit).to_pylist() == referee.take(fit).to_pylist()
    assert set(referee["parse_error"].take(fit).to_pylist()) <= {None}
