"""What is asked again, how often, and after how long."""

import random
import socket
from datetime import timedelta
from email.utils import format_datetime

import pytest

from chess_assets.domain.chess_com import (
    BadAnswer,
    ChessComClient,
    ChessComError,
    Gone,
    Limits,
    RateLimited,
    ServerFault,
    Unreachable,
)
from chess_assets.domain.months import Month
from chess_assets_tests.domain.chess_com.conftest import NOW, MakeClient
from chess_assets_tests.fault_server import FaultServer, as_json, whole

MAY = Month(2022, 5)
GAMES = as_json({"games": []})


def test_burst(server: FaultServer, client: ChessComClient, sleeps: list[float]) -> None:
    """Four failures in a row are survived, with growing, jittered pauses."""
    server.answers(*(whole(b"", status) for status in (500, 502, 503, 429)), GAMES)
    assert client.month("hikaru", MAY) is not None
    assert client.requests_made == 5
    assert len(sleeps) == 4
    assert all(0 <= pause <= 2**n for n, pause in enumerate(sleeps))


def test_five_times(server: FaultServer, client: ChessComClient) -> None:
    """The fifth failure is the last, and is what the caller sees."""
    server.always_answers(whole(b"", 500))
    with pytest.raises(ServerFault, match="5 times") as caught:
        client.month("hikaru", MAY)
    assert caught.value.attempts == client.requests_made == 5


def test_bad_answer(server: FaultServer, client: ChessComClient) -> None:
    """A page where JSON should be is asked for again."""
    server.answers(whole(b"<html>"), GAMES)
    assert client.month("hikaru", MAY) is not None


def test_bad_answer_for_good(server: FaultServer, client: ChessComClient) -> None:
    """A page that stays is an error, not a month without games."""
    server.always_answers(whole(b"{}"))
    with pytest.raises(BadAnswer, match="'games'"):
        client.month("hikaru", MAY)
    assert client.requests_made == 5


def test_permanent(server: FaultServer, client: ChessComClient, sleeps: list[float]) -> None:
    """What asking again can't mend is asked once."""
    server.answers(whole(b"", 410))
    with pytest.raises(Gone):
        client.month("hikaru", MAY)
    assert client.requests_made == 1
    assert sleeps == []


@pytest.mark.parametrize(
    ("header", "at_least_s"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("1.5", 1.5),
        (format_datetime(NOW + timedelta(seconds=90)).replace("+0000", "GMT"), 90),
        ("Wednesday, 15-May-24 12:01:00 GMT", 60),
        ("Wed May 15 12:00:30 2024", 30),
    ],
)
def test_retry_after(
    server: FaultServer, client: ChessComClient, sleeps: list[float], header: str, at_least_s: float
) -> None:
    """Retry-After is waited out, in any of its forms."""
    server.answers(whole(b"", 429, Retry_After=header), GAMES)
    assert client.month("hikaru", MAY) is not None
    assert sleeps == [at_least_s]


@pytest.mark.parametrize(
    "header",
    ["soon", "", "-5", "nan", "inf", "1e9", "0x10", "1_0", "Wed, 15 May 2024 11:00:00 GMT"],
)
def test_retry_after_that_says_nothing(
    server: FaultServer, client: ChessComClient, sleeps: list[float], header: str
) -> None:
    """A Retry-After of no meaning, or of the past, leaves the usual pause."""
    server.answers(whole(b"", 503, Retry_After=header), GAMES)
    assert client.month("hikaru", MAY) is not None
    assert 0 <= sleeps[0] <= 1


def test_hasty_retry_after(
    server: FaultServer, client: ChessComClient, sleeps: list[float]
) -> None:
    """A server that invites to come back at once is spared by the usual pause all the same."""
    random.seed(1)
    server.answers(whole(b"", 503, Retry_After="0.001"), GAMES)
    client.month("hikaru", MAY)
    assert sleeps[0] > 0.1


@pytest.mark.parametrize(
    ("header", "until"),
    [
        ("7200", "2024-05-15 14:00:00 UTC"),
        ("121", "2024-05-15 12:02:01 UTC"),
        ("Thu, 16 May 2024 08:00:00 GMT", "2024-05-16 08:00:00 UTC"),
        ("9" * 60, "2025-05-15 12:00:00 UTC"),
    ],
)
def test_retry_after_beyond_the_cap(
    server: FaultServer, client: ChessComClient, sleeps: list[float], header: str, until: str
) -> None:
    """Who is told to come back much later stops at once, and says when."""
    server.answers(whole(b"", 429, Retry_After=header))
    with pytest.raises(RateLimited, match=until) as caught:
        client.month("hikaru", MAY)
    assert caught.value.ends_run
    assert client.requests_made == 1
    assert sleeps == []


