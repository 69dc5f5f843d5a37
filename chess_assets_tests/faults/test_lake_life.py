"""Lives of a lake, some hundred of them; `make fuzz` tries ten thousand and goes on from there."""

from hypothesis import settings

from chess_assets_tests.faults.lake_life import STEPS, LakeLife
from chess_assets_tests.faults.stored_texts import TYPED, TYPED_SHORTLY


class ShortLakeLife(LakeLife):
    """Lives whose games are typed shortly: the more of them."""

    typing = TYPED_SHORTLY


class WholeLakeLife(LakeLife):
    """Lives whose games are typed as in earnest."""

    typing = TYPED


ShortLakeLife.TestCase.settings = settings(max_examples=200, stateful_step_count=STEPS)
TestShortLakeLife = ShortLakeLife.TestCase

WholeLakeLife.TestCase.settings = settings(max_examples=40, stateful_step_count=STEPS)
TestWholeLakeLife = WholeLakeLife.TestCase
