"""Result codes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chess_assets.domain.games.faults import Untypable
from chess_assets.domain.games.results import DRAW_CODES, LOSS_CODES, WIN_CODE, result_of

losses = st.sampled_from(sorted(LOSS_CODES))
draws = st.sampled_from(sorted(DRAW_CODES))
ALL_CODES = LOSS_CODES | DRAW_CODES | {WIN_CODE}


@given(losses)
@settings(deadline=None)
def test_wins(loss: str) -> None:
    """A win against any loss is the winner's game."""
    assert result_of("win", loss) == "1-0"
    assert result_of(loss, "win") == "0-1"


@pytest.mark.parametrize("code", ["kingofthehill", "threecheck"])
def test_variant_codes_are_the_losers(code: str) -> None:
    """The side that carries kingofthehill or threecheck lost."""
    assert result_of(code, "win") == "0-1"


@given(draws)
@settings(deadline=None)
def test_draws(code: str) -> None:
    """A draw code on both sides is a draw."""
    assert result_of(code, code) == "1/2-1/2"


@given(st.sampled_from(sorted(ALL_CODES)), st.sampled_from(sorted(ALL_CODES)))
@settings(deadline=None)
def test_mirror(white_code: str, black_code: str) -> None:
    """Exchanging the sides mirrors the result, or refuses both ways."""
    mirrored = {"1-0": "0-1", "0-1": "1-0", "1/2-1/2": "1/2-1/2"}
    try:
        result = result_of(white_code, black_code)
    except Untypable:
        with pytest.raises(Untypable):
            result_of(black_code, white_code)
    else:
        assert result_of(black_code, white_code) == mirrored[result]


@given(st.text().filter(lambda code: code not in ALL_CODES))
@settings(deadline=None)
def test_unknown_codes(code: str) -> None:
    """An unknown code makes no result, not even beside a win."""
    for codes in ((code, "win"), ("win", code), (code, code)):
        with pytest.raises(Untypable):
            result_of(*codes)


@pytest.mark.parametrize("codes", [("win", "win"), ("win", "agreed"), ("resigned", "timeout")])
def test_contradictions(codes: tuple[str, str]) -> None:
    """Codes that contradict each other make no result."""
    with pytest.raises(Untypable):
        result_of(*codes)