@pytest.mark.parametrize("header", ["20", "1.5", "Wed, 15 May 2024 12:00:30 GMT"])
def test_waiting_is_no_attempt(
    server: FaultServer, make_client: MakeClient, sleeps: list[float], header: str
) -> None:
    """Who comes back when told to has not failed: after more 429s than attempts it is answered."""
    client = make_client(Limits(attempts=2))
    wait = whole(b"", 429, Retry_After=header)
    server.answers(*[wait] * 4, whole(b"", 500), as_json({"archives": []}))
    assert client.archives("hikaru").months == ()
    server.answers(*[wait] * 4, whole(b"", 500), GAMES)
    assert client.month("hikaru", MAY) is not None
    assert client.requests_made == 2 * 6
    assert len(sleeps) == 2 * 5


@pytest.mark.parametrize("off", [timedelta(hours=-9), timedelta(hours=9)], ids=str)
def test_retry_after_by_the_servers_clock(
    server: FaultServer, client: ChessComClient, sleeps: list[float], off: timedelta
) -> None:
    """A date in Retry-After is waited for by the clock that named it, where this one is wrong."""
    date, until = (format_datetime(NOW + off + timedelta(seconds=s)) for s in (0, 40))
    server.answers(whole(b"", 429, Date=date, Retry_After=until), GAMES)
    assert client.month("hikaru", MAY) is not None
    assert sleeps == [40]


def test_failures_count_beside_waits(
    server: FaultServer, client: ChessComClient, sleeps: list[float]
) -> None:
    """Between waits, what fails is counted as ever: the fifth failure is the last."""
    wait, fail = whole(b"", 429, Retry_After=3), whole(b"", 500)
    server.answers(*[each for _ in range(4) for each in (wait, fail)], wait, fail, GAMES)
    with pytest.raises(ServerFault, match="10 times"):
        client.month("hikaru", MAY)
    assert all(pause >= 3 for pause in sleeps[::2])


@pytest.mark.parametrize("header", ["soon", "0", "Wed, 15 May 2024 11:00:00 GMT"])
def test_429_that_asks_for_no_wait(
    server: FaultServer, client: ChessComClient, header: str
) -> None:
    """A 429 that does not say for how long is a failed attempt."""
    server.always_answers(whole(b"", 429, Retry_After=header))
    with pytest.raises(RateLimited, match="5 times"):
        client.month("hikaru", MAY)


def test_waits_are_bounded(
    server: FaultServer, client: ChessComClient, sleeps: list[float]
) -> None:
    """A server that asks for a second again and again is left alone after twenty."""
    server.always_answers(whole(b"", 429, Retry_After=1))
    with pytest.raises(RateLimited):
        client.month("hikaru", MAY)
    assert client.requests_made == 21
    assert sleeps == [1] * 20


def test_total_deadline(server: FaultServer, client: ChessComClient, sleeps: list[float]) -> None:
    """A pause that would end after the call's deadline is not begun."""
    server.always_answers(whole(b"", 429, Retry_After=110))
    with pytest.raises(RateLimited, match="3 times"):
        client.month("hikaru", MAY)
    assert sleeps == [110, 110]


def test_refused(sleeps: list[float]) -> None:
    """A server that isn't there is named, with the reason, after every attempt."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        client = ChessComClient(f"http://{host}/pub", "t@example.org", sleep=sleeps.append)
        with client, pytest.raises(Unreachable) as caught:
            client.month("hikaru", MAY)
    assert len(sleeps) == 4
    assert f"hikaru 2022-05: no answer from {host} (" in str(caught.value)
    assert "refused" in str(caught.value)


def test_no_such_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that DNS does not know is Unreachable too."""

    def unknown(*args: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    client = ChessComClient("http://no-such-host.invalid/pub", "t@example.org", Limits(attempts=1))
    with client, pytest.raises(Unreachable, match=r"no-such-host\.invalid .*not known"):
        client.month("hikaru", MAY)


def test_interrupt(server: FaultServer) -> None:
    """Ctrl-C between attempts ends the call, and the client works on."""

    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    server.answers(whole(b"", 500), GAMES)
    with ChessComClient(server.url, "t@example.org", sleep=interrupted) as client:
        with pytest.raises(KeyboardInterrupt):
            client.month("hikaru", MAY)
        assert client.month("hikaru", MAY) is not None


def test_limits(server: FaultServer, make_client: MakeClient) -> None:
    """Fewer attempts can be asked for."""
    client = make_client(Limits(attempts=2))
    server.always_answers(whole(b"", 500))
    with pytest.raises(ChessComError, match="2 times"):
        client.month("hikaru", MAY)
