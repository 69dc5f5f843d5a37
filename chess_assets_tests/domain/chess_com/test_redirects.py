"""A redirect is followed inside the API's own host, and nowhere else."""

import pytest

from chess_assets.domain.chess_com import ChessComClient, RedirectRefused
from chess_assets.domain.months import Month
from chess_assets_tests.fault_server import End, FaultServer, as_json, head, whole

MAY = Month(2022, 5)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_same_host(server: FaultServer, client: ChessComClient, status: int) -> None:
    """A redirect on the same host is followed, with the same headers, whatever its page is like."""
    server.answers(
        [head(status, Location="/pub/elsewhere", Content_Length=2**30) + b"x", End.CLOSE],
        whole(b"", status, Location=f"{server.url}/there"),
        as_json({"games": []}),
    )
    assert client.month("hikaru", MAY, '"tag"') is not None
    assert server.paths == ["/pub/player/hikaru/games/2022/05", "/pub/elsewhere", "/pub/there"]
    assert {request.headers["if-none-match"] for request in server.requests} == {'"tag"'}
    assert client.requests_made == 3


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/pub/player/hikaru",
        "//evil.example/",
        "http://127.0.0.1:1/pub",
        "http://localhost/pub",
        "https://127.0.0.1/pub",
        "file:///etc/passwd",
        "http://[::1/",
        "http://127.0.0.1:99999999/",
        "javascript:alert(1)",
        "",
    ],
)
def test_elsewhere(server: FaultServer, client: ChessComClient, location: str) -> None:
    """A redirect to another host, port or scheme is refused, naming it, and not asked again."""
    server.answers(whole(b"", 301, Location=location))
    with pytest.raises(RedirectRefused, match=r"^hikaru 2022-05: chess.com answered 301, "):
        client.month("hikaru", MAY)
    assert client.requests_made == 1


def test_password(server: FaultServer, client: ChessComClient) -> None:
    """A redirect can't make the client send a password, not even to the same host."""
    server.answers(whole(b"", 301, Location=server.url.replace("//", "//user:pw@")))
    with pytest.raises(RedirectRefused):
        client.month("hikaru", MAY)


def test_nowhere(server: FaultServer, client: ChessComClient) -> None:
    """A redirect without a target is refused."""
    server.answers(whole(b"", 301))
    with pytest.raises(RedirectRefused):
        client.month("hikaru", MAY)


def test_circle(server: FaultServer, client: ChessComClient) -> None:
    """Three redirects are followed, a fourth is not."""
    server.always_answers(whole(b"", 302, Location="/pub/again"))
    with pytest.raises(RedirectRefused, match="more than 3"):
        client.month("hikaru", MAY)
    assert client.requests_made == 4
