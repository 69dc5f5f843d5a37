"""Which side of a game is the followed player."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.player_tables.account import Account, account_uuid, is_white_side
from chess_assets_tests.domain.player_tables.game_rows import games_table

NAMES = ("white", "black", "white_uuid", "black_uuid")
ME = Account("hikaru", "u1")

SIDES = st.tuples(
    st.sampled_from(["Hikaru", "hikaru", "Other", None]),
    st.sampled_from(["HIKARU", "Third", None]),
    st.sampled_from(["u1", "u2", None]),
    st.sampled_from(["u1", "u3", None]),
)


def games_of(*sides: tuple[Any, ...]) -> pa.Table:
    """Return games with these players and accounts."""
    return games_table(*(dict(zip(NAMES, each, strict=True)) for each in sides))


@pytest.mark.parametrize(
    ("sides", "is_white"),
    [
        (("Hikaru", "Other", "u1", "u2"), True),
        (("Other", "Hikaru", "u2", "u1"), False),
        (("OldName", "Other", "u1", "u2"), True),
        (("Other", "OldName", None, "u1"), False),
        (("HIKARU", "Other", None, None), True),
        (("Other", "hikaru", "u2", None), False),
        (("Newcomer", "Hikaru", "u1", "u9"), True),
        (("Other", "Third", "u2", "u3"), None),
        (("Hikaru", "hikaru", None, None), None),
        (("Hikaru", "Hikaru", "u1", "u1"), None),
        ((None, None, None, None), None),
    ],
)
def test_side(sides: tuple[Any, ...], is_white: bool | None) -> None:  # noqa: FBT001 - the expected value
    """The uuid tells the side, through renames; the name where no uuid does; else nothing does."""
    assert is_white_side(games_of(sides), ME).to_pylist() == [is_white]


def test_without_uuid() -> None:
    """A player whose account no game tells is found by name, in any case of letters."""
    games = games_of(("HiKaRu", "Other", None, None), ("Other", "hikaru", "u2", None))
    assert is_white_side(games, Account("hikaru")).to_pylist() == [True, False]


@given(st.lists(SIDES, max_size=5))
def test_mirrored(sides: list[tuple[Any, ...]]) -> None:
    """Seen with the colours swapped, every game has the player on the other side."""
    mirrored = [(black, white, black_id, white_id) for white, black, white_id, black_id in sides]
    here, there = (is_white_side(games_of(*each), ME).to_pylist() for each in (sides, mirrored))
    assert here == [None if each is None else not each for each in there]


@pytest.mark.parametrize(
    ("sides", "uuid"),
    [
        ([("Hikaru", "Other", "u1", "u2"), ("Other", "HIKARU", "u2", "u9")], "u9"),
        ([("Hikaru", "Other", "u1", "u2"), ("Hikaru", "Other", None, "u2")], "u1"),
        ([("OldName", "Other", "u1", "u2")], None),
        ([("Hikaru", "Hikaru", "u1", "u1")], None),
        ([], None),
    ],
)
def test_account_uuid(sides: list[tuple[Any, ...]], uuid: str | None) -> None:
    """The account is the one that the name has in the last game that tells."""
    assert account_uuid("hikaru", games_of(*sides)) == uuid
