"""From the pieces of a body on the wire to the whole body, or a named error; never a part of it."""

import zlib
from collections.abc import Iterable, Iterator

from chess_assets.domain.chess_com.errors import BadAnswer, IncompleteAnswer, TooLarge, shown
from chess_assets.domain.chess_com.questions import Question

_PIECE_BYTES = 2**18
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


def whole_body(question: Question, pieces: Iterable[bytes], encoding: str, max_bytes: int) -> bytes:
    """Return the uncompressed body.

    Args:
        question: what was asked, for messages.
        pieces: the body as it comes, still compressed.
        encoding: its Content-Encoding; "" for none.
        max_bytes: the cap, on what comes and on what it unpacks to, each on its own.

    Raises:
        TooLarge: as soon as the cap is passed; no more is read.
        IncompleteAnswer: for gzip that is broken, lacks its end, or has something behind it.
        BadAnswer: for a compression that was not asked for.
    """
    limited = _at_most(question, pieces, max_bytes, "")
    match encoding.strip().lower():
        case "" | "identity":
            return b"".join(limited)
        case "gzip" | "x-gzip":
            unzipped = _unzipped(question, limited)
            return b"".join(_at_most(question, unzipped, max_bytes, " uncompressed"))
        case other:
            raise BadAnswer(question, f"the body is compressed as {shown(other)}, not gzip")


def _at_most(
    question: Question, pieces: Iterable[bytes], max_bytes: int, form: str
) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > max_bytes:
            raise TooLarge(question, f"the body has more than {max_bytes:,} bytes{form}")
        yield piece


def _unzipped(question: Question, pieces: Iterable[bytes]) -> Iterator[bytes]:
    unzipper = zlib.decompressobj(_GZIP_WINDOW)
    has_surplus = False
    for piece in pieces:
        has_surplus = has_surplus or unzipper.eof
        waiting = piece
        while waiting and not unzipper.eof:
            try:
                yield unzipper.decompress(waiting, _PIECE_BYTES)
            except zlib.error as fault:
                raise IncompleteAnswer(question, "the body is broken gzip") from fault
            waiting = unzipper.unconsumed_tail
    if not unzipper.eof:
        raise IncompleteAnswer(question, "the compressed body ends before its end")
    if has_surplus or unzipper.unused_data:
        raise IncompleteAnswer(question, "something follows the end of the compressed body")
