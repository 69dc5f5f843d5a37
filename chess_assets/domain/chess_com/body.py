"""From the pieces of a body on the wire to the whole body, or a named error; never a part of it."""

import zlib
from collections.abc import Iterable, Iterator

from chess_assets.domain.chess_com.errors import BadAnswer, IncompleteAnswer, TooLarge, shown
from chess_assets.domain.chess_com.questions import Question

_GZIP_WINDOW = 16 + zlib.MAX_WBITS


def whole_body(question: Question, pieces: Iterable[bytes], encoding: str, max_bytes: int) -> bytes:
    """Return the uncompressed body.

    Args:
        question: what was asked, for messages.
        pieces: the body as it comes, still compressed.
        encoding: its Content-Encoding; "" for none.
        max_bytes: the cap, on what comes and on what it unpacks to, each on its own.

    Raises:
        TooLarge: as soon as the cap is passed; no more is read or unpacked.
        IncompleteAnswer: for gzip that is broken, lacks its end, or has something behind it.
        BadAnswer: for a compression that was not asked for.
    """
    sent = _at_most(question, pieces, max_bytes)
    match encoding.strip().lower():
        case "" | "identity":
            return b"".join(sent)
        case "gzip" | "x-gzip":
            return _unzipped(question, b"".join(sent), max_bytes)
        case other:
            raise BadAnswer(question, f"the body is compressed as {shown(other)}, not gzip")


def _at_most(question: Question, pieces: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > max_bytes:
            raise TooLarge(question, f"the body has more than {max_bytes:,} bytes")
        yield piece


def _unzipped(question: Question, zipped: bytes, max_bytes: int) -> bytes:
    unzipper = zlib.decompressobj(_GZIP_WINDOW)
    try:
        body = unzipper.decompress(zipped, max_bytes + 1)
    except zlib.error as fault:
        raise IncompleteAnswer(question, "the body is broken gzip") from fault
    if len(body) > max_bytes:
        raise TooLarge(question, f"the body has more than {max_bytes:,} bytes uncompressed")
    if not unzipper.eof:
        raise IncompleteAnswer(question, "the compressed body ends before its end")
    if unzipper.unused_data:
        raise IncompleteAnswer(question, "something follows the end of the compressed body")
    return body
