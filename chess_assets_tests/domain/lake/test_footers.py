"""Footers, read by a request for the end of a file: the long ones, and a store that refuses."""

import pytest

from chess_assets.domain.lake.parquet_file import UnreadableFile, encode
from chess_assets.domain.lake.partition_file import player_file
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.schemas.tables import RATING_HISTORY
from chess_assets.domain.store import FolderStore, S3Store, S3Uri, StoreError
from chess_assets_tests.s3_server import Fault, S3Server

USER = "hikaru"
KEY = partition_path(RATING_HISTORY.name, USER, None)


def test_large_footer(folder: FolderStore) -> None:
    """A footer longer than what is fetched first is read whole, and verified."""
    facts = {f"name {number}": "x" * 1000 for number in range(100)}
    body = encode(RATING_HISTORY.empty(), facts)
    etag = folder.put(KEY, body, if_match=None)
    file = player_file(folder, RATING_HISTORY, USER)

    state = file.state()

    assert state is not None
    assert state.facts == facts
    damaged = bytearray(body)
    damaged[-50_000] ^= 1
    folder.put(KEY, bytes(damaged), if_match=etag)
    with pytest.raises(UnreadableFile):
        file.state()


@pytest.mark.parametrize("fault", [Fault(403, "AccessDenied"), Fault(400, "Odd", "\x7f not today")])
def test_end_of_a_file_is_refused(s3_server: S3Server, s3_bucket: str, fault: Fault) -> None:
    """A store that does not give a file's end is not taken for a damaged file."""
    store = S3Store(s3_server.client(), S3Uri(s3_bucket, "lake"), s3_server.credentials)
    store.put(KEY, encode(RATING_HISTORY.empty(), {}), if_match=None)
    s3_server.fail_next("GET", *[fault] * 20)
    with pytest.raises(StoreError, match=r"part-0\.parquet") as refused:
        player_file(store, RATING_HISTORY, USER).state()
    assert str(refused.value).isprintable()
    s3_server.forget()
    assert player_file(store, RATING_HISTORY, USER).state() is not None
