"""A body is whole or an error; how it is cut, broken or blown up makes no difference."""

import gzip
import json
import tracemalloc
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.chess_com import (
    BadAnswer,
    ChessComClient,
    ChessComError,
    IncompleteAnswer,
    Limits,
    TooLarge,
    TransientError,
)
from chess_assets.domain.chess_com.body import whole_body
from chess_assets.domain.chess_com.questions import Question
from chess_assets.domain.months import Month
from chess_assets_tests.domain.chess_com.conftest import MakeClient
from chess_assets_tests.fault_server import End, FaultServer, Script, head, whole

MAY = Month(2022, 5)
QUESTION = Question.games("hikaru", MAY)
PLAIN = json.dumps({"games": [{"uuid": str(n)} for n in range(2000)]}).encode()
ZIPPED = gzip.compress(PLAIN)
BOMB_MB = 100


def _zipped(body: bytes) -> Script:
    return whole(body, Content_Encoding="gzip")


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


WHOLE = {
    "plain": whole(PLAIN),
    "gzip": _zipped(ZIPPED),
    "identity": whole(PLAIN, Content_Encoding="identity"),
    "chunked": [
        head(Transfer_Encoding="chunked"),
        _chunk(PLAIN[:7]),
        _chunk(PLAIN[7:]) + _chunk(b""),
    ],
    "until the end": [head(Content_Encoding="gzip", Connection="close") + ZIPPED, End.CLOSE],
}
BROKEN = {
    "cut body": [head(Content_Length=len(PLAIN)) + PLAIN[:-9], End.CLOSE],
    "cut gzip": [
        head(Content_Length=len(ZIPPED), Content_Encoding="gzip") + ZIPPED[:999],
        End.CLOSE,
    ],
    "reset": [head(Content_Length=len(PLAIN)) + PLAIN[:999], End.RESET],
    "cut chunk": [head(Transfer_Encoding="chunked") + _chunk(PLAIN)[:-99], End.CLOSE],
    "no last chunk": [head(Transfer_Encoding="chunked") + _chunk(PLAIN), End.CLOSE],
    "no chunk size": [head(Transfer_Encoding="chunked") + b"zz\r\n", End.CLOSE],
    "half a gzip": _zipped(ZIPPED[:999]),
    "gzip without its trailer": _zipped(ZIPPED[:-8]),
    "gzip without its last byte": _zipped(ZIPPED[:-1]),
    "gzip cut at the close": [head(Content_Encoding="gzip") + ZIPPED[:-8], End.CLOSE],
    "gzip and garbage": _zipped(ZIPPED + b"garbage"),
    "gzip twice": _zipped(ZIPPED + ZIPPED),
    "wrong checksum": _zipped(ZIPPED[:-8] + bytes(4) + ZIPPED[-4:]),
    "no gzip at all": _zipped(PLAIN),
    "empty gzip": _zipped(b""),
    "zlib for gzip": _zipped(zlib.compress(PLAIN)),
    "nothing": [End.CLOSE],
    "half a status line": [b"HTTP/1.", End.CLOSE],
    "half the headers": [head(Content_Length=len(PLAIN))[:-20], End.CLOSE],
    "another protocol": [b"220 mail.example.org ESMTP\r\n", End.CLOSE],
}


@pytest.mark.parametrize("script", WHOLE.values(), ids=WHOLE)
def test_whole(server: FaultServer, one_shot: ChessComClient, script: Script) -> None:
    """A body is the same however it is sent, and counted as it came."""
    server.answers(script)
    month = one_shot.month("hikaru", MAY)
    assert month is not None
    assert len(month.games) == 2000
    assert month.body_bytes == len(PLAIN)
    assert one_shot.bytes_received in {len(PLAIN), len(ZIPPED)}


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN)
def test_broken(server: FaultServer, client: ChessComClient, script: Script) -> None:
    """A broken answer is asked for again, whole; nothing of it is used."""
    server.answers(script, _zipped(ZIPPED))
    month = client.month("hikaru", MAY)
    assert month is not None
    assert month.games == json.loads(PLAIN)["games"]
    assert client.requests_made == 2


