"""Clocks by columns against the one-by-one reader."""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from chess_assets.domain.games.clocks import parse_clocks_ms
from chess_assets.domain.games.columnar.clock_comments import read_clocks
from chess_assets.domain.games.columnar.text_bytes import text_bytes

usual = st.builds(
    "{}:{:02d}:{:02d}{}".format,
    st.integers(0, 595),
    st.integers(0, 59),
    st.integers(0, 59),
    st.sampled_from(("", *(f".{tenth}" for tenth in range(10)))),
)
unusual = st.text(st.sampled_from("0123456789:.]} /;-"), max_size=12)


@given(st.lists(usual, min_size=1, max_size=30))
@settings(deadline=None)
def test_usual_clocks(clocks: list[str]) -> None:
    """Every clock that chess.com writes is read, to the millisecond, and where it ends."""
    comments = [f"{{[%clk {clock}]}}" for clock in clocks]
    pgns = text_bytes(pa.array(comments))
    found = read_clocks(pgns, pgns.starts, *pgns.words_from(pgns.starts, 2))
    assert found.is_usual.all()
    assert found.left_ms.tolist() == parse_clocks_ms(comments)
    assert (found.end == pgns.ends).all()


@given(st.lists(usual | unusual, min_size=1, max_size=30))
@settings(deadline=None)
def test_any_clocks(clocks: list[str]) -> None:
    """What is taken for a clock is one, the same one, also where the next text looks like more."""
    comments = [f"{{[%clk {clock}]}}" for clock in clocks]
    pgns = text_bytes(pa.array(comments))
    found = read_clocks(pgns, pgns.starts, *pgns.words_from(pgns.starts, 2))
    for place in np.flatnonzero(found.is_usual & (found.end == pgns.ends)):
        assert parse_clocks_ms([comments[place]]) == [found.left_ms[place]]
