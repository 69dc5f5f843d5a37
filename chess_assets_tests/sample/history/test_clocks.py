"""Clocks of made games."""

from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from chess_assets.sample.history.clocks import TimeControl, make_clocks
from chess_assets.sample.history.pgn import clock_text

_LIVE = st.builds(
    TimeControl, st.just("blitz"), st.sampled_from((60, 180, 900)), st.sampled_from((0, 1, 10))
)
_DAILY = st.builds(TimeControl, st.just("daily"), st.sampled_from((86_400, 1_209_600)))


@given(seed=st.integers(), control=_LIVE, plies=st.integers(0, 200), is_flagged=st.booleans())
@example(seed=1731, control=TimeControl("blitz", 60), plies=198, is_flagged=True)
def test_live_clocks_run_down(
    seed: int, control: TimeControl, plies: int, *, is_flagged: bool
) -> None:
    """A live clock loses at least a tenth a ply, gains its increment and never runs out."""
    clocks = make_clocks(Random(seed), control, plies, is_flagged=is_flagged)
    assert len(clocks.left_ms) == plies
    for side in (0, 1):
        before = control.base_s * 1000
        for left in clocks.left_ms[side::2]:
            spent = before + control.increment_s * 1000 - left
            assert spent >= 100
            assert left >= 100
            assert left % 100 == 0
            before = left


@given(seed=st.integers(), control=_LIVE, plies=st.integers(0, 200))
def test_a_flag_falls_when_the_time_is_up(seed: int, control: TimeControl, plies: int) -> None:
    """A game that is lost on time lasts until the clock of the side to move is empty."""
    clocks = make_clocks(Random(seed), control, plies, is_flagged=True)
    last = [control.base_s * 1000, control.base_s * 1000]
    for ply, left in enumerate(clocks.left_ms):
        last[ply % 2] = left
    whole = 2 * control.base_s * 1000 + control.increment_s * 1000 * plies
    assert clocks.length_s == (whole - last[1 - plies % 2]) // 1000


@given(seed=st.integers(), control=_DAILY, plies=st.integers(0, 60))
def test_daily_clocks_begin_anew(seed: int, control: TimeControl, plies: int) -> None:
    """A daily clock shows what is left of the move's own days."""
    clocks = make_clocks(Random(seed), control, plies, is_flagged=False)
    assert all(0 < left <= control.base_s * 1000 for left in clocks.left_ms)
    spent = sum(control.base_s * 1000 - left for left in clocks.left_ms)
    assert clocks.length_s >= (spent - 100 * plies) // 1000


def test_clock_texts() -> None:
    """Clocks are written with a tenth if there is one, and with as many hours as it takes."""
    assert clock_text(178_600) == "0:02:58.6"
    assert clock_text(60_000) == "0:01:00"
    assert clock_text(1_209_592_000) == "335:59:52"


def test_time_controls() -> None:
    """Time controls are written as the API does."""
    assert TimeControl("blitz", 180).text == "180"
    assert TimeControl("rapid", 900, 10).text == "900+10"
    assert TimeControl("daily", 86_400).text == "1/86400"
