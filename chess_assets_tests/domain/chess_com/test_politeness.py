"""What chess.com asks of its guests: one request at a time, and a name to reach them by."""

import logging
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from chess_assets.domain.chess_com import ChessComClient, UnknownPlayer
from chess_assets.domain.months import Month
from chess_assets_tests.fault_server import FaultServer, Wait, as_json, whole

MAY = Month(2022, 5)
GAMES = as_json({"games": []})


def test_one_at_a_time(server: FaultServer, client: ChessComClient) -> None:
    """Threads that share a client never have two requests in flight."""
    server.always_answers([Wait(0.02), *GAMES])
    with ThreadPoolExecutor(4) as pool:
        months = list(pool.map(lambda _: client.month("hikaru", MAY), range(8)))
    assert None not in months
    assert len(server.requests) == 8
    assert server.max_in_flight == 1


def test_keep_alive(server: FaultServer, client: ChessComClient) -> None:
    """Calls share a connection, also after an answer without games."""
    not_found = as_json({"message": 'User "x" not found.'}, 404)
    server.answers(GAMES, whole(status=304), whole(b"", 500), GAMES, not_found)
    for _ in range(3):
        client.month("hikaru", MAY, '"tag"')
    with pytest.raises(UnknownPlayer):
        client.profile("hikaru")
    assert {request.connection for request in server.requests} == {0}


def test_connection_closed_meanwhile(server: FaultServer, client: ChessComClient) -> None:
    """A connection that the server closed between two calls costs nothing but a new one."""
    server.answers(whole(b'{"games": []}', Connection="close"), GAMES)
    client.month("hikaru", MAY)
    assert client.month("hikaru", MAY) is not None


def _user_agent(server: FaultServer, contact: str | None) -> str:
    server.answers(GAMES)
    with ChessComClient(server.url, contact) as client:
        client.month("hikaru", MAY)
    return server.requests[-1].headers["user-agent"]


def _product() -> str:
    try:
        return f"chess_assets/{version('chess_assets')}"
    except PackageNotFoundError:
        return "chess_assets"


def test_contact(server: FaultServer) -> None:
    """The User-Agent says who asks and where to write to."""
    assert _user_agent(server, " me@example.org ") == f"{_product()} (contact: me@example.org)"


@pytest.mark.parametrize("contact", [None, "", "  "])
def test_no_contact(
    server: FaultServer, caplog: pytest.LogCaptureFixture, contact: str | None
) -> None:
    """Without a contact there is one warning that says how to give one."""
    with caplog.at_level(logging.WARNING, "chess_assets.chess_com"):
        assert _user_agent(server, contact) == _product()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "CHESS_COM_CONTACT" in caplog.text


@pytest.mark.parametrize("contact", ["a\r\nX-Evil: 1", "a\nb", "я@example.org", "a\0", "x" * 201])
def test_contact_that_fits_no_header(contact: str) -> None:
    """A contact that could break or smuggle headers is refused."""
    with pytest.raises(ValueError, match="can't go into the User-Agent"):
        ChessComClient(contact=contact)


@pytest.mark.parametrize(
    "url",
    ["", "api.chess.com/pub", "ftp://x/pub", "http://", "http://u:pw@x/", "http://x/?a=1", "//x"],
)
def test_api_url(url: str) -> None:
    """A base URL that isn't one, or that carries a password, is refused without repeating it."""
    with pytest.raises(ValueError, match="base URL") as caught:
        ChessComClient(url, "me@example.org")
    assert "pw" not in str(caught.value)


def test_no_secrets(
    server: FaultServer, client: ChessComClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither .netrc passwords nor cookies are sent."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    server.answers(as_json({"games": []}, Set_Cookie="track=1; Path=/"), GAMES)
    client.month("hikaru", MAY)
    client.month("hikaru", MAY)
    for request in server.requests:
        assert not {"authorization", "cookie"} & set(request.headers)


def test_conversation_is_counted(server: FaultServer, client: ChessComClient) -> None:
    """A client knows how much it asked for and got."""
    body = b'{"games": []}'
    server.answers(whole(body), whole(b"", 500), whole(body))
    client.month("hikaru", MAY)
    client.month("hikaru", MAY)
    assert client.requests_made == len(server.requests) == 3
    assert client.bytes_received == 2 * len(body)
