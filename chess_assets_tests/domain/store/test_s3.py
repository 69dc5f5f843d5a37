"""What only S3 can do wrong: lost answers, throttling, refusals, bodies cut short, paging."""

from collections.abc import Callable

import boto3
import pytest
from botocore.config import Config
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from chess_assets.domain.store import (
    Conflict,
    InvalidLakeUri,
    S3Store,
    S3Uri,
    Store,
    StoreDenied,
    StoreError,
    StoreFull,
    StoreMissing,
    StoreUnreachable,
)
from chess_assets_tests.s3_server import (
    ANSWER_LOST,
    BODY_CUT,
    BODY_HUNG,
    BROKEN,
    CONNECTION_LOST,
    FULL,
    REFUSED,
    SECRET_KEY,
    SLOW_DOWN,
    Fault,
    S3Server,
)

KEY = "games/user=hikaru/part-0.parquet"

ASKS: dict[str, Callable[[Store], object]] = {
    "GET": lambda store: store.get(KEY),
    "HEAD": lambda store: store.head(KEY),
    "LIST": lambda store: list(store.list("games/")),
    "PUT": lambda store: store.put("games/user=hikaru/new", b"body", if_match=None),
}
each_operation = pytest.mark.parametrize("operation", ASKS)


@pytest.fixture
def store(s3_server: S3Server, s3_bucket: str) -> S3Store:
    """An empty store."""
    return S3Store(s3_server.client(), S3Uri(s3_bucket, "lake"), s3_server.credentials)


@pytest.fixture
def old_etag(store: S3Store, s3_server: S3Server) -> str:
    """The etag of an object that is there."""
    etag = store.put(KEY, b"old", if_match=None)
    s3_server.forget()
    return etag


def body_of(store: S3Store) -> bytes | None:
    """Return what is stored, or None."""
    stored = store.get(KEY)
    return None if stored is None else stored.body


@each_operation
def test_one_request_each(
    store: S3Store, s3_server: S3Server, old_etag: str, operation: str
) -> None:
    """A read, a look, a short listing and a write are one request each."""
    ASKS[operation](store)

    assert [request.operation for request in s3_server.requests] == [operation]


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("report.html", "text/html; charset=utf-8"), ("0.parquet", "application/vnd.apache.parquet")],
)
def test_content_type(
    store: S3Store, s3_server: S3Server, s3_bucket: str, name: str, content_type: str
) -> None:
    """An object is called what it is, so that a browser shows a report and doesn't save it."""
    store.put(f"reports/{name}", b"body", if_match=None)

    head = s3_server.client().head_object(Bucket=s3_bucket, Key=f"lake/reports/{name}")
    assert head["ContentType"] == content_type


def test_bucket_and_path(store: S3Store, s3_server: S3Server, s3_bucket: str) -> None:
    """An object lies below the prefix, where any S3 tool finds it."""
    store.put(KEY, b"body", if_match=None)

    found = s3_server.client().get_object(Bucket=s3_bucket, Key=f"lake/{KEY}")
    assert found["Body"].read() == b"body"
    assert store.uri == f"s3://{s3_bucket}/lake"


@pytest.mark.usefixtures("_no_backoff")
@pytest.mark.parametrize("fault", [ANSWER_LOST, CONNECTION_LOST])
def test_answer_lost(store: S3Store, s3_server: S3Server, old_etag: str, fault: Fault) -> None:
    """A write that was carried out but not confirmed counts as done, when created or replaced."""
    s3_server.fail_next("PUT", fault)
    etag = store.put(KEY, b"new", if_match=old_etag)
    s3_server.fail_next("PUT", fault)
    created = store.put("other", b"first", if_match=None)

    stored, other = store.get(KEY), store.get("other")
    assert stored is not None
    assert (stored.body, stored.etag) == (b"new", etag)
    assert other is not None
    assert (other.body, other.etag) == (b"first", created)
    assert s3_server.count("PUT") == 4
    assert s3_server.count("HEAD") == 2