@pytest.mark.parametrize("script", BROKEN.values(), ids=BROKEN)
def test_broken_for_good(server: FaultServer, one_shot: ChessComClient, script: Script) -> None:
    """An answer that stays broken is a transient error."""
    server.answers(script)
    with pytest.raises(TransientError, match=r"^hikaru 2022-05: "):
        one_shot.month("hikaru", MAY)


def test_compression_not_asked_for(server: FaultServer, one_shot: ChessComClient) -> None:
    """A body in a compression that was not asked for is refused by its name."""
    server.answers(whole(PLAIN, Content_Encoding="br"))
    with pytest.raises(BadAnswer, match="'br', not gzip"):
        one_shot.month("hikaru", MAY)
    assert server.requests[0].headers["accept-encoding"] == "gzip"


def test_too_large(server: FaultServer, make_client: MakeClient) -> None:
    """A body above the cap ends there, and is not asked for again."""
    client = make_client(Limits(max_body_bytes=10_000))
    server.answers(whole(PLAIN))
    with pytest.raises(TooLarge, match=r"more than 10,000 bytes\."):
        client.month("hikaru", MAY)
    assert client.requests_made == 1


def test_endless(server: FaultServer, make_client: MakeClient) -> None:
    """A body without an end is left at the cap."""
    client = make_client(Limits(max_body_bytes=10_000))
    server.answers([head(), *([b"[" * 2**16] * 400), End.CLOSE])
    with pytest.raises(TooLarge):
        client.month("hikaru", MAY)
    assert client.bytes_received < 2**18


def test_gzip_bomb(server: FaultServer, make_client: MakeClient) -> None:
    """100 MB in 100 KB are given up at the cap, with no more memory than a few times the cap."""
    client = make_client(Limits(max_body_bytes=2**20))
    zipper = zlib.compressobj(wbits=31)
    bomb = b"".join(zipper.compress(bytes(2**20)) for _ in range(BOMB_MB)) + zipper.flush()
    server.answers(_zipped(bomb))
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge, match="uncompressed"):
            client.month("hikaru", MAY)
        assert tracemalloc.get_traced_memory()[1] < 5 * 2**20
    finally:
        tracemalloc.stop()


def test_gzip_of_nothing(server: FaultServer, make_client: MakeClient) -> None:
    """Compressed bytes that unpack to nothing count too."""
    client = make_client(Limits(max_body_bytes=10_000))
    stored = b"\x00\x00\x00\xff\xff" * 10_000
    server.answers(_zipped(ZIPPED[:10] + stored))
    with pytest.raises(TooLarge, match=r"bytes\."):
        client.month("hikaru", MAY)


def test_error_page_without_end(server: FaultServer, one_shot: ChessComClient) -> None:
    """A status says what it says even if the page with it is endless or cut."""
    server.answers([head(403), *([b"x" * 2**16] * 40), End.CLOSE])
    server.answers([head(429, Content_Length=99, Retry_After=7200) + b"x", End.CLOSE])
    for status in (403, 429):
        with pytest.raises(ChessComError, match=str(status)):
            one_shot.month("hikaru", MAY)
    assert one_shot.bytes_received < 2**21


@given(st.binary(max_size=3000), st.integers(1, 700))
def test_any_cut(body: bytes, size: int) -> None:
    """However gzip is cut into pieces it unpacks to the same; short of its end it never does."""
    zipped = gzip.compress(body)
    pieces = [zipped[at : at + size] for at in range(0, len(zipped), size)]
    assert whole_body(QUESTION, pieces, "gzip", 3000) == body
    with pytest.raises(IncompleteAnswer):
        whole_body(QUESTION, [zipped[:-size]], "gzip", 3000)


@pytest.mark.parametrize("surplus", [b"x", ZIPPED])
def test_surplus_in_its_own_piece(surplus: bytes) -> None:
    """What follows the end of gzip is noticed even if it comes later than the end."""
    with pytest.raises(IncompleteAnswer, match="something follows"):
        whole_body(QUESTION, [ZIPPED, surplus], "gzip", 10**6)


@given(st.lists(st.binary()), st.sampled_from(["", "gzip", "x-GZIP", "deflate", "\0"]))
def test_any_pieces(pieces: list[bytes], encoding: str) -> None:
    """Whatever comes, it is a body below the cap or a named error."""
    with suppress(IncompleteAnswer, BadAnswer, TooLarge):
        assert len(whole_body(QUESTION, pieces, encoding, 50)) <= 50
