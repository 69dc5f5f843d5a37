"""Fixtures that more than one part's tests ask for."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from chess_assets_tests.s3_server import S3Server, serve_s3


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """A running S3 server, one for all tests of a process."""
    with serve_s3() as server:
        yield server


@pytest.fixture
def s3_bucket(s3_server: S3Server) -> str:
    """The name of a fresh, empty bucket; the server's counts and faults begin anew with it."""
    name = f"lake-{uuid4().hex}"
    s3_server.make_bucket(name)
    s3_server.forget()
    return name