def test_equal_bytes_are_no_proof(store: S3Store, s3_server: S3Server, s3_bucket: str) -> None:
    """A late write is not taken for its own when another writer has put the same bytes there."""
    late = s3_server.client()
    late.meta.events.register(
        "before-send.s3.PutObject",
        lambda **_: store.put(KEY, b"same", if_match=None) and None,
    )

    with pytest.raises(Conflict):
        S3Store(late, S3Uri(s3_bucket, "lake")).put(KEY, b"same", if_match=None)

    assert s3_server.count("PUT") == 2


@pytest.mark.usefixtures("_no_backoff")
@each_operation
@pytest.mark.parametrize("fault", [SLOW_DOWN, BROKEN])
def test_passing_faults(
    store: S3Store, s3_server: S3Server, old_etag: str, operation: str, fault: Fault
) -> None:
    """SlowDown and 500 are repeated until they pass."""
    s3_server.fail_next(operation, fault, fault)

    ASKS[operation](store)

    assert s3_server.count(operation) == 3


@pytest.mark.usefixtures("_no_backoff")
@each_operation
def test_lasting_faults(
    store: S3Store, s3_server: S3Server, s3_bucket: str, operation: str
) -> None:
    """A SlowDown without end fails when the client's five retries are used, naming the object."""
    s3_server.fail_next(operation, *[SLOW_DOWN] * 6)

    with pytest.raises(StoreUnreachable, match=f"s3://{s3_bucket}/lake/games.*503"):
        ASKS[operation](store)

    assert s3_server.count(operation) == 6


@each_operation
def test_denied(store: S3Store, s3_server: S3Server, s3_bucket: str, operation: str) -> None:
    """A 403 fails at once, and names the object and the permissions it takes."""
    s3_server.fail_next(operation, REFUSED)

    with pytest.raises(StoreDenied, match=f"s3://{s3_bucket}/lake/games.*403.*s3:PutObject"):
        ASKS[operation](store)

    assert s3_server.count(operation) == 1


def test_expired_credentials(store: S3Store, s3_server: S3Server) -> None:
    """Credentials that ran out are a matter of access, though S3 says 400."""
    s3_server.fail_next("GET", Fault(400, "ExpiredToken"))

    with pytest.raises(StoreDenied, match="ExpiredToken"):
        store.get(KEY)


@each_operation
def test_bucket_missing(s3_server: S3Server, operation: str) -> None:
    """A bucket that isn't there is named, and is not an empty lake."""
    store = S3Store(s3_server.client(), S3Uri("no-such-bucket", "lake"))

    with pytest.raises(StoreMissing, match="bucket of s3://no-such-bucket/lake/games"):
        ASKS[operation](store)


