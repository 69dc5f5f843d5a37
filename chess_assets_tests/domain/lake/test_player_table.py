"""A player's months: what is known of them, what that costs, and writes that never clobber."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from chess_assets.domain.lake.parquet_file import UnreadableFile, encode
from chess_assets.domain.lake.partition_file import PartitionState
from chess_assets.domain.lake.partition_index import read_index
from chess_assets.domain.lake.paths import index_path, partition_path
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.schemas.table import SchemaMismatch
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES as RAW
from chess_assets.domain.store import Conflict, FolderStore, S3Store, S3Uri, Store
from chess_assets_tests.domain.raw_rows import raw_row, raw_table
from chess_assets_tests.s3_server import S3Server

USER = "hikaru"
MAY, JUNE, JULY = Month(2022, 5), Month(2022, 6), Month(2022, 7)
ROWS = raw_table(raw_row("g1"), raw_row("g2"))
FACTS = {"content_version": "v1", "fetched_at": "2022-06-02T00:00:00+00:00"}


def table_in(store: Store) -> PlayerTable:
    """Return the player's table as a new run opens it."""
    return PlayerTable(store, RAW, USER)


def fill(store: Store, months: Iterable[Month]) -> dict[Month, PartitionState]:
    """Store two rows in each month, and the index."""
    table = table_in(store)
    states = {month: table.write(month, ROWS, FACTS, replacing=None) for month in months}
    table.save_index()
    return states


def test_nothing_stored(store: Store) -> None:
    """Of a player without files nothing is known, and nothing is written by asking."""
    table = table_in(store)

    assert table.states() == {}
    assert table.state(MAY) is None
    assert table.read(MAY) is None
    table.save_index()
    assert list(store.list("")) == []


def test_round_trip(store: Store) -> None:
    """What a run wrote is what the same run and the next one read, rows and facts."""
    table = table_in(store)
    written = table.write(MAY, ROWS, FACTS, replacing=None)

    assert (written.rows, written.facts, written.content_version) == (2, FACTS, "v1")
    for reader in (table, table_in(store)):
        assert reader.state(MAY) == written
        stored = reader.read(MAY)
        assert stored is not None
        assert stored[0].equals(ROWS)
        assert stored[1] == written
    info = store.head(partition_path(RAW.name, USER, MAY))
    assert info is not None
    assert (info.etag, info.size_bytes) == (written.etag, written.size_bytes)
    assert written.uri == store.uri_of(info.key)


def test_columns(folder: FolderStore) -> None:
    """Only the columns asked for are read, and the state still knows the number of rows."""
    fill(folder, [MAY])

    stored = table_in(folder).read(MAY, ["game_id"])
    assert stored is not None
    assert stored[0].equals(ROWS.select(["game_id"]))
    counted = table_in(folder).read(MAY, [])
    assert counted is not None
    assert counted[1].rows == 2


def test_sixty_months_cost_two_requests(s3_server: S3Server, s3_bucket: str) -> None:
    """Deciding about sixty indexed months costs one LIST and one GET."""
    store = S3Store(s3_server.client(), S3Uri(s3_bucket, "lake"))
    months = list(months_between(Month(2018, 1), Month(2022, 12)))
    written = fill(store, months)
    s3_server.forget()

    table = table_in(store)
    states = [table.state(month) for month in months]

    assert [request.operation for request in s3_server.requests] == ["GET", "LIST"]
    assert states == list(written.values())


def test_lost_index(s3_server: S3Server, s3_bucket: str) -> None:
    """Without the index every file says the same of itself, and the next run has the index."""
    store = S3Store(s3_server.client(), S3Uri(s3_bucket, "lake"))
    written = fill(store, [MAY, JUNE, JULY])
    s3_server.client().delete_object(Bucket=s3_bucket, Key=f"lake/{index_path(RAW.name, USER)}")
    s3_server.forget()

    table = table_in(store)
    assert table.states() == written
    assert s3_server.count("GET") == 1 + 3
    table.save_index()
    s3_server.forget()
    assert table_in(store).states() == written
    assert s3_server.count("GET") == 1


@pytest.mark.parametrize("body", [b"", b"{}", b"nonsense", b'{"2022-05": {"rows": 1}}'])
def test_corrupt_index(folder: FolderStore, body: bytes) -> None:
    """A corrupt index changes no answer."""
    written = fill(folder, [MAY, JUNE])
    Path(folder.uri_of(index_path(RAW.name, USER))).write_bytes(body)

    assert table_in(folder).states() == written


def test_index_of_older_objects(store: Store) -> None:
    """What the index says of an object counts only while that object is the one stored."""
    before = fill(store, [MAY, JUNE])
    other = encode(raw_table(raw_row("g9")), {"content_version": "v9"})
    store.put(partition_path(RAW.name, USER, MAY), other, if_match=before[MAY].etag)

    states = table_in(store).states()

    assert states[JUNE] == before[JUNE]
    assert (states[MAY].rows, states[MAY].content_version) == (1, "v9")
    assert states[MAY].etag != before[MAY].etag


