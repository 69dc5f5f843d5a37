"""Text from outside, made safe to store: capped in length, free of what files can't hold."""

import re

from chess_assets.domain.games.faults import Untypable

_UNSTORABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def storable_text(name: str, text: str, max_chars: int) -> str:
    r"""Return the text with control characters and lone surrogates as escapes (`\x00`, `\ud800`).

    Arrow holds no surrogates, and readers written in C stop at a NUL.

    Raises:
        Untypable: for a text longer than `max_chars`; `name` says which in the message.
    """
    if len(text) > max_chars:
        raise Untypable(f"{name} has {len(text):,} characters, more than {max_chars:,}")
    return _UNSTORABLE.sub(lambda found: ascii(found[0])[1:-1], text)
