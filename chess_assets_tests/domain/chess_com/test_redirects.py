"""A redirect is followed inside the API's own host, and nowhere else."""

import pytest

from chess_assets.domain.chess_com import (
    ChessComClient,
    OtherDocument,
    PlayerRenamed,
    RedirectRefused,
)
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


@pytest.mark.parametrize(
    "location",
    [
        "/pub/player/newname/games/2022/05",
        "/pub/player/NewName/games/2022/05/",
        "/mirror/player/newname/games/2022/5?x=1",
        "/pub/player/n%65wname/games/2022/05",
    ],
)
def test_another_name(server: FaultServer, client: ChessComClient, location: str) -> None:
    """The same month of another name is not read: the error names both and the command to run."""
    server.answers(whole(b"", 301, Location=location))
    with pytest.raises(PlayerRenamed, match="players rename hikaru newname") as caught:
        client.month("hikaru", MAY)
    assert (caught.value.new_name, caught.value.ends_run) == ("newname", True)
    assert client.requests_made == 1


def test_another_name_of_the_list(server: FaultServer, client: ChessComClient) -> None:
    """The list of months of another name is not read either."""
    server.answers(whole(b"", 301, Location="/pub/player/newname/games/archives"))
    with pytest.raises(PlayerRenamed, match="newname"):
        client.archives("hikaru")


def test_list_of_another_name(server: FaultServer, client: ChessComClient) -> None:
    """A list whose every entry names one other player leads to that name too."""
    urls = [f"{server.url}/player/newname/games/2022/0{number}" for number in (5, 6)]
    server.answers(as_json({"archives": urls}))
    with pytest.raises(PlayerRenamed, match="players rename hikaru newname"):
        client.archives("hikaru")


def test_profile_of_another_name(server: FaultServer, client: ChessComClient) -> None:
    """A profile is read where its name leads to, since it says whose it is."""
    profile = {"player_id": 7, "username": "newname", "url": "x", "status": "basic", "joined": 1}
    server.answers(whole(b"", 301, Location="/pub/player/newname"), as_json(profile))
    assert client.profile("hikaru").username == "newname"


@pytest.mark.parametrize(
    "location",
    [
        "/pub/player/hikaru/games/2022/06",
        "/pub/player/newname/games/2021/05",
        "/pub/player/hikaru/games/archives",
        "/pub/player/hikaru",
        "/pub/player/hikaru/games/2022/05/pgn",
        "/pub/player/a%20b/games/2022/05",
    ],
)
def test_another_document(server: FaultServer, client: ChessComClient, location: str) -> None:
    """A redirect to any other document of a player is refused, and fails its month alone."""
    server.answers(whole(b"", 302, Location=location))
    with pytest.raises(OtherDocument, match=r"^hikaru 2022-05: chess.com answered 302") as caught:
        client.month("hikaru", MAY)
    assert not caught.value.ends_run
    assert client.requests_made == 1


def test_upper_case_only(server: FaultServer, client: ChessComClient) -> None:
    """A redirect to the same document with the name in other letters is followed."""
    server.answers(
        whole(b"", 301, Location="/pub/player/HIKARU/games/2022/05"), as_json({"games": []})
    )
    assert client.month("hikaru", MAY) is not None