def test_index_of_deleted_objects(folder: FolderStore) -> None:
    """A month whose object was deleted is not there, whatever the index says."""
    fill(folder, [MAY, JUNE])
    Path(folder.uri_of(partition_path(RAW.name, USER, MAY))).unlink()

    table = table_in(folder)

    assert set(table.states()) == {JUNE}
    assert table.state(MAY) is None
    assert table.read(MAY) is None


def test_renewed(store: Store) -> None:
    """Renewed facts reach the next run through the index, and the object is not rewritten."""
    fill(store, [MAY])
    path = partition_path(RAW.name, USER, MAY)
    before = store.head(path)
    table = table_in(store)
    state = table.state(MAY)
    assert state is not None

    table.renew(MAY, state, {**FACTS, "fetched_at": "later"})
    table.save_index()

    after = table_in(store).state(MAY)
    assert after is not None
    assert (after.facts["fetched_at"], after.content_version) == ("later", "v1")
    assert store.head(path) == before
    stored = table_in(store).read(MAY)
    assert stored is not None
    assert stored[1].facts["fetched_at"] == "later"


def test_one_unreadable(store: Store) -> None:
    """One month's corrupt file is named when it is asked for, and hides no other month."""
    written = fill(store, [MAY, JULY])
    path = partition_path(RAW.name, USER, JUNE)
    store.put(path, b"PAR1 but no more", if_match=None)

    table = table_in(store)

    assert table.states() == written
    assert table.state(MAY) == written[MAY]
    for ask in (table.state, table.read):
        with pytest.raises(
            UnreadableFile, match=r"month=2022-06/part-0\.parquet is not a readable"
        ):
            ask(JUNE)
    table.save_index()
    assert set(read_index(store, RAW.name, USER)) == {MAY, JULY}


def test_unreadable_no_more(folder: FolderStore) -> None:
    """A corrupt file that another run replaced is read like any other."""
    path = partition_path(RAW.name, USER, MAY)
    etag = folder.put(path, b"nonsense", if_match=None)
    table = table_in(folder)
    assert table.states() == {}

    folder.put(path, encode(ROWS, FACTS), if_match=etag)
    assert table.read(MAY) is not None

    state = table.state(MAY)
    assert state is not None
    assert state.rows == 2


def test_strange_files(folder: FolderStore) -> None:
    """Files that are no partition of the table are left alone."""
    written = fill(folder, [MAY])
    prefix = f"{RAW.name}/user={USER}"
    for key in (
        f"{prefix}/month=2022-06/part-1.parquet",
        f"{prefix}/month=2022-06/notes.txt",
        f"{prefix}/copy/month=2022-05/part-0.parquet",
        f"{prefix}/month=junk/part-0.parquet",
        f"{prefix}x/month=2022-07/part-0.parquet",
    ):
        folder.put(key, b"not ours", if_match=None)

    assert table_in(folder).states() == written


def test_another_writer_first(store: Store) -> None:
    """A write over what another run wrote meanwhile is refused, and after a new look taken."""
    fill(store, [MAY])
    ours, theirs = table_in(store), table_in(store)
    seen_by_us = ours.state(MAY)
    theirs.write(MAY, raw_table(raw_row("theirs")), {}, replacing=theirs.state(MAY))

    with pytest.raises(Conflict):
        ours.write(MAY, ROWS, FACTS, replacing=seen_by_us)

    stored = ours.read(MAY)
    assert stored is not None
    assert stored[0]["game_id"].to_pylist() == ["theirs"]
    ours.write(MAY, ROWS, FACTS, replacing=stored[1])
    assert table_in(store).state(MAY) == ours.state(MAY)


def test_another_writer_made_it(store: Store) -> None:
    """A month that another run made meanwhile is not overwritten."""
    ours = table_in(store)
    assert ours.state(MAY) is None
    fill(store, [MAY])

    with pytest.raises(Conflict):
        ours.write(MAY, ROWS, FACTS, replacing=None)

    ours.look_again(MAY)
    state = ours.state(MAY)
    assert state is not None
    assert state.rows == 2


def test_deleted_meanwhile(folder: FolderStore) -> None:
    """A month that was deleted since it was listed is not there any more, and can be written."""
    fill(folder, [MAY, JUNE])
    table = table_in(folder)
    for month in (MAY, JUNE):
        assert table.state(month) is not None
        Path(folder.uri_of(partition_path(RAW.name, USER, month))).unlink()

    assert table.read(MAY) is None
    table.look_again(JUNE)

    assert table.state(MAY) is None
    assert table.state(JUNE) is None
    assert table.write(MAY, ROWS, FACTS, replacing=None).rows == 2


def test_schema(folder: FolderStore) -> None:
    """Rows that are not as declared are refused before anything is written."""
    with pytest.raises(SchemaMismatch, match="raw_pgn_archives"):
        table_in(folder).write(MAY, ROWS.drop_columns("pgn"), FACTS, replacing=None)

    assert list(folder.list("")) == []


def test_players_apart(folder: FolderStore) -> None:
    """A player's table has no month of another whose name begins alike."""
    PlayerTable(folder, RAW, "hikaru2").write(MAY, ROWS, FACTS, replacing=None)

    assert table_in(folder).states() == {}
