"""Every fault of HTTP, in the first, a middle and the last month of a range, over real sockets.

Each is provoked three times: with nothing stored, passing by, and against what is stored.
"""

import gzip
import json
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from email.utils import format_datetime
from functools import cache

import pytest

from chess_assets.domain.chess_com import (
    BadAnswer,
    Forbidden,
    Gone,
    IncompleteAnswer,
    Limits,
    MonthUnavailable,
    RateLimited,
    RedirectRefused,
    ServerFault,
    TooLarge,
    UnknownPlayer,
    Unreachable,
)
from chess_assets.domain.store import FolderStore
from chess_assets_tests.fault_server import Drip, End, Script, Wait, as_json, head, whole
from chess_assets_tests.faults.lasting_fault import HASTY, Lasting, provoke_thrice
from chess_assets_tests.faults.month_range import (
    ATTEMPTS,
    MONTHS,
    NOW,
    POSITIONS,
    MonthRange,
    games_of,
    open_range,
    what_happened,
)
from chess_assets_tests.made_games import USER

TIGHT = Limits(attempts=ATTEMPTS, max_body_bytes=2**18)
PLAIN = json.dumps({"games": games_of(MONTHS[0], 3)}).encode()
ZIPPED = gzip.compress(PLAIN)

each_position = pytest.mark.parametrize("position", POSITIONS.values(), ids=POSITIONS)
Provoke = Callable[[Lasting, int], MonthRange]


def each_of(variants: dict[str, Lasting]) -> pytest.MarkDecorator:
    """Run a test with each of a row's variants."""
    return pytest.mark.parametrize("fault", variants.values(), ids=variants)


@pytest.fixture
def provoke(folder: FolderStore) -> Iterator[Provoke]:
    """Provokes a fault in one of the months, three times, and checks what holds for every fault."""
    with ExitStack() as opened:

        def run(fault: Lasting, position: int) -> MonthRange:
            months = opened.enter_context(open_range(folder, fault.limits))
            provoke_thrice(months, fault, position)
            return months

        yield run


def _zipped(body: bytes) -> Script:
    return whole(body, Content_Encoding="gzip")


@each_position
@each_of(
    {
        "length": Lasting([head(Content_Length=9999) + PLAIN[:999], End.CLOSE], IncompleteAnswer),
        "reset": Lasting([head(Content_Length=9999) + PLAIN[:999], End.RESET], IncompleteAnswer),
        "short gzip": Lasting(_zipped(ZIPPED[:-99]), IncompleteAnswer),
    }
)
def test_body_broken_off(provoke: Provoke, fault: Lasting, position: int) -> None:
    """Nothing of a body that ends before its end is stored; the whole fetch is repeated."""
    provoke(fault, position)


@each_position
def test_gzip_without_its_trailer(provoke: Provoke, position: int) -> None:
    """Gzip without its trailer is rejected, though all of its games could be read."""
    provoke(Lasting(_zipped(ZIPPED[:-8]), IncompleteAnswer), position)


@each_position
@each_of(
    {
        "HTML": Lasting(whole(b"<!DOCTYPE html><title>Just a moment...</title>"), BadAnswer),
        "broken JSON": Lasting(whole(PLAIN[:-2]), BadAnswer),
        "empty object": Lasting(whole(b"{}"), BadAnswer),
        "null": Lasting(whole(b'{"games": null}'), BadAnswer),
    }
)
def test_200_without_a_month(provoke: Provoke, fault: Lasting, position: int) -> None:
    """A 200 that is no month is asked for again, then fails: never an empty month."""
    provoke(fault, position)


@each_position
@each_of(
    {
        "987 deep": Lasting(whole(b'{"games": [' + b"[" * 987 + b"]" * 988 + b"}"), BadAnswer),
        "100,000 deep": Lasting(whole(b'{"games": ' + b"[" * 100_000), BadAnswer),
        "NaN": Lasting(whole(b'{"games": [NaN]}'), BadAnswer),
        "5,000 digits": Lasting(whole(b'{"games": [' + b"9" * 5_000 + b"]}"), BadAnswer),
    }
)
def test_json_no_one_can_read(provoke: Provoke, fault: Lasting, position: int) -> None:
    """JSON too deep, or with numbers that are none, fails its month by name and crashes nothing."""
    provoke(fault, position)


@each_position
@pytest.mark.parametrize(
    ("header", "asked_s", "requests"),
    [
        ("60", 60, 5),  # until a call's 300 s are over
        ("1.5", 1.5, 21),
        ("soon", 0, ATTEMPTS),
        (format_datetime(NOW + timedelta(seconds=90)), 90, 4),
    ],
)
def test_429(provoke: Provoke, position: int, header: str, asked_s: float, requests: int) -> None:
    """Retry-After is waited out in every form it has; what means nothing leaves usual pauses."""
    months = provoke(Lasting(whole(b"", 429, Retry_After=header), RateLimited, requests), position)
    assert len(months.slept_s) == requests - 1
    assert all(asked_s <= pause <= asked_s + 2 for pause in months.slept_s)


