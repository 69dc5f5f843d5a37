"""How long, how often and how much: the bounds that every call to chess.com keeps."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one call. An attempt is one request with its redirects; a call is all attempts.

    Attributes:
        connect_timeout_s: for each address of the host, TLS included.
        read_timeout_s: between two pieces of an answer.
        attempt_deadline_s: for one attempt as a whole, headers and body.
        total_deadline_s: for the attempts of one call and the waiting between them.
        attempts: of one call, the first included; a 429 that was waited out as asked is none.
        waits: of one call, for as long as a 429 asks.
        backoff_s: the most to wait after the first failure; it doubles with every other one.
        max_backoff_s: where that doubling ends.
        max_retry_after_s: a longer Retry-After ends the call.
        max_body_bytes: of one body, compressed and uncompressed.
        max_turn_wait_s: how long to wait while others ask; None: for as long as it takes.
    """

    connect_timeout_s: float = 10
    read_timeout_s: float = 30
    attempt_deadline_s: float = 120
    total_deadline_s: float = 300
    attempts: int = 5
    waits: int = 20
    backoff_s: float = 1
    max_backoff_s: float = 30
    max_retry_after_s: float = 120
    max_body_bytes: int = 64 * 2**20
    max_turn_wait_s: float | None = None


DEFAULT_LIMITS = Limits()
