"""What the three questions return, and which bodies are refused."""

import gzip
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.chess_com import (
    BadAnswer,
    ChessComClient,
    ChessComError,
    MonthAnswer,
    NotModified,
    PlayerRenamed,
)
from chess_assets.domain.chess_com.answers import games_in, months_in, profile_in
from chess_assets.domain.chess_com.questions import Question
from chess_assets.domain.months import Month
from chess_assets.domain.players import InvalidPlayerName
from chess_assets_tests.domain.chess_com.conftest import NOW
from chess_assets_tests.fault_server import FaultServer, as_json, whole

MAY = Month(2022, 5)
PROFILE = {
    "player_id": 15448422,
    "@id": "https://api.chess.com/pub/player/hikaru",
    "url": "https://www.chess.com/member/Hikaru",
    "username": "hikaru",
    "status": "premium",
    "joined": 1389043258,
}


def _month_url(month: str, player: str = "hikaru") -> str:
    return f"https://api.chess.com/pub/player/{player}/games/{month}"


def test_profile(server: FaultServer, client: ChessComClient) -> None:
    """A profile is who the player is, with the time of joining in UTC."""
    server.answers(as_json(PROFILE))
    profile = client.profile("Hikaru")
    assert server.paths == ["/pub/player/hikaru"]
    assert (profile.player_id, profile.username, profile.status) == (15448422, "hikaru", "premium")
    assert profile.url == "https://www.chess.com/member/Hikaru"
    assert profile.joined == datetime(2014, 1, 6, 21, 20, 58, tzinfo=UTC)
    assert not profile.is_closed


def test_closed_account(server: FaultServer, client: ChessComClient) -> None:
    """An account that chess.com closed is a profile, not an error."""
    server.answers(as_json(PROFILE | {"status": "closed:fair_play_violations"}))
    assert client.profile("hikaru").is_closed


@pytest.mark.parametrize(
    "change",
    [
        {"player_id": True},
        {"player_id": "15448422"},
        {"username": "../etc"},
        {"username": None},
        {"status": None},
    ],
)
def test_no_profile(
    server: FaultServer, one_shot: ChessComClient, change: dict[str, object]
) -> None:
    """A profile with a member of another type, or a value that can't be, is refused."""
    server.answers(as_json(PROFILE | change))
    with pytest.raises(BadAnswer, match=r"^hikaru profile: "):
        one_shot.profile("hikaru")


@pytest.mark.parametrize("joined", [None, True, 1.5, "2014", [], -1, 1389043258000, 10**30])
def test_no_time_of_joining(server: FaultServer, one_shot: ChessComClient, joined: object) -> None:
    """A profile whose time of joining is missing or no time says all the rest."""
    profile = {name: value for name, value in PROFILE.items() if name != "joined"}
    for sent in (profile, profile | {"joined": joined}):
        server.answers(as_json(sent))
        read = one_shot.profile("hikaru")
        assert (read.player_id, read.joined) == (15448422, None)


def test_archives(server: FaultServer, client: ChessComClient) -> None:
    """The list of months is ascending and has each once, whatever host its URLs name."""
    urls = [_month_url("2022/05"), _month_url("2014/01", "Hikaru"), _month_url("2022/05")]
    server.answers(as_json({"archives": [*urls, "http://127.0.0.1/x/player/hikaru/games/2021/12"]}))
    assert client.archives("hikaru").months == (Month(2014, 1), Month(2021, 12), Month(2022, 5))
    assert server.paths == ["/pub/player/hikaru/games/archives"]


def test_no_archives_yet(server: FaultServer, client: ChessComClient) -> None:
    """A player without games has no months."""
    server.answers(as_json({"archives": []}))
    assert client.archives("hikaru").months == ()


NO_MONTHS = [
    None,
    7,
    True,
    "",
    [],
    {"url": _month_url("2022/06")},
    [[[["deep"]]]],
    _month_url("2007/04"),
    _month_url("2022/13"),
    _month_url("2022/00"),
    _month_url("1999/05"),
    _month_url("2022/123"),
    _month_url("2022/05", "magnuscarlsen"),
    _month_url("\u0662\u0660\u0662\u0662/\u0660\u0665"),
    "\x1b[31m" + "x" * 5000,
]


@pytest.mark.parametrize("entry", NO_MONTHS, ids=lambda entry: ascii(entry)[:40])
def test_no_month_of_the_player(
    server: FaultServer,
    one_shot: ChessComClient,
    caplog: pytest.LogCaptureFixture,
    entry: object,
) -> None:
    """An entry that names no month of this player is passed over and quoted; the rest counts."""
    server.answers(as_json({"archives": [_month_url("2022/05"), entry, _month_url("2022/07")]}))
    months = one_shot.archives("hikaru").months
    assert months == (Month(2022, 5), Month(2022, 7))
    (record,) = caplog.records
    quoted = entry if isinstance(entry, str) else json.dumps(entry)
    assert record.levelname == "WARNING"
    assert record.message.startswith("hikaru archives: unusual entries in the list of months: ")
    assert ascii(quoted.lstrip("\x1b"))[1:40] in record.message
    assert record.message.isprintable()
    assert len(record.message) < 400