@each_operation
def test_no_credentials(
    s3_server: S3Server, s3_bucket: str, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without credentials nothing is sent, and the message says which to set."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    client = boto3.Session().client("s3", endpoint_url=s3_server.url, region_name="eu-central-1")

    with pytest.raises(StoreUnreachable, match=r"no usable AWS credentials.*AWS_ACCESS_KEY_ID"):
        ASKS[operation](S3Store(client, S3Uri(s3_bucket, "lake")))

    assert s3_server.requests == []


@each_operation
def test_nobody_answers(s3_server: S3Server, operation: str) -> None:
    """An endpoint where nothing listens is a sentence without the secrets."""
    client = boto3.client(
        "s3",
        endpoint_url="http://127.0.0.1:9",
        region_name="eu-central-1",
        aws_access_key_id="tests",
        aws_secret_access_key=SECRET_KEY,
        config=Config(retries={"mode": "standard", "max_attempts": 1}),
    )
    store = S3Store(client, S3Uri("lake"), s3_server.credentials)

    with pytest.raises(StoreUnreachable, match="AWS_ENDPOINT_URL_S3") as caught:
        ASKS[operation](store)

    assert SECRET_KEY not in str(caught.value)
    assert SECRET_KEY not in repr(store)


def test_store_full(store: S3Store, s3_server: S3Server) -> None:
    """A server without room says so, and the object stays as it was."""
    s3_server.fail_next("PUT", FULL)

    with pytest.raises(StoreFull, match="free some space"):
        store.put(KEY, b"body", if_match=None)

    assert store.get(KEY) is None


def test_unknown_refusal(store: S3Store, s3_server: S3Server) -> None:
    """A refusal of any other kind still is a sentence with its status and code."""
    s3_server.fail_next("PUT", Fault(501, "NotImplemented"), Fault(400, "EntityTooLarge"))

    for cause in ("501 NotImplemented", "400 EntityTooLarge"):
        with pytest.raises(StoreError, match=cause):
            store.put(KEY, b"body", if_match=None)


def test_body_cut_short(store: S3Store, s3_server: S3Server, old_etag: str) -> None:
    """A body that ends too early is read again, whole."""
    s3_server.fail_next("GET", BODY_CUT, BODY_CUT)

    assert body_of(store) == b"old"
    assert s3_server.count("GET") == 3


def test_body_cut_short_for_good(store: S3Store, s3_server: S3Server, old_etag: str) -> None:
    """A body that always ends too early is never taken for the object."""
    s3_server.fail_next("GET", *[BODY_CUT] * 3)

    with pytest.raises(StoreUnreachable, match=KEY):
        store.get(KEY)


def test_body_that_hangs(s3_server: S3Server, s3_bucket: str, old_etag: str) -> None:
    """A body that stops coming is asked for again after the client's read timeout."""
    store = S3Store(s3_server.client(read_timeout=0.2), S3Uri(s3_bucket, "lake"))
    s3_server.fail_next("GET", BODY_HUNG)

    assert body_of(store) == b"old"


def test_paging(store: S3Store, s3_server: S3Server, s3_bucket: str) -> None:
    """A listing of more than a thousand objects is whole, sorted, and one request a thousand."""
    backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    keys = [f"games/user=u{number:04d}/part-0.parquet" for number in range(2_300)]
    for key in reversed(keys):
        backend.put_object(s3_bucket, f"lake/{key}", b"")

    assert [info.key for info in store.list("games/")] == keys
    assert s3_server.count("LIST") == 3


def test_foreign_objects_are_not_listed(
    store: S3Store, s3_server: S3Server, s3_bucket: str, old_etag: str
) -> None:
    """What is beside the prefix, and names that can't be keys, are not part of the lake."""
    client = s3_server.client()
    for key in ("lake/games/", "lake/.hidden", "lake/a b", "lakeside/x", "x", "lake//x"):
        client.put_object(Bucket=s3_bucket, Key=key, Body=b"")

    assert [info.key for info in store.list("")] == [KEY]


def test_whole_bucket(s3_server: S3Server, s3_bucket: str) -> None:
    """A lake may be a whole bucket."""
    store = S3Store(s3_server.client(), S3Uri(s3_bucket))
    store.put(KEY, b"body", if_match=None)

    assert body_of(store) == b"body"
    assert [info.key for info in store.list("games/")] == [KEY]
    assert store.uri_of(KEY) == f"s3://{s3_bucket}/{KEY}"
    assert store.filesystem()[1] == s3_bucket


@pytest.mark.parametrize(
    ("bucket", "prefix"),
    [("", ""), ("Lake", ""), ("a/b", ""), ("lake", "../x"), ("lake", "/x"), ("lake", "x/")],
)
def test_location_is_checked(bucket: str, prefix: str) -> None:
    """A bucket or prefix that could lead elsewhere is refused when it is made, by anyone."""
    with pytest.raises(InvalidLakeUri):
        S3Uri(bucket, prefix)
