"""Which game is which."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.raw_archives.identity import (
    GameIndex,
    GameNames,
    game_id_of,
    names_of,
    stored_names,
)

UUID = "5e0f1d2c-0000-11ec-8000-000000000001"
NOBODY = GameNames(None, None, None, ())


def names(url: Any = None, pgn: Any = None, **members: Any) -> GameNames:
    """Return the names of a game with this link."""
    return names_of({"url": url, **members}, pgn)


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("https://www.chess.com/live/game/123", "live/123"),
        ("https://www.chess.com/daily/game/123", "daily/123"),
        ("https://www.chess.com/game/live/123", "live/123"),
        ("https://www.chess.com/game/daily/123", "daily/123"),
        ("https://www.chess.com/analysis/game/daily/123?tab=x", "daily/123"),
        ("https://www.chess.com/game/live/123?username=x", "live/123"),
        ("https://www.chess.com/game/live/123#5", "live/123"),
        ("https://www.chess.com/game/live/123?at=/7", "live/123"),
        ("https://www.chess.com/game/alive/123", "None/123"),
        ("https://www.chess.com/game/123", "None/123"),
        ("https://www.chess.com/livestream/123", "None/123"),
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
    """A game's kind and number are the last parts of its link, in every form links have had."""
    found = names(url)

    assert (f"{found.kind}/{found.digits}" if found.digits else None) == number
    assert found.number == (number if found.kind else None)


def test_number_in_pgn() -> None:
    """Where the URL has no number or no kind, the PGN's Link tag may."""
    pgn = '[Event "x"]\n[Link "https://www.chess.com/daily/game/77"]\n\n1. e4 1-0\n'

    assert names(f"https://www.chess.com/game/{UUID}", pgn).number == "daily/77"
    assert names(None, pgn).number == "daily/77"
    assert names("https://www.chess.com/game/77", pgn).number == "daily/77"
    assert names("https://www.chess.com/game/live/5", pgn).number == "live/5"
    assert names("https://www.chess.com/game/5", pgn).number is None
    assert names(None, pgn.replace("[Link", "% [Link")).number is None


@pytest.mark.parametrize(
    ("time_class", "number"),
    [("daily", "daily/5"), ("blitz", "live/5"), ("rapid", "live/5"), (None, None), (7, None)],
)
def test_kind_by_time_class(time_class: Any, number: str | None) -> None:
    """A link that doesn't tell the kind has that of the time class."""
    assert names("https://www.chess.com/game/5", time_class=time_class).number == number
    assert names("https://www.chess.com/game/daily/5", time_class=time_class).number == "daily/5"


@pytest.mark.parametrize(
    "uuid", ["", " ", "a b", "a\nb", "\x00", "a" * 65, "\u00fcuid", "\ud800", None, 7, [UUID], True]
)
def test_no_uuid(uuid: Any) -> None:
    """What is no plain text of printable ASCII is no uuid: the number takes its place."""
    found = names("https://www.chess.com/game/live/77", uuid=uuid)

    assert (game_id_of(found, "x"), found.others) == ("77", ())


def test_uuid_in_link() -> None:
    """A uuid in the link names the game as the payload's own does."""
    link = f"https://www.chess.com/game/{UUID}"

    assert names(link).others == names(link, uuid=UUID).others == (UUID,)
    assert names(link, uuid="other").others == ("other", UUID)
    assert names(f"{link}x").others == ()


def test_order() -> None:
    """The uuid comes first, then the number, then a hash of the content."""
    live, daily = (f"https://www.chess.com/game/{kind}/77" for kind in ("live", "daily"))
    assert game_id_of(names(live, uuid=UUID), "x") == UUID
    assert game_id_of(names(live), "x") == "77"
    assert game_id_of(names(daily), "x") == "daily/77"
    assert game_id_of(NOBODY, "x") == game_id_of(names_of(None, None), "x")
    assert game_id_of(NOBODY, "x") != game_id_of(NOBODY, "y")


