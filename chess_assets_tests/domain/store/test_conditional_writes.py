"""A bucket is only written to where it honours conditional writes: found out before anything is."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from uuid import uuid4

import pytest

from chess_assets.domain.store import S3Store, S3Uri, StoreDenied, StoreError, StoreUnreachable
from chess_assets.domain.store.conditional_writes import PROBE_KEY, NoConditionalWrites
from chess_assets_tests.s3_server import (
    ANSWER_LOST,
    BROKEN,
    REFUSED,
    REGION,
    SLOW_DOWN,
    Fault,
    S3Server,
)

KEY = "games/user=hikaru/part-0.parquet"
NOT_IMPLEMENTED = Fault(501, "NotImplemented", "A header implies functionality we do not have.")


@pytest.fixture
def bucket(s3_server: S3Server) -> Iterator[str]:
    """A bucket that this process has not probed, on a server that is whole again afterwards."""
    name = f"lake-{uuid4().hex}"
    s3_server.make_bucket(name)
    s3_server.forget()
    yield name
    s3_server.forget()


def store_in(server: S3Server, bucket: str) -> S3Store:
    """Return a lake in a bucket."""
    return S3Store(server.client(), S3Uri(bucket, "lake"), server.credentials)


def keys_in(server: S3Server, bucket: str) -> set[str]:
    """Return all keys that a bucket has, whoever wrote them."""
    listed = server.client().list_objects_v2(Bucket=bucket)
    return {found["Key"] for found in listed.get("Contents", ())}


def test_a_store_that_honours_them(s3_server: S3Server, bucket: str) -> None:
    """The first write of a process costs five requests more, and no other any."""
    store = store_in(s3_server, bucket)

    etag = store.put(KEY, b"one", if_match=None)
    first = len(s3_server.requests)
    store_in(s3_server, bucket).put(KEY, b"two", if_match=etag)

    assert (first, len(s3_server.requests)) == (6, 7)
    assert keys_in(s3_server, bucket) == {f"lake/{PROBE_KEY}", f"lake/{KEY}"}


def test_reading_probes_nothing(s3_server: S3Server, bucket: str) -> None:
    """Who only reads needs no right to write."""
    store = store_in(s3_server, bucket)
    assert store.get(KEY) is None
    assert list(store.list("")) == []
    assert s3_server.count("PUT") == 0
    assert keys_in(s3_server, bucket) == set()


@pytest.mark.parametrize(
    "headers", [{"If-Match"}, {"If-None-Match"}, {"If-Match", "If-None-Match"}]
)
@pytest.mark.parametrize("is_copied", [False, True])
def test_a_store_that_ignores_them(
    s3_server: S3Server, bucket: str, headers: set[str], *, is_copied: bool
) -> None:
    """It is refused in a sentence, nothing is written, and nothing is left behind.

    Even where the lake was copied from a store that passed.
    """
    if is_copied:
        passed = json.dumps({"passed_at": ["https://s3.eu-central-1.amazonaws.com"]})
        s3_server.client().put_object(Bucket=bucket, Key=f"lake/{PROBE_KEY}", Body=passed)
    s3_server.ignored_headers |= headers

    for _ in range(2):  # it is not taken for proven the second time
        with pytest.raises(NoConditionalWrites, match=f"s3://{bucket}/lake does not honour"):
            store_in(s3_server, bucket).put(KEY, b"one", if_match=None)

    assert keys_in(s3_server, bucket) == set()


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
@pytest.mark.parametrize(
    "fault", [NOT_IMPLEMENTED, Fault(400, "InvalidArgument", "Unsupported header"), Fault(405, "x")]
)
def test_a_store_that_refuses_them(
    s3_server: S3Server, bucket: str, header: str, fault: Fault
) -> None:
    """It is refused with what it said, and nothing is left behind."""
    s3_server.refused_headers[header] = fault

    with pytest.raises(NoConditionalWrites, match=fault.message):
        store_in(s3_server, bucket).put(KEY, b"one", if_match=None)

    s3_server.forget()
    assert keys_in(s3_server, bucket) == set()


@pytest.mark.usefixtures("_no_backoff")
@pytest.mark.parametrize("operation", ["GET", "PUT"])
def test_passing_faults(s3_server: S3Server, bucket: str, operation: str) -> None:
    """A store that is down is not one without conditional writes: the next write probes again."""
    s3_server.fail_next(operation, *[SLOW_DOWN] * 6)
    with pytest.raises(StoreUnreachable, match="503"):
        store_in(s3_server, bucket).put(KEY, b"one", if_match=None)

    s3_server.fail_next(operation, BROKEN, ANSWER_LOST)
    store = store_in(s3_server, bucket)
    store.put(KEY, b"one", if_match=None)

    stored = store.get(KEY)
    assert stored is not None
    assert stored.body == b"one"


def test_denied(s3_server: S3Server, bucket: str) -> None:
    """Without the right to write it says so, and nothing of conditional writes."""
    s3_server.fail_next("PUT", REFUSED)
    with pytest.raises(StoreDenied, match="403 AccessDenied: on demand"):
        store_in(s3_server, bucket).put(KEY, b"one", if_match=None)


_WRITE = """
import sys
from chess_assets.domain.store import Conflict, S3Store, S3Uri, StoreError
from chess_assets_tests.s3_server import S3Server
store = S3Store(S3Server(sys.argv[1]).client(), S3Uri(sys.argv[2], "lake"))
sys.stdin.read(1)
try:
    store.put("games/new", b"body", if_match=None)
