"""One request at a time for everybody who writes one lake: processes, machines, deaths, clocks."""

import json
import logging
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from chess_assets.domain.chess_com import ChessComClient, Limits, NotItsTurn, Unreachable
from chess_assets.domain.lake.paths import CHESS_COM_LEASE
from chess_assets.domain.months import Month
from chess_assets.domain.processes import this_process
from chess_assets.domain.store import (
    FolderStore,
    Lease,
    LeaseHeld,
    LeaseUnavailable,
    S3Store,
    S3Uri,
    Store,
    StoreUnreachable,
    lease_holder,
)
from chess_assets.domain.store.lease import LeaseTimes, elapsed_s
from chess_assets.domain.store.lease_record import LeaseRecord
from chess_assets.sample import SampleChessCom
from chess_assets_tests.domain.store.holding import go, line_of, start
from chess_assets_tests.domain.wrapped_store import WrappedStore
from chess_assets_tests.made_games import USER, histories_of
from chess_assets_tests.s3_server import REFUSED, S3Server

LASTS_S = 1.0
SHORT = LeaseTimes(duration_s=LASTS_S, margin_s=0.2, renew_every_s=0.1, idle_s=0.3, poll_s=0.05)
PATIENT_S = 120.0
ELSEWHERE = replace(this_process(), host="elsewhere", boot_id="of-another-machine")
ABROAD = LeaseRecord("abroad", 7, LASTS_S, ELSEWHERE, "cafe0123-run", "2026-11-29T10:00:00+00:00")


@pytest.fixture
def chess_com() -> Iterator[SampleChessCom]:
    """A look-alike that takes its time."""
    with SampleChessCom(histories_of([Month(2022, 1)]), latency_s=0.02) as chess_com:
        yield chess_com


@pytest.fixture
def begun() -> Iterator[list["subprocess.Popen[str]"]]:
    """Processes to be ended with the test."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


def lease_of(store: Store, times: LeaseTimes = SHORT) -> Lease:
    """Return one process's access to the lease of a lake."""
    return Lease(store, CHESS_COM_LEASE, "asking chess.com", times=times)


