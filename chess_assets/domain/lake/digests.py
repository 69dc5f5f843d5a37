"""Digests in a Parquet file's footer, by which a damaged file is told from a whole one.

Parquet's own checksums cover the data of a page, and neither its header nor the footer: one bit of
those gives other rows without an error. So the footer carries two SHA-256, one of the whole file
and one of the footer alone (for readers that fetch nothing else), each made with both digests
written as zeros. They are compared before the footer is parsed. Files of older versions have none.
"""

import hashlib
import re
from collections.abc import Mapping

DIGESTS = "file_and_footer_sha256"
"""The footer's entry that holds the digests; the last one, so that no other text passes for it."""

_DIGITS = 64
NO_DIGESTS = "0" * 2 * _DIGITS
"""What is written before the digests can be known."""

_WRITTEN = re.compile(rf"[0-9a-f]{{{2 * _DIGITS}}}")
_ENTRY = DIGESTS.encode() + b"\x18\x80\x01"  # Thrift: a string follows, of 128 bytes
_ZEROS = NO_DIGESTS.encode()
_MAGIC = b"PAR1"
_LENGTH_AND_MAGIC = 8


class Damaged(ValueError):
    """Bytes that are not those that were written."""


def with_digests(file: bytes) -> bytes:
    """Return a Parquet file that was written with `NO_DIGESTS`, with its digests in their place.

    Raises:
        ValueError: when it was not: the entry is missing.
    """
    at = _place_of_digests(file)
    if at is None or file[at : at + len(_ZEROS)] != _ZEROS:
        raise ValueError(f"the footer was written without {DIGESTS}")
    digests = _digest(file, 0, at) + _digest(file, footer_start(file), at)
    return b"".join((memoryview(file)[:at], digests, memoryview(file)[at + len(digests) :]))


def verify_file(file: bytes) -> bool:
    """Compare a whole file with its digest; return whether it has one.

    Raises:
        Damaged: when they differ.
    """
    at = _place_of_digests(file)
    if at is None:
        return False
    if file[at : at + _DIGITS] != _digest(file, 0, at):
        raise Damaged("its checksum is not that of what it holds")
    return True


def verify_footer(tail: bytes) -> bool:
    """Compare a file's footer with its digest; return whether it has one.

    Args:
        tail: The file from its footer on, or from anywhere before.

    Raises:
        Damaged: when they differ.
    """
    at = _place_of_digests(tail)
    if at is None:
        return False
    start = footer_start(tail)
    if not 0 <= start <= at or tail[at + _DIGITS : at + 2 * _DIGITS] != _digest(tail, start, at):
        raise Damaged("the checksum of its footer is not that of what it holds")
    return True


def check_name(entries: Mapping[str, str]) -> None:
    """Raise, if a footer's digests go by another name: else the file passes for an older one.

    Raises:
        Damaged: when an entry that is no digests' by its name has what only digests look like.
    """
    if any(_WRITTEN.fullmatch(text) for name, text in entries.items() if name != DIGESTS):
        raise Damaged("the name of its checksum is damaged")


def footer_start(tail: bytes) -> int:
    """Return where the footer begins, by its length at the end; negative when that lies before.

    Raises:
        Damaged: when the file does not end as a Parquet file does.
    """
    if len(tail) < _LENGTH_AND_MAGIC or not tail.endswith(_MAGIC):
        raise Damaged("it does not end as a Parquet file does")
    length = int.from_bytes(tail[-_LENGTH_AND_MAGIC : -len(_MAGIC)], "little")
    return len(tail) - _LENGTH_AND_MAGIC - length


def _place_of_digests(tail: bytes) -> int | None:
    entry = tail.rfind(_ENTRY)
    return None if entry < 0 else entry + len(_ENTRY)


def _digest(data: bytes, start: int, at: int) -> bytes:
    """Return the digest of what begins at `start`, with zeros for the digests at `at`."""
    view = memoryview(data)
    digest = hashlib.sha256(view[start:at])
    digest.update(_ZEROS)
    digest.update(view[at + len(_ZEROS) :])
    return digest.hexdigest().encode()
