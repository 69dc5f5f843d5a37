"""An attempt ends when its time is over, however busily the server keeps it alive."""

import socket
from threading import Event

import pytest

from chess_assets.domain.chess_com import (
    ChessComClient,
    Forbidden,
    IncompleteAnswer,
    Limits,
    TransientError,
    Unreachable,
)
from chess_assets.domain.chess_com.deadline import Deadline
from chess_assets.domain.months import Month
from chess_assets_tests.domain.chess_com.conftest import MakeClient
from chess_assets_tests.fault_server import (
    Drip,
    End,
    FaultServer,
    Script,
    Wait,
    as_json,
    head,
    whole,
)

MAY = Month(2022, 5)
DEADLINE_S = 0.3
LIMITS = Limits(attempts=1, attempt_deadline_s=DEADLINE_S)
SLOWLY = 0.02
SLOW = {
    "status line": [Drip(b"HTTP/1.1 200 " + b"O" * 9999, SLOWLY)],
    "headers": [b"HTTP/1.1 200 OK\r\n", Drip(b"X-A: b\r\n" * 99, SLOWLY)],
    "body": [head(Content_Length=9999), Drip(b" " * 9999, SLOWLY)],
    "endless body": [head(), Drip(b" " * 9999, SLOWLY)],
    "chunk size": [head(Transfer_Encoding="chunked"), Drip(b"0" * 9999, SLOWLY)],
    "chunk size before the end": [
        head(Transfer_Encoding="chunked", Connection="close"),
        Drip(b"0" * 9999, SLOWLY),
    ],
    "silence": [Wait(60)],
    "silence in the body": [head(Content_Length=9999), Wait(60)],
}


@pytest.fixture
def hasty(make_client: MakeClient) -> ChessComClient:
    return make_client(LIMITS)


@pytest.mark.parametrize("script", SLOW.values(), ids=SLOW)
def test_drip(server: FaultServer, hasty: ChessComClient, script: Script) -> None:
    """A byte at a time does not prolong an attempt, in whatever part of the answer."""
    server.answers([*script, End.CLOSE])
    with pytest.raises((Unreachable, IncompleteAnswer), match=r"not whole within 0\.3 s"):
        hasty.month("hikaru", MAY)


def test_late_connection() -> None:
    """An answer that would begin after the deadline is not waited for."""
    with Deadline(0.01) as deadline:
        while not deadline.has_passed:
            Event().wait(0.001)
        with pytest.raises(TimeoutError):
            deadline.watch(None)


def test_silent_handshake(sleeps: list[float]) -> None:
    """A server that takes connections but never greets is left when the time is over."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"https://127.0.0.1:{mute.getsockname()[1]}/pub"
        client = ChessComClient(url, "t@example.org", LIMITS, sleep=sleeps.append)
        with client, pytest.raises(Unreachable):
            client.month("hikaru", MAY)


def test_redirects_share_it(server: FaultServer, hasty: ChessComClient) -> None:
    """The deadline holds for an attempt with its redirects, not for each of them."""
    slow = whole(b"", 302, Location="/pub/again")
    server.always_answers([Wait(0.2), *slow])
    with pytest.raises(Unreachable, match="not whole within"):
        hasty.month("hikaru", MAY)
    assert hasty.requests_made == 2


def test_silence(server: FaultServer, make_client: MakeClient) -> None:
    """A server that stops talking is left after the read time-out."""
    client = make_client(Limits(attempts=1, read_timeout_s=0.1))
    server.answers([Wait(60)], [head(Content_Length=9), Wait(60)])
    for _ in range(2):
        with pytest.raises(TransientError, match="timed out"):
            client.month("hikaru", MAY)


def test_next_attempt(server: FaultServer, make_client: MakeClient) -> None:
    """What was cut off by the deadline is asked for again on a new connection."""
    client = make_client(Limits(attempt_deadline_s=DEADLINE_S))
    server.answers([Wait(60)], as_json({"games": []}))
    assert client.month("hikaru", MAY) is not None
    assert [request.connection for request in server.requests] == [0, 1]


def test_refusal_with_a_slow_page(server: FaultServer, hasty: ChessComClient) -> None:
    """A status that needs no body is told even if its page never ends."""
    server.answers([head(403, Content_Length=9999), Drip(b" " * 9999, SLOWLY)])
    with pytest.raises(Forbidden):
        hasty.month("hikaru", MAY)


def test_total(server: FaultServer, make_client: MakeClient) -> None:
    """The last attempt gets no more time than the call has left."""
    client = make_client(Limits(total_deadline_s=0.3, backoff_s=0.001))
    server.always_answers([Wait(60)])
    with pytest.raises(Unreachable, match=r"not whole within 0\.3 s"):
        client.month("hikaru", MAY)
    assert client.requests_made == 1
