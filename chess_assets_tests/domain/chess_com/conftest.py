"""A fault server, and clients of it whose clock stands still and whose sleep only takes notes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from chess_assets.domain.chess_com import ChessComClient, Limits
from chess_assets_tests.fault_server import FaultServer

NOW = datetime(2024, 5, 15, 12, 0, 0, tzinfo=UTC)
MakeClient = Callable[[Limits], ChessComClient]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


@pytest.fixture
def sleeps() -> list[float]:
    """The seconds that the client slept, had it slept."""
    return []


@pytest.fixture
def make_client(server: FaultServer, sleeps: list[float]) -> Iterator[MakeClient]:
    with ExitStack() as stack:

        def make(limits: Limits) -> ChessComClient:
            client = ChessComClient(
                server.url, "tests@example.org", limits, now=lambda: NOW, sleep=sleeps.append
            )
            return stack.enter_context(client)

        yield make


@pytest.fixture
def client(make_client: MakeClient) -> ChessComClient:
    return make_client(Limits())


@pytest.fixture
def one_shot(make_client: MakeClient) -> ChessComClient:
    """A client that asks once."""
    return make_client(Limits(attempts=1))