@pytest.mark.parametrize("month", ["2022/6", "2022/06/", "2022/06/pgn", "2022/06\n", "2022/06?a=b"])
def test_unusual_way_to_name_a_month(
    server: FaultServer, one_shot: ChessComClient, caplog: pytest.LogCaptureFixture, month: str
) -> None:
    """A month that an unusual entry can mean is listed: taken for empty it could lose its games."""
    server.answers(as_json({"archives": [_month_url("2022/05"), _month_url(month)]}))
    assert one_shot.archives("hikaru").months == (Month(2022, 5), Month(2022, 6))
    assert _month_url(month).rstrip() in caplog.text


def test_many_unusual_entries(
    server: FaultServer, one_shot: ChessComClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Of many unusual entries a few are quoted, once however often the list is read."""
    entries = [_month_url("2022/05"), *range(1000)]
    server.answers(as_json({"archives": entries}), as_json({"archives": entries}))
    assert one_shot.archives("hikaru") == one_shot.archives("hikaru")
    (record,) = caplog.records
    assert "'0', '1', '2', '3', '4' and 995 more" in record.message


def test_a_list_of_somebody_else(server: FaultServer, one_shot: ChessComClient) -> None:
    """A list of another player's months empties no month of this one."""
    server.answers(as_json({"archives": [_month_url("2022/05", "magnuscarlsen"), None]}))
    with pytest.raises(PlayerRenamed, match=r"the list of another player, 'magnuscarlsen'"):
        one_shot.archives("hikaru")


def test_month(server: FaultServer, client: ChessComClient) -> None:
    """A month comes with everything that tells one answer from another."""
    body = json.dumps({"games": [{"uuid": "a"}]}).encode()
    etag, modified = (
        'W/"0cc175b9c0f1b6a831c399e269772661"',
        "Thursday, 17-Oct-2024 22:34:57 GMT+0000",
    )
    server.answers(
        whole(gzip.compress(body), Content_Encoding="gzip", ETag=etag, Last_Modified=modified)
    )
    month = client.month("hikaru", MAY)
    assert isinstance(month, MonthAnswer)
    assert server.paths == ["/pub/player/hikaru/games/2022/05"]
    assert "if-none-match" not in server.requests[0].headers
    assert month.url == f"{server.url}/player/hikaru/games/2022/05"
    assert month.times.fetched_at == NOW
    assert (month.etag, month.last_modified) == (etag, modified)
    assert month.body_sha256 == hashlib.sha256(body).hexdigest()
    assert month.body_bytes == len(body)
    assert month.games == [{"uuid": "a"}]


def test_games_pass_as_they_are(server: FaultServer, client: ChessComClient) -> None:
    """Odd games come through unchanged: typing them is for later."""
    big = "9" * 4000
    text = f'{{"games": [null, 7, {{"new": {big}}}, "\\ud800", "\\u0000\\u202e", 1500.5]}}'
    server.answers(whole(text.encode()))
    month = client.month("hikaru", MAY)
    assert isinstance(month, MonthAnswer)
    assert month.games == [None, 7, {"new": int(big)}, "\ud800", "\0\u202e", 1500.5]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!DOCTYPE html><title>Just a moment...</title>",
        b"{}",
        b"[]",
        b"null",
        b'{"games": {}}',
        b'{"games": null}',
        b'{"games": [}',
        b'{"games": []} trailing',
        b'{"games": [NaN]}',
        b'{"games": [-Infinity]}',
        b'{"games": [1e999]}',
        b'{"games": [], "games": []}',
        b'{"games":[],"games":[]}',
        b'{"games":[{"a":1,"a":1}]}',
        b'{"games":[{"white":{"a":1,"a":1}}]}',
        b'{"games":[{"a":1e999}]}',
        b'{"games":[{"a":"\xed\xa0\x80"}]}',
        b'{"games": [' + b"9" * 5000 + b"]}",
        b'{"games": ["\xff"]}',
        b'\xef\xbb\xbf{"games": []}',
        '{"games": []}'.encode("utf-16"),
        b'{"games": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"games": ' + b'{"a":' * 100_000,
    ],
    ids=lambda body: ascii(body[:24]),
)
def test_no_month(server: FaultServer, one_shot: ChessComClient, body: bytes) -> None:
    """A 200 with anything but an object with a list of games is an error, never an empty month."""
    server.answers(whole(body))
    with pytest.raises(BadAnswer, match=r"^hikaru 2022-05: "):
        one_shot.month("hikaru", MAY)