except (Conflict, StoreError) as error:
    print(type(error).__name__)
else:
    print("written")
"""


def written_at_once(server: S3Server, bucket: str) -> list[str]:
    """Let four processes write the same new object at once; return what came of each."""
    command = [sys.executable, "-c", _WRITE, server.url, bucket]
    project = Path(__file__).parents[3]
    writers = [Popen(command, stdin=PIPE, stdout=PIPE, text=True, cwd=project) for _ in range(4)]
    for writer in writers:  # they wait for this when they have started
        assert writer.stdin is not None
        writer.stdin.write("x")
        writer.stdin.flush()
    return sorted(writer.communicate()[0].strip() for writer in writers)


def test_several_processes(s3_server: S3Server, bucket: str) -> None:
    """Processes that probe a good store at once all pass: one of them writes."""
    assert written_at_once(s3_server, bucket) == ["Conflict"] * 3 + ["written"]
    assert keys_in(s3_server, bucket) == {f"lake/{PROBE_KEY}", "lake/games/new"}


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
def test_several_processes_on_a_bad_store(s3_server: S3Server, bucket: str, header: str) -> None:
    """Processes that probe a store that ignores a condition at once all refuse it."""
    s3_server.ignored_headers.add(header)
    assert written_at_once(s3_server, bucket) == ["NoConditionalWrites"] * 4
    assert keys_in(s3_server, bucket) == set()


def test_another_process_later(s3_server: S3Server, bucket: str) -> None:
    """A process that comes later reads what the first found out, one request, and writes."""
    store_in(s3_server, bucket).put(KEY, b"one", if_match=None)
    s3_server.forget()

    said = written_at_once(s3_server, bucket)

    assert said == ["Conflict"] * 3 + ["written"]
    assert s3_server.count("PUT", f"/{bucket}/lake/_store/") == 0
    assert s3_server.count("GET", f"/{bucket}/lake/_store/") == 4


CHECKSUMS = "AWS_REQUEST_CHECKSUM_CALCULATION=when_required"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(400, "InvalidArgument", "Unsupported header 'x-amz-sdk-checksum-algorithm' received"),
        Fault(501, "NotImplemented", "STREAMING-UNSIGNED-PAYLOAD-TRAILER not implemented"),
        Fault(400, "BadRequest", ""),
    ],
)
def test_checksums_are_refused(s3_server: S3Server, bucket: str, fault: Fault) -> None:
    """A store that refuses the client's checksum headers is told from one without conditions."""
    s3_server.refused_headers["x-amz-sdk-checksum-algorithm"] = fault

    with pytest.raises(StoreError, match=CHECKSUMS) as refused:
        store_in(s3_server, bucket).put(KEY, b"one", if_match=None)
    assert not isinstance(refused.value, NoConditionalWrites)
    assert fault.message in str(refused.value)
    assert "AWS_RESPONSE_CHECKSUM_VALIDATION=when_required" in str(refused.value)


def test_checksums_left_out(
    s3_server: S3Server, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The settings that the sentence names cure it; they are not named to who has them."""
    monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")
    monkeypatch.setenv("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required")
    s3_server.refused_headers["x-amz-sdk-checksum-algorithm"] = NOT_IMPLEMENTED

    store = store_in(s3_server, bucket)
    store.put(KEY, b"one", if_match=None)
    s3_server.fail_next("PUT", Fault(400, "InvalidArgument", "a bad checksum"))
    with pytest.raises(StoreError, match="a bad checksum") as refused:
        store.put("games/other", b"two", if_match=None)

    assert "when_required" not in str(refused.value)
    assert REGION not in str(refused.value)


def test_what_the_store_says(s3_server: S3Server, bucket: str) -> None:
    """Its own words are in the error: on one line, capped, without what could be a secret."""
    token = "FwoGZXIvYXdzE" * 9
    words = f"You may\n not \x1b[31m do &#x202e; this, {token}. " + "So. " * 500
    s3_server.fail_next("GET", Fault(403, "AccessDenied", words.replace("\x1b", "&#x7f;")))

    with pytest.raises(StoreDenied, match="403 AccessDenied: You may not") as denied:
        store_in(s3_server, bucket).get(KEY)

    said = str(denied.value)
    assert said.isprintable()
    assert token not in said
    assert len(said) < 500
