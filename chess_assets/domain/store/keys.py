"""Which texts can be keys: the one door every key goes through, whatever the store.

A key names an object below the lake's root, as `/`-separated parts. What the parts mean (tables,
players, months) belongs in `lake`.
"""

import re

from chess_assets.domain.store.store import InvalidKey

_ESCAPE = "%[0-9A-F]{2}"  # as `lake.partition` writes what else a partition's name has
_PART = re.compile(rf"(?!.{{201}})(?:[A-Za-z0-9_=+-]|{_ESCAPE})(?:[A-Za-z0-9._=+-]|{_ESCAPE})*")
_MAX_LENGTH = 768  # S3 allows 1,024 bytes, of which a prefix may take 255


def is_key(text: str) -> bool:
    """Say whether this can be a key: no hidden names in it, so no `.` and `..` either."""
    return len(text) <= _MAX_LENGTH and all(map(_PART.fullmatch, text.split("/")))


def check_key(key: str) -> str:
    """Return the key as it is.

    Raises:
        InvalidKey: for anything but parts of `A-Za-z0-9._=+-` and escapes such as `%2F`, joined by
            single slashes; none begins with a dot; up to 200 characters a part and 768 in all.
    """
    if not isinstance(key, str) or not is_key(key):
        raise InvalidKey(key)
    return key


def check_prefix(prefix: str) -> str:
    """Return the prefix as it is: `""` for the whole store, else a key and a slash.

    Raises:
        InvalidKey: for anything else; without its slash, `user=a` would match `user=ab` too.
    """
    if prefix != "":
        if not isinstance(prefix, str) or not prefix.endswith("/"):
            raise InvalidKey(prefix)
        check_key(prefix[:-1])
    return prefix