def test_taken() -> None:
    """A game whose identity another game has is given the next one that is free."""
    game = names("https://www.chess.com/game/live/77", uuid=UUID)
    taken: set[str] = set()
    for _ in range(4):
        taken.add(game_id_of(game, "x", taken=taken))

    assert {UUID, "77", "live/77"} < taken
    assert len(taken) == 4


@pytest.mark.parametrize(
    ("game_id", "others"), [(UUID, (UUID,)), ("u-old", (UUID, "u-old")), ("77", (UUID,))]
)
def test_stored_names(game_id: str, others: tuple[str, ...]) -> None:
    """A stored row goes by what its texts say, and by the identity it was given before."""
    payload = f'{{"url":"https://www.chess.com/game/live/77","uuid":"{UUID}"}}'
    found = stored_names(game_id, payload, None)

    assert (found.number, found.others) == ("live/77", others)


@pytest.mark.parametrize("payload", ["null", "7", "[]", "", "{", '"x"', '{"a":"\\ud800"}'])
def test_stored_names_of_anything(payload: str) -> None:
    """A row whose payload tells nothing goes by its identity."""
    assert stored_names("u-1", payload, None).others == ("u-1",)


def test_stored_lone_surrogate() -> None:
    """A payload with text that is no UTF-8 tells its names all the same."""
    payload = '{"url":"https://www.chess.com/game/live/7","white":{"username":"\\ud800"}}'
    assert stored_names("7", payload, None).number == "live/7"


LIVE_1, LIVE_2, DAILY_1 = (
    f"https://www.chess.com/game/{tail}" for tail in ("live/1", "live/2", "daily/1")
)


@pytest.mark.parametrize(
    ("told", "games", "contradictions"),
    [
        ([names(LIVE_1), names(DAILY_1)], 2, 0),
        ([names(LIVE_1, uuid="a"), names(DAILY_1)], 2, 0),
        ([names(LIVE_1, uuid="a"), names(LIVE_1)], 1, 0),
        ([names(LIVE_1, uuid="a"), names(LIVE_1, uuid="b"), names(uuid="b")], 1, 0),
        ([names(uuid="a"), names(LIVE_1, uuid="a"), names(LIVE_1)], 1, 0),
        ([names(LIVE_1, uuid="a"), names(uuid="a")], 1, 0),
        ([names(LIVE_1, uuid="a"), names(LIVE_2, uuid="a")], 2, 1),
        ([names(LIVE_1, uuid="a"), names(DAILY_1, uuid="a")], 2, 1),
        ([names(uuid="a"), names(LIVE_1, uuid="b"), names(LIVE_1, uuid="a")], 2, 1),
        ([names(LIVE_1, uuid="a"), names(LIVE_2, uuid="b"), names(LIVE_2, uuid="a")], 2, 1),
    ],
)
def test_index(told: list[GameNames], games: int, contradictions: int) -> None:
    """Rows that agree in number or uuid are one game; a name of two games is a contradiction."""
    index = GameIndex()
    places = []
    for each in told:
        index.begin()
        places.append(index.place(each))

    assert (len(set(places)), len(index.contradictions)) == (games, contradictions)


def test_two_uuids_in_one_answer() -> None:
    """A number that one answer has with two uuids is that of two games, whichever comes first."""
    one, other = names(LIVE_1, uuid="a"), names(LIVE_1, uuid="b")
    index = GameIndex()
    assert [index.place(each) for each in (one, other)] == [0, 1]
    assert index.contradictions == ["live/1 is the number of two games, b and another"]
    index.begin()
    assert [index.place(each) for each in (other, one)] == [1, 0]


def test_contradiction_in_words() -> None:
    """A contradiction names the uuid and both games."""
    index = GameIndex()
    for url in (LIVE_1, DAILY_1):
        index.place(names(url, uuid=UUID))

    assert index.contradictions == [f"{UUID} names live/1 and daily/1"]


@given(st.none() | st.text() | st.binary() | st.integers(), st.none() | st.text())
def test_anything(url: Any, pgn: str | None) -> None:
    """From whatever comes, a number is 1 to 20 digits or none."""
    digits = names(url, pgn).digits

    assert digits is None or (digits.isascii() and digits.isdigit() and len(digits) <= 20)