@each_position
def test_429_for_hours(provoke: Provoke, position: int) -> None:
    """Who is sent away for longer than the cap asks no more, and says until when."""
    fault = Lasting(whole(b"", 429, Retry_After=7200), RateLimited, requests=1)
    months = provoke(fault, position)
    outcomes = months.sync(is_refresh=True)
    assert "2024-02-20 14:00:00 UTC" in str(outcomes[position].error)
    assert months.slept_s == []


@each_position
@each_of(
    {
        "500": Lasting(whole(b"", 500), ServerFault),
        "reset": Lasting([End.RESET], Unreachable),
        "silence": Lasting([Wait(60)], Unreachable, limits=HASTY),
    }
)
def test_server_or_network_fails(provoke: Provoke, fault: Lasting, position: int) -> None:
    """Growing, jittered pauses between bounded attempts; then the month fails."""
    months = provoke(fault, position)
    assert len(months.slept_s) == ATTEMPTS - 1
    assert all(0 <= pause <= 2**n for n, pause in enumerate(months.slept_s))


@each_position
@each_of(
    {
        "body": Lasting(
            [head(Content_Length=9999), Drip(b" " * 9999, 0.02)], IncompleteAnswer, limits=HASTY
        ),
        "head": Lasting([Drip(head(X_A="b" * 999), 0.02)], IncompleteAnswer, limits=HASTY),
    }
)
def test_slow_drip(provoke: Provoke, fault: Lasting, position: int) -> None:
    """A byte at a time doesn't prolong an attempt: the deadline is over the whole response."""
    provoke(fault, position)


@each_position
@each_of(
    {
        "huge": Lasting(whole(b" " * 2**19), TooLarge, 1, TIGHT),
        "bomb": Lasting(_zipped(gzip.compress(bytes(2**20))), TooLarge, 1, TIGHT),
    }
)
def test_huge_body(provoke: Provoke, fault: Lasting, position: int) -> None:
    """A body above the cap is left there, and not asked for again."""
    provoke(fault, position)


@cache
def _bomb() -> bytes:
    zipper = zlib.compressobj(wbits=31)
    return b"".join(zipper.compress(bytes(2**20)) for _ in range(300)) + zipper.flush()


@each_position
def test_gzip_bomb_takes_no_memory(folder: FolderStore, position: int) -> None:
    """300 MiB in 300 KB, in a range of months, take no more than a few times the cap."""
    with open_range(folder, TIGHT) as months:
        months.serve_games(1)
        months.sync()
        months.serve(MONTHS[position], _zipped(_bomb()))
        tracemalloc.start()
        try:
            outcomes = months.sync(is_refresh=True)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert what_happened(outcomes)[position] == "TooLarge"
    assert peak < 8 * 2**20


@each_position
@each_of(
    {
        "host": Lasting(whole(b"", 301, Location="http://127.0.0.2/"), RedirectRefused, 1),
        "scheme": Lasting(whole(b"", 302, Location="https://127.0.0.1/"), RedirectRefused, 1),
    }
)
def test_redirect_elsewhere(provoke: Provoke, fault: Lasting, position: int) -> None:
    """A redirect out of the API is refused."""
    provoke(fault, position)


@each_position
def test_redirect_within(folder: FolderStore, position: int) -> None:
    """A redirect on the same host is followed."""
    with open_range(folder) as months:
        months.serve_games(2)
        month = MONTHS[position]
        months.serve(month, whole(b"", 301, Location="/pub/moved"))
        months.server.answers_at("/moved", as_json({"games": games_of(month, 2)}))
        assert what_happened(months.sync()) == ["fetched"] * 3
        assert months.counts() == [2, 2, 2]


def _message(text: str) -> Script:
    return as_json({"code": 0, "message": text}, 404)


@each_position
@each_of(
    {
        "404 player": Lasting(_message(f'User "{USER}" not found.'), UnknownPlayer, 1),
        "404 internal": Lasting(_message("An internal error has occurred."), MonthUnavailable),
        "410": Lasting(whole(b"", 410), Gone, 1),
        "403": Lasting(whole(b"<title>Just a moment...</title>", 403), Forbidden, 1),
    }
)
def test_404_410_403(provoke: Provoke, fault: Lasting, position: int) -> None:
    """Each refusal has its own name, and none means that there are no games."""
    provoke(fault, position)