def write(store: Store, body: bytes) -> None:
    """Put an object where the lease is, whatever is there."""
    stored = store.get(CHESS_COM_LEASE)
    store.put(CHESS_COM_LEASE, body, if_match=stored.etag if stored else None)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for something that a thread or another process does."""
    until = time.monotonic() + PATIENT_S
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


class Stubborn(WrappedStore):
    """A store whose writes fail while it is told to."""

    is_failing = False

    def put(self, key: str, body: bytes, *, if_match: str | None) -> str:
        """Write an object, or fail."""
        if self.is_failing:
            raise StoreUnreachable(f"{self.uri_of(key)} could not be reached.")
        return super().put(key, body, if_match=if_match)


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_processes_at_once(
    kind: str,
    tmp_path: Path,
    s3_server: S3Server,
    s3_bucket: str,
    chess_com: SampleChessCom,
    begun: list["subprocess.Popen[str]"],
) -> None:
    """Processes that know nothing of each other never have two requests in flight."""
    turns = 4
    place, s3_url = {"folder": (str(tmp_path), ""), "s3": (s3_bucket, s3_server.url)}[kind]
    begun += [start(place, chess_com.url, turns, s3_url) for _ in range(4)]
    assert [line_of(process) for process in begun] == ["ready"] * 4
    for process in begun:
        go(process)
    assert [line_of(process) for process in begun] == ["done"] * 4
    assert len(chess_com.requests) == 4 * turns * 2
    assert chess_com.max_in_flight == 1


def test_killed_holder_is_not_waited_for(
    folder: FolderStore,
    tmp_path: Path,
    chess_com: SampleChessCom,
    begun: list["subprocess.Popen[str]"],
) -> None:
    """A holder killed on this machine, even one not yet buried, is succeeded at once."""
    begun.append(start(folder.uri, chess_com.url, 0))
    go(begun[0])
    assert [line_of(begun[0]), line_of(begun[0])] == ["ready", "held"]
    assert f"process {begun[0].pid}, run 01234567, since 20" in (
        lease_holder(folder, CHESS_COM_LEASE) or ""
    )
    with lease_of(folder) as lease, pytest.raises(LeaseHeld, match=f"process {begun[0].pid}"):
        lease.hold(patience_s=0.5)
    begun[0].kill()  # and not waited for: it stays as a zombie
    with lease_of(folder, LeaseTimes()) as lease:
        began_s = elapsed_s()
        lease.hold()
        assert elapsed_s() - began_s < LeaseTimes().duration_s
        assert lease.left_s > 0


@pytest.mark.parametrize(
    "changed",
    [
        {"boot_id": "of-another-machine"},
        {"pid_namespace": "pid:[1]"},
        {"boot_id": ""},
        {"pid_namespace": ""},
        {"started_at": -1},
    ],
)
def test_death_that_cannot_be_known(folder: FolderStore, changed: dict[str, Any]) -> None:
    """A pid that is not here proves nothing in another namespace, on another machine, or alone."""
    gone = replace(this_process(), pid=2**22 + 1, **changed)
    write(folder, replace(ABROAD, process=gone, duration_s=600).body())
    with lease_of(folder) as lease, pytest.raises(LeaseHeld):
        lease.hold(patience_s=0.2)


@pytest.mark.parametrize("changed", [{"pid": 2**22 + 1}, {"started_at": 1}])
def test_death_that_is_known(folder: FolderStore, changed: dict[str, Any]) -> None:
    """A process that is not here any more, or whose pid another has now, is not waited for."""
    gone = replace(this_process(), **changed)
    write(folder, replace(ABROAD, process=gone, duration_s=600).body())
    with lease_of(folder) as lease:
        lease.hold(patience_s=0)
        assert lease.left_s > 0


def test_taken_over_when_not_renewed(store: Store) -> None:
    """What is not renewed for its duration, by the waiter's own clock, is taken over; not before.

    What time the holder believed it was does not matter.
    """
    write(store, replace(ABROAD, since="2099-01-01T00:00:00+00:00").body())
    with lease_of(store) as lease:
        began_s = elapsed_s()
        lease.hold()
        assert elapsed_s() - began_s >= LASTS_S
        assert lease.left_s > 0


def test_renewed_is_not_taken_over(store: Store) -> None:
    """A lease that is in use is renewed, and others wait as long as it takes."""
    with lease_of(store) as holder, lease_of(store) as other:
        with holder.in_use():
            holder.hold()
            with pytest.raises(LeaseHeld):
                other.hold(patience_s=3 * LASTS_S)
            assert holder.left_s > 0
        other.hold()  # the holder gives back what it does not use
        assert other.left_s > 0
        assert holder.left_s <= 0


def test_given_back_at_the_end(store: Store) -> None:
    """Who leaves lets the next one in at once, however long a lease lasts; nothing is deleted."""
    for _ in range(2):
        with lease_of(store, LeaseTimes()) as lease:
            lease.hold(patience_s=0)
        assert lease_holder(store, CHESS_COM_LEASE) is None
        assert [info.key for info in store.list("")] == [CHESS_COM_LEASE]


def test_not_renewed_in_time(folder: FolderStore, chess_com: SampleChessCom) -> None:
    """A holder that could not renew stops asking, and goes on when it has the lease again."""
    store = Stubborn(folder)
    limits = Limits(attempts=1)
    with (
        lease_of(store) as lease,
        ChessComClient(chess_com.url, "tests", limits, lease=lease) as client,
        lease.in_use(),
    ):
        client.archives(USER)
        store.is_failing = True
        wait_until(lambda: lease.left_s <= 0)
        with pytest.raises(LeaseUnavailable, match="one process at a time, cannot be had"):
            client.archives(USER)
        write(folder, replace(ABROAD, duration_s=600).body())
        store.is_failing = False
        with pytest.raises(LeaseHeld, match="host elsewhere, process"):
            lease.hold(patience_s=0.3)
        assert len(chess_com.requests) == 1
        write(folder, replace(ABROAD, holder=None).body())
        client.archives(USER)
    assert len(chess_com.requests) == 2


def test_cut_off_when_lost(folder: FolderStore) -> None:
    """A response that is still coming when the lease is over is cut off, and counts for nothing."""
    store = Stubborn(folder)
    slow_s = 60
    with (
        SampleChessCom(histories_of([Month(2022, 1)]), latency_s=slow_s) as chess_com,
        lease_of(store) as lease,
        ChessComClient(chess_com.url, "tests", Limits(attempts=1), lease=lease) as client,
    ):
        lease.hold()
        store.is_failing = True
        began_s = elapsed_s()
        with pytest.raises(Unreachable, match="its turn to ask was over"):
            client.archives(USER)
        assert elapsed_s() - began_s < slow_s


def test_waiting_says_for_whom(
    folder: FolderStore, chess_com: SampleChessCom, caplog: pytest.LogCaptureFixture
) -> None:
    """Who waits says so once, with the holder; who may not wait long is told the same."""
    write(folder, ABROAD.body())
    told = f"Another run is asking chess.com (host elsewhere, process {ABROAD.process.pid}, "
    told += "run cafe0123, since 2026-11-29T10:00:00+00:00)"
    with (
        lease_of(folder) as lease,
        ChessComClient(chess_com.url, "tests", Limits(max_turn_wait_s=0.1), lease=lease) as hurried,
        pytest.raises(NotItsTurn) as raised,
    ):
        hurried.archives(USER)
    assert f"{USER} archives: {told}" in str(raised.value)
    assert chess_com.requests == []
    caplog.clear()
    with caplog.at_level(logging.INFO, "chess_assets"), lease_of(folder) as lease:
        lease.hold()
    assert caplog.messages == [f"{told}; this one waits for its turn."]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"[" * 10_000,
        b"[]",
        b"{}",
        json.dumps({**asdict(ABROAD), "duration_s": 1e9}).encode(),
        json.dumps({**asdict(ABROAD), "duration_s": float("nan")}).encode(),
        json.dumps({**asdict(ABROAD), "since": "\x1b[2J"}).encode(),
        json.dumps({**asdict(ABROAD), "holder": 5}).encode(),
        json.dumps({**asdict(ABROAD), "run_id": "x" * 2**17}).encode(),
    ],
)
def test_unreadable_lease(folder: FolderStore, body: bytes) -> None:
    """What is no lease of ours stops nobody for longer than a lease lasts, and is not shown."""
    write(folder, body)
    with lease_of(folder) as lease:
        with pytest.raises(LeaseHeld, match="somebody whose entry cannot be read"):
            lease.hold(patience_s=0)
        lease.hold()
        assert lease.left_s > 0


def test_no_writes_allowed(s3_server: S3Server, s3_bucket: str, chess_com: SampleChessCom) -> None:
    """Where nothing may be written nobody asks, and it is said why."""
    store = S3Store(s3_server.client(), S3Uri(s3_bucket))
    s3_server.fail_next("PUT", REFUSED)
    with (
        lease_of(store) as lease,
        ChessComClient(chess_com.url, "tests", lease=lease) as client,
        pytest.raises(LeaseUnavailable) as raised,
    ):
        client.archives(USER)
    assert "nothing is requested. S3 denied access to" in str(raised.value)
    assert CHESS_COM_LEASE in str(raised.value)
    assert chess_com.requests == []


def test_response_of_a_write_lost(folder: FolderStore) -> None:
    """A lease whose write succeeded although it failed is one's own, not somebody else's."""

    class Forgetful(Stubborn):
        def put(self, key: str, body: bytes, *, if_match: str | None) -> str:
            etag = WrappedStore.put(self, key, body, if_match=if_match)
            if self.is_failing:
                raise StoreUnreachable("The response was lost.")
            return etag

    store = Forgetful(folder)
    store.is_failing = True
    with lease_of(store) as lease, lease.in_use():
        with pytest.raises(LeaseUnavailable):
            lease.hold()
        store.is_failing = False
        lease.hold(patience_s=0)
        store.is_failing = True
        time.sleep(3 * SHORT.renew_every_s)
        store.is_failing = False
        before_s = elapsed_s()
        wait_until(lambda: lease.left_s + elapsed_s() > before_s + LASTS_S - SHORT.margin_s)
