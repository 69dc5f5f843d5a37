"""Which game is which."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.raw_archives.identity import game_id_of, link_number

UUID = "5e0f1d2c-0000-11ec-8000-000000000001"


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("https://www.chess.com/live/game/123", "123"),
        ("https://www.chess.com/game/live/123", "123"),
        ("https://www.chess.com/game/daily/123", "123"),
        ("https://www.chess.com/game/live/123?username=x", "123"),
        ("https://www.chess.com/game/live/123#5", "123"),
        (f"https://www.chess.com/game/{UUID}", None),
        ("https://www.chess.com/game/live/", None),
        ("https://www.chess.com/game/live/123x", None),
        ("https://www.chess.com/game/live/123\n", None),
        ("https://www.chess.com/game/live/" + 21 * "1", None),
        ("https://www.chess.com/game/live/\u0661\u0662", None),
        ("", None),
        (None, None),
        (123, None),
        (["https://www.chess.com/game/live/123"], None),
    ],
)
def test_number(url: Any, number: str | None) -> None:
    """A game's number is the last part of its link, in every form links have had."""
    assert link_number(url, None) == number


def test_number_in_pgn() -> None:
    """Where the URL has no number, the PGN's Link tag may."""
    pgn = '[Event "x"]\n[Link "https://www.chess.com/live/game/77"]\n\n1. e4 1-0\n'

    assert link_number(f"https://www.chess.com/game/{UUID}", pgn) == "77"
    assert link_number(None, pgn) == "77"
    assert link_number("https://www.chess.com/game/live/5", pgn) == "5"
    assert link_number(None, pgn.replace("[Link", "% [Link")) is None


@pytest.mark.parametrize(
    "uuid", ["", " ", "a b", "a\nb", "\x00", "a" * 65, "\u00fcuid", "\ud800", None, 7, [UUID], True]
)
def test_no_uuid(uuid: Any) -> None:
    """What is no plain text of printable ASCII is no uuid: the number takes its place."""
    assert game_id_of({"uuid": uuid}, "77", "x") == "77"


def test_order() -> None:
    """The uuid comes first, then the number, then a hash of the content."""
    assert game_id_of({"uuid": UUID}, "77", "x") == UUID
    assert game_id_of({}, "77", "x") == "77"
    assert game_id_of({}, None, "x") == game_id_of(None, None, "x")
    assert game_id_of({}, None, "x") != game_id_of({}, None, "y")


@given(st.none() | st.text() | st.binary() | st.integers(), st.none() | st.text())
def test_anything(url: Any, pgn: str | None) -> None:
    """From whatever comes, a number is 1 to 20 digits or none."""
    number = link_number(url, pgn)

    assert number is None or (number.isascii() and number.isdigit() and len(number) <= 20)