@pytest.mark.parametrize("depth", [100, 500, 986, 990, 5_000])
def test_nested_too_deep(server: FaultServer, one_shot: ChessComClient, depth: int) -> None:
    """JSON that is nested too deep to be written again is refused by name, however deep."""
    server.answers(whole(b'{"games": [{"x": ' + b"[" * depth + b"]" * depth + b"}]}"))
    with pytest.raises(BadAnswer, match="nested too deep"):
        one_shot.month("hikaru", MAY)


def test_not_modified(server: FaultServer, client: ChessComClient) -> None:
    """Asked with an ETag, a month that is the same says so, and when that was."""
    server.answers(whole(status=304))
    answer = client.month("hikaru", MAY, 'W/"abc"')
    assert isinstance(answer, NotModified)
    assert (answer.url, answer.times.fetched_at) == (
        f"{server.url}/player/hikaru/games/2022/05",
        NOW,
    )
    assert server.requests[0].headers["if-none-match"] == 'W/"abc"'


def test_not_modified_unasked(server: FaultServer, one_shot: ChessComClient) -> None:
    """A 304 that nobody asked for is an error."""
    server.answers(whole(status=304))
    with pytest.raises(ChessComError, match="304"):
        one_shot.month("hikaru", MAY)


@pytest.mark.parametrize("etag", ["", "abc", '"a\r\nX: y"', '"é"', '"' + "a" * 300 + '"'])
def test_etag_that_fits_no_header(server: FaultServer, client: ChessComClient, etag: str) -> None:
    """An entity tag that can't be sent is left out, and the month comes whole."""
    server.answers(as_json({"games": []}))
    assert isinstance(client.month("hikaru", MAY, etag), MonthAnswer)
    assert "if-none-match" not in server.requests[0].headers


@pytest.mark.parametrize("etag", ["abc", '"é"', '"' + "a" * 300 + '"'])
def test_etag_of_no_use(server: FaultServer, client: ChessComClient, etag: str) -> None:
    """An answer's entity tag that could not be sent back counts as none."""
    server.answers(as_json({"games": []}, ETag=etag))
    month = client.month("hikaru", MAY)
    assert isinstance(month, MonthAnswer)
    assert month.etag is None


@pytest.mark.parametrize("name", ["../x", "", "a|b", "a/b", "hikaru\n", "a" * 26, "hikarü"])
def test_hostile_name(server: FaultServer, client: ChessComClient, name: str) -> None:
    """A name that chess.com can't know is refused before anything is sent."""
    with pytest.raises(InvalidPlayerName):
        client.profile(name)
    with pytest.raises(InvalidPlayerName):
        client.archives(name)
    with pytest.raises(InvalidPlayerName):
        client.month(name, MAY)
    assert server.requests == []


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(list(PROFILE)), inner)
    ),
    max_leaves=20,
)
USUAL_GAMES = st.lists(
    st.dictionaries(st.text(), LEAVES | st.dictionaries(st.text(), LEAVES, max_size=3), max_size=4)
)
ODD_GAMES = st.lists(st.recursive(LEAVES, st.lists, max_leaves=5))


@given(USUAL_GAMES | ODD_GAMES, st.booleans(), st.sampled_from([(",", ":"), (", ", ": ")]))
def test_any_writing(games: list[object], is_ascii: bool, separators: tuple[str, str]) -> None:  # noqa: FBT001 - drawn
    """However a month is written (escapes, spaces), its games are the values that it says."""
    text = json.dumps({"games": games}, ensure_ascii=is_ascii, separators=separators)
    read = games_in(Question.games("hikaru", MAY), text.encode())
    assert json.dumps(read) == json.dumps(games)


BODIES = (
    st.binary()
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.builds(
        lambda name, value: json.dumps({name: value}).encode(),
        st.sampled_from(["games", "archives"]),
        JSON,
    )
)


def _refusal(read: Callable[[Question, bytes], object], question: Question, body: bytes) -> str:
    try:
        read(question, body)
    except BadAnswer as fault:
        return str(fault)
    return ""


@given(BODIES)
def test_any_body(body: bytes) -> None:
    """Whatever a body is, it is read or refused by name."""
    for question, read in [
        (Question.profile("hikaru"), profile_in),
        (Question.archives("hikaru"), months_in),
        (Question.games("hikaru", MAY), games_in),
    ]:
        refusal = _refusal(read, question, body)
        assert refusal.isprintable()
        assert len(refusal) < 1000
