"""Every status has its own named error, which says of whom, when, what and what to do."""

import pickle

import pytest

from chess_assets.domain.chess_com import (
    BadAnswer,
    ChessComClient,
    ChessComError,
    Forbidden,
    FutureMonth,
    Gone,
    MonthUnavailable,
    NotFound,
    PermanentError,
    RateLimited,
    ServerFault,
    TransientError,
    UnexpectedStatus,
    UnknownPlayer,
)
from chess_assets.domain.months import Month
from chess_assets_tests.fault_server import FaultServer, Script, as_json, whole

MAY = Month(2022, 5)
INTERNAL = (
    "An internal error has occurred. Please contact Chess.com Developer's Forum for further help "
    "https://www.chess.com/club/chess-com-developer-community ."
)
CLOUDFLARE = b"<!DOCTYPE html><html><head><title>Just a moment...</title>"


def _said(message: str, status: int = 404) -> Script:
    return as_json({"code": 0, "message": message}, status)


def _month_error(client: ChessComClient) -> ChessComError:
    with pytest.raises(ChessComError) as caught:
        client.month("hikaru", MAY)
    return caught.value


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (_said('User "hikaru" not found.'), UnknownPlayer),
        (_said(INTERNAL), MonthUnavailable),
        (_said("Something new"), MonthUnavailable),
        (whole(CLOUDFLARE, 404), MonthUnavailable),
        (_said("Date cannot be set in the future"), FutureMonth),
        (_said('Data provider not found for key "/x".'), NotFound),
        (_said("Gone.", 410), Gone),
        (_said("Forbidden", 403), Forbidden),
        (whole(CLOUDFLARE, 403), Forbidden),
        (whole(b"", 401), Forbidden),
        (whole(b"", 429), RateLimited),
        (whole(b"", 408), ServerFault),
        (whole(b"", 500), ServerFault),
        (whole(b"<html>", 502), ServerFault),
        (whole(b"", 503), ServerFault),
        (whole(b"", 529), ServerFault),
        (whole(b"", 204), UnexpectedStatus),
        (whole(b'{"games": []}', 206), UnexpectedStatus),
        (whole(b"", 300), UnexpectedStatus),
        (whole(b"", 418), UnexpectedStatus),
        (whole(b"", 999), UnexpectedStatus),
    ],
)
def test_month_status(
    server: FaultServer, one_shot: ChessComClient, script: Script, kind: type[ChessComError]
) -> None:
    """A month that comes with a status is that status's error, never a month without games."""
    server.answers(script)
    error = _month_error(one_shot)
    assert type(error) is kind
    assert str(error).startswith("hikaru 2022-05: chess.com answered ")
    assert str(error).endswith(".")


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (_said('User "hikaru" not found.'), UnknownPlayer),
        (_said(INTERNAL), ServerFault),
        (_said("Something new"), NotFound),
        (whole(CLOUDFLARE, 404), BadAnswer),
        (whole(b"", 404), BadAnswer),
        (whole(b'{"message": 7}', 404), BadAnswer),
        (whole(b"[" * 60_000, 404), BadAnswer),
    ],
)
def test_404_of_a_player(
    server: FaultServer, one_shot: ChessComClient, script: Script, kind: type[ChessComError]
) -> None:
    """Only a 404 that says so means that there is no such player."""
    server.answers(script, script)
    for ask in (one_shot.profile, one_shot.archives):
        with pytest.raises(ChessComError) as caught:
            ask("hikaru")
        assert type(caught.value) is kind


def test_whole_sentence(server: FaultServer, client: ChessComClient) -> None:
    """An error names player, month, status, what chess.com said, how often, and what to do."""
    server.always_answers(_said("try later", 503))
    assert str(_month_error(client)) == (
        "hikaru 2022-05: chess.com answered 503, 'try later', 5 times. "
        "Run again later: only what is missing is fetched."
    )


def test_forbidden_hint(server: FaultServer, one_shot: ChessComClient) -> None:
    """Who is refused is told about the contact."""
    server.answers(whole(CLOUDFLARE, 403))
    assert "CHESS_COM_CONTACT" in str(_month_error(one_shot))


def test_text_from_outside_is_tamed(server: FaultServer, one_shot: ChessComClient) -> None:
    """What a server says is shown in one short line of plain ASCII."""
    server.answers(_said("bad\r\n\x1b[31m\x00\u202egnp.exe \ud800" + "x" * 10_000, 410))
    text = str(_month_error(one_shot))
    assert text.isascii()
    assert text.isprintable()
    assert "bad [31m \\u202egnp.exe" in text
    assert len(text) < 400


@pytest.mark.parametrize(
    ("script", "ends_run"),
    [
        (_said('User "hikaru" not found.'), True),
        (whole(b"", 403), True),
        (whole(b"", 429, Retry_After=7200), True),
        (whole(b"", 503, Retry_After=7200), True),
        (whole(b"", 429, Retry_After=60), False),
        (_said(INTERNAL), False),
        (whole(b"", 410), False),
        (whole(b"", 500), False),
    ],
)
def test_ends_run(
    server: FaultServer, one_shot: ChessComClient, script: Script, *, ends_run: bool
) -> None:
    """An error tells whether the player's other months are worth asking for."""
    server.answers(script)
    assert _month_error(one_shot).ends_run is ends_run


def test_two_families() -> None:
    """Every named error is either transient or permanent."""
    families = {TransientError, PermanentError}
    assert set(ChessComError.__subclasses__()) == families


def test_error_travels(server: FaultServer, one_shot: ChessComClient) -> None:
    """An error that another process raised says the same here."""
    server.answers(whole(b"", 429, Retry_After=7200))
    error = _month_error(one_shot)
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301  our own bytes
    assert (type(twin), str(twin), twin.ends_run) == (RateLimited, str(error), True)
