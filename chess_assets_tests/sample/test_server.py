"""The look-alike over HTTP: it answers as chess.com's API does."""

import gzip
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import requests

from chess_assets.domain.months import Month
from chess_assets.sample import FixedHistories, MadeHistories, SampleChessCom
from chess_assets_tests.sample.conftest import AGENT, SettableClock

_MONTH = "/player/tamsintempo/games/2025/09"


def test_archives_list_months_with_games(
    sample: SampleChessCom, http: requests.Session, year: MadeHistories
) -> None:
    """The archives are the URLs of the months with games, ascending; the pauses are left out."""
    archives = http.get(f"{sample.url}/player/tamsintempo/games/archives").json()["archives"]
    months = [Month.parse(url[-7:].replace("/", "-")) for url in archives]
    assert months == year.months("tamsintempo")
    assert len(months) == 11
    assert http.get(archives[0]).json()["games"] == year.games("tamsintempo", months[0])


def test_open_month_grows(
    sample: SampleChessCom, http: requests.Session, clock: SettableClock
) -> None:
    """Of the open month only the games that have ended are shown; without one it isn't listed."""
    url = f"{sample.url}/player/tamsintempo/games/2025/10"
    archives = f"{sample.url}/player/tamsintempo/games/archives"
    counts = []
    for time in (
        datetime(2025, 10, 1, 7, tzinfo=UTC),
        datetime(2025, 10, 12, tzinfo=UTC),
        datetime(2025, 11, 1, 6, 59, 59, tzinfo=UTC),
    ):
        clock.time = time
        games = http.get(url).json()["games"]
        assert all(game["end_time"] <= time.timestamp() for game in games)
        assert (url in http.get(archives).json()["archives"]) == bool(games)
        counts.append(len(games))
    assert 0 == counts[0] < counts[1] < counts[2]


def test_future_months(
    sample: SampleChessCom, http: requests.Session, clock: SettableClock
) -> None:
    """A month that hasn't begun in Los Angeles is refused, and is empty from its first second."""
    url = f"{sample.url}/player/tamsintempo/games/2025/11"
    clock.time = datetime(2025, 11, 1, 6, 59, 59, tzinfo=UTC)
    refused = http.get(url)
    assert refused.status_code == 404
    assert refused.json()["message"] == "Date cannot be set in the future"
    clock.time = datetime(2025, 11, 1, 7, tzinfo=UTC)
    assert http.get(url).json() == {"games": []}


def test_months_of_no_games(sample: SampleChessCom, http: requests.Session) -> None:
    """A month before the first, or of a pause, is an empty list."""
    assert http.get(f"{sample.url}/player/tamsintempo/games/2010/01").json() == {"games": []}
    assert http.get(f"{sample.url}/player/tamsintempo/games/2025/06").json() == {"games": []}


def test_headers_of_a_month(
    sample: SampleChessCom, http: requests.Session, year: MadeHistories
) -> None:
    """A month has the ETag, the odd Last-Modified and the Cache-Control of chess.com."""
    answer = http.get(f"{sample.url}{_MONTH}")
    assert (
        answer.headers["ETag"]
        == f'W/"{hashlib.md5(answer.content, usedforsecurity=False).hexdigest()}"'
    )
    assert answer.headers["Cache-Control"] == "public, max-age=5"
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    last_end = year.games("tamsintempo", Month(2025, 9))[-1]["end_time"]
    last = datetime.strptime(answer.headers["Last-Modified"], "%A, %d-%b-%Y %H:%M:%S GMT%z")
    assert last.timestamp() == last_end


def test_not_modified(sample: SampleChessCom, http: requests.Session) -> None:
    """With the ETag of what it has, a client gets 304, without a body; with another, all of it."""
    url = f"{sample.url}{_MONTH}"
    etag = http.get(url).headers["ETag"]
    unchanged = http.get(url, headers={"If-None-Match": etag})
    changed = http.get(url, headers={"If-None-Match": 'W/"other"'})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["ETag"] == etag
    assert (changed.status_code, changed.headers["ETag"]) == (200, etag)


def test_same_seed_keeps_its_etag(sample: SampleChessCom, http: requests.Session) -> None:
    """Another server with the same seed gives a month the same bytes, so clients keep theirs."""
    etag = http.get(f"{sample.url}{_MONTH}").headers["ETag"]
    later = datetime(2025, 10, 25, tzinfo=UTC)
    with SampleChessCom(MadeHistories(lambda: later, months=12), now=lambda: later) as other:
        assert http.get(f"{other.url}{_MONTH}").headers["ETag"] == etag


def test_compression(sample: SampleChessCom, http: requests.Session) -> None:
    """Bodies are compressed for those who take gzip, and only for them."""
    url = f"{sample.url}{_MONTH}"
    plain = http.get(url, headers={"Accept-Encoding": "identity"})
    packed = http.get(url, headers={"Accept-Encoding": "gzip"}, stream=True)
    raw = packed.raw.read(decode_content=False)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert len(raw) * 3 < len(plain.content)


def test_mixed_case_is_redirected(sample: SampleChessCom, http: requests.Session) -> None:
    """A name with capitals is sent to its lower case, whether or not there is such a player."""
    for name in ("TamsinTempo", "NoBody"):
        url = f"{sample.url}/player/{name}/games/2025/09"
        answer = http.get(url, allow_redirects=False)
        assert answer.status_code == 301
        assert answer.headers["Location"] == url.replace(name, name.lower())


