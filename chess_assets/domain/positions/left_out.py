"""What Polyglot's hash leaves out of a position, as text, and as a number to mix in.

There is nothing of it in a position that Polyglot can describe, and that keeps Polyglot's key.
"""

from functools import lru_cache
from hashlib import blake2b


def inner_rooks(castling_field: str) -> str:
    """Return the rights of a FEN's castling field that name the rook's file."""
    return "".join(flag for flag in castling_field if flag not in "-KQkq")


def given_checks(checks_field: str) -> str:
    """Return the field of a threecheck FEN that says how many checks are still to give."""
    return "" if checks_field == "3+3" else checks_field


def pockets_and_promoted(placement_field: str) -> str:
    """Return the pockets of a crazyhouse FEN, and where promoted pieces stand."""
    placement, _, pockets = placement_field.rstrip("]").partition("[")
    return f"{placement} {pockets}" if pockets or "~" in placement else ""


@lru_cache(maxsize=1024)
def left_out_hash(left_out: str) -> int:
    """Return 64 bits to be mixed into a key with exclusive or: 0 where nothing was left out."""
    if not left_out:
        return 0
    return int.from_bytes(blake2b(left_out.encode(), digest_size=8).digest())
