"""Fixtures that more than one part's tests ask for."""

import signal
import time
from collections.abc import Generator, Iterator
from types import SimpleNamespace
from uuid import uuid4

import botocore.endpoint
import pytest

from chess_assets.domain.store import S3Store, S3Uri
from chess_assets_tests import canary
from chess_assets_tests.s3_server import S3Server, serve_s3


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """A running S3 server, one for all tests of a process."""
    with serve_s3() as server:
        yield server


@pytest.fixture
def s3_bucket(s3_server: S3Server) -> str:
    """The name of a fresh, empty bucket; the server's counts and faults begin anew with it.

    This process has probed it already, so that what is counted is what a test asks for.
    """
    name = f"lake-{uuid4().hex}"
    s3_server.forget()  # what the last test left would meet the probe
    s3_server.make_bucket(name)
    _probe(s3_server, name)
    s3_server.forget()
    return name


def _probe(server: S3Server, bucket: str) -> None:
    S3Store(server.client(), S3Uri(bucket)).put("probed", b"", if_match=None)
    for key in ("probed", "_store/conditional_writes.json"):
        server.client().delete_object(Bucket=bucket, Key=key)


@pytest.fixture
def _no_backoff(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS's client repeats its requests at once."""
    clock = SimpleNamespace(time=time.time, sleep=lambda _: None)
    monkeypatch.setattr(botocore.endpoint, "time", clock)


_LONGEST = (
    "test_kills.py",
    "test_self_running.py",
    "test_simulated_ticks.py",
    "test_daemon.py",
    "test_crashes.py",
    "test_scaling_docs.py",
    "test_one_at_a_time.py",
    "test_dask_executor.py",
)


def pytest_configure() -> None:
    """Let tests interrupt what they start, also where a shell started them in the background.

    There Ctrl-C is ignored, Dagster makes SIGTERM the same, and processes inherit both.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that wait longest for processes first, so that others fill the wait."""
    places = {name: place for place, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the project's own options."""
    parser.addoption("--kills", type=int, default=1, help="how often test_kills kills")


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    """How often processes are killed."""
    count: int = request.config.getoption("--kills")
    return count


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that printed or logged the canary, or whose failure shows it."""
    report = yield
    if canary.is_in("".join(text for _, text in report.sections) + report.longreprtext):
        report.outcome = "failed"
        report.sections = []
        report.longrepr = f"{item.nodeid} shows the secret that it signs with."
    return report


@pytest.fixture(scope="session", autouse=True)
def _no_secret_in_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No file that a test left in its folder holds the canary."""
    yield
    found = list(canary.files_with_it(tmp_path_factory.getbasetemp()))
    assert found == [], "these files hold the secret that the tests sign with"