def test_not_found(sample: SampleChessCom, http: requests.Session) -> None:
    """The 404s differ in their messages."""
    messages = {
        "/player/nobody": 'User "nobody" not found.',
        "/player/nobody/games/archives": 'User "nobody" not found.',
        "/nothing": 'Data provider not found for key "/nothing".',
        "/player/tamsintempo/games/2025/13": (
            'Data provider not found for key "/player/tamsintempo/games/2025/13".'
        ),
    }
    for path, message in messages.items():
        answer = http.get(f"{sample.url}{path}")
        assert (answer.status_code, answer.json()["message"]) == (404, message)
        assert "ETag" not in answer.headers


def test_contact_is_wanted(sample: SampleChessCom, http: requests.Session) -> None:
    """Without a User-Agent, or with the library's own, everything is forbidden."""
    agent = requests.utils.default_user_agent()
    answer = http.get(f"{sample.url}{_MONTH}", headers={"User-Agent": agent})
    assert answer.status_code == 403
    assert "Just a moment" in answer.text
    with closing(HTTPConnection(urlsplit(sample.url).netloc)) as connection:
        connection.request("GET", f"/pub{_MONTH}")
        with connection.getresponse() as silent:
            assert silent.status == 403


def test_profile_and_stats(sample: SampleChessCom, http: requests.Session) -> None:
    """A player has a profile, and stats with the newest rating by rules and time class."""
    profile = http.get(f"{sample.url}/player/bramblepawn").json()
    stats = http.get(f"{sample.url}/player/bramblepawn/stats").json()
    assert profile["username"] == "bramblepawn"
    assert profile["status"] == "basic"
    assert {"player_id", "url", "joined", "last_online", "country"} <= profile.keys()
    assert 900 < stats["chess_rapid"]["last"]["rating"] < 1600


def test_pgn_of_a_month(
    sample: SampleChessCom, http: requests.Session, year: MadeHistories
) -> None:
    """A month's PGN has the same games, the last one first, an extra blank line in between."""
    answer = http.get(f"{sample.url}{_MONTH}/pgn")
    games = year.games("tamsintempo", Month(2025, 9))
    pgns = [game["pgn"] for game in games if "pgn" in game]
    assert answer.headers["Content-Type"] == "application/x-chess-pgn"
    assert [f"{pgn.rstrip()}\n" for pgn in answer.text.split("\n\n\n")] == pgns[::-1]


def test_given_histories_can_change(http: requests.Session, clock: SettableClock) -> None:
    """Given games are served as they stand when asked for, and their month comes and goes."""
    month = Month(2024, 2)
    game = {"end_time": int(month.start.timestamp()), "uuid": "u", "pgn": "\ud800"}
    histories = FixedHistories({"SomeBody": {month: [game]}})
    with SampleChessCom(histories, now=clock) as sample:
        url = f"{sample.url}/player/somebody/games"
        assert http.get(f"{url}/2024/02").json() == {"games": [game]}
        histories.by_player["somebody"][month].clear()
        assert http.get(f"{url}/2024/02").json() == {"games": []}
        assert http.get(f"{url}/archives").json() == {"archives": []}
        histories.by_player["somebody"][month].append(game)
        assert http.get(f"{url}/archives").json() == {"archives": [f"{url}/2024/02"]}
        assert http.get(f"{sample.url}/player/somebody").json()["username"] == "somebody"


def test_requests_are_recorded(sample: SampleChessCom, http: requests.Session) -> None:
    """Every request is recorded with its status; requests for months can be counted by player."""
    http.get(f"{sample.url}/player/tamsintempo/games/archives")
    http.get(f"{sample.url}{_MONTH}", headers={"If-None-Match": "x"})
    http.get(f"{sample.url}{_MONTH}/pgn")
    http.get(f"{sample.url}/player/nobody/games/2025/09")
    assert [(r.method, r.status) for r in sample.requests] == [("GET", 200)] * 3 + [("GET", 404)]
    assert [r.path for r in sample.month_requests("tamsintempo")] == [f"/pub{_MONTH}"]
    assert len(sample.month_requests()) == 2
    assert sample.requests[1].headers["If-None-Match"] == "x"
    assert sample.max_in_flight == 1
    sample.recording.clear()
    assert sample.requests == []


def test_requests_in_flight_are_counted(clock: SettableClock) -> None:
    """Two clients are answered at the same time, and that is counted."""
    both_asked = Barrier(2)

    class WaitingHistories(FixedHistories):
        def profile(self, player: str) -> dict[str, Any]:
            both_asked.wait(timeout=10)
            return super().profile(player)

    with SampleChessCom(WaitingHistories({"somebody": {}}), now=clock) as sample:
        with ThreadPoolExecutor(2) as pool:
            urls = [f"{sample.url}/player/somebody"] * 2
            answers = list(pool.map(lambda url: requests.get(url, headers=AGENT, timeout=10), urls))
        assert [answer.status_code for answer in answers] == [200, 200]
        assert sample.max_in_flight == 2


def test_connections_are_kept(sample: SampleChessCom, http: requests.Session) -> None:
    """One connection serves many requests, errors and 304s among them."""
    ports = set()
    for path, headers in (
        (_MONTH, {}),
        ("/nothing", {}),
        (_MONTH, {"If-None-Match": http.get(f"{sample.url}{_MONTH}").headers["ETag"]}),
        ("/player/tamsintempo", {}),
    ):
        answer = http.get(f"{sample.url}{path}", headers=headers, stream=True)
        connection = answer.raw.connection
        ports.add(connection.sock.getsockname()[1])
        answer.content  # noqa: B018 — reads the body, which frees the connection
    assert len(ports) == 1


def test_json_is_compact(sample: SampleChessCom, http: requests.Session) -> None:
    """Bodies are JSON without white space, keys in the order of the payload."""
    text = http.get(f"{sample.url}{_MONTH}").text
    assert text == json.dumps(json.loads(text), separators=(",", ":"))
    assert text.startswith('{"games":[{"url":"https://www.chess.com/game/')
