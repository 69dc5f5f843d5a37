"""A player's name is checked at one door, and the door is narrow."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.players import InvalidPlayerName, parse_player
from chess_assets_tests.domain.hostile_names import HOSTILE_NAMES

NAMES = st.from_regex(re.compile(r"[A-Za-z0-9_-]{3,25}"), fullmatch=True)


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=lambda name: ascii(name)[:30])
def test_hostile_names(name: object) -> None:
    """What cannot be a name is refused, in one short line without anything strange in it."""
    with pytest.raises(InvalidPlayerName) as refused:
        parse_player(name)  # type: ignore[arg-type]

    message = str(refused.value)
    assert message.replace("…", "").isascii()
    assert message.isprintable()
    assert len(message) < 200


@given(NAMES)
def test_real_names(name: str) -> None:
    """A name in chess.com's alphabet is taken, in lower case, and taken again unchanged."""
    parsed = parse_player(name)

    assert parsed == name.lower()
    assert parse_player(parsed) == parsed


@given(st.text())
def test_any_text(text: str) -> None:
    """Any text is refused or becomes 3 to 25 characters that mean nothing in a path or URL."""
    try:
        parsed = parse_player(text)
    except InvalidPlayerName:
        return
    assert 3 <= len(parsed) <= 25
    assert set(parsed) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-")
