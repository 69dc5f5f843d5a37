"""A player's data goes on under the new name: whole, once, and for nobody else."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chess_assets.domain.checks.summary_counts import UNMATCHED_GAMES
from chess_assets.domain.chess_com import ChessComClient, Limits, UnknownPlayer
from chess_assets.domain.freshness import FreshnessRule
from chess_assets.domain.games import PARSER_VERSION, games_from_raw
from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.moved_player import MOVED_TO
from chess_assets.domain.lake.outcomes import PartitionOutcome
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.partition_file import player_file
from chess_assets.domain.lake.paths import partition_path
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.player_tables.all_months import player_games_of
from chess_assets.domain.player_tables.player_games import GAMES_COLUMNS, PLAYER_GAMES_VERSION
from chess_assets.domain.raw_archives.archive import RawPgnArchives
from chess_assets.domain.raw_archives.fetched_months import FetchedMonths
from chess_assets.domain.registry import FollowedPlayer, PlayerRegistry
from chess_assets.domain.renaming import CannotRename, NotAllMoved, rename_player
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import GAMES, PLAYER_GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import FolderStore, Store
from chess_assets.sample import SampleChessCom
from chess_assets_tests.domain.desk import actions, error_of
from chess_assets_tests.domain.movable_clock import MovableClock
from chess_assets_tests.domain.player_lake import all_months, update, update_player_games
from chess_assets_tests.domain.wrapped_store import WrappedStore
from chess_assets_tests.renamed_chess_com import (
    OTHER_ACCOUNT,
    OWNER,
    Account,
    Accounts,
    accounts_of,
    games_of,
    rename,
    take_over,
)

OLD, NEW = "oldname", "newname"
MAY, JUNE, JULY = Month(2022, 5), Month(2022, 6), Month(2022, 7)
MONTHS = [MAY, JUNE, JULY]
NOW = datetime(2022, 7, 20, 12, tzinfo=UTC)


@dataclass
class Followed:
    """A lake that follows players, and chess.com to ask."""

    store: Store
    chess_com: SampleChessCom
    client: ChessComClient
    clock: MovableClock

    @property
    def registry(self) -> PlayerRegistry:
        """Return the registry."""
        return PlayerRegistry(self.store)

    def add(self, name: str) -> None:
        """Follow a player."""
        profile = self.client.profile(name)
        self.registry.add(FollowedPlayer.of(profile, self.clock.now()))

    def sync(self, name: str) -> list[PartitionOutcome]:
        """Bring a player's tables up to date as runs do; return what became of the raw months."""
        table = LakeTable(self.store, RAW_PGN_ARCHIVES)
        raw = FetchedMonths(lambda _: nullcontext(self.client), FreshnessRule(), self.clock.now)
        outcomes = list(raw.updates(table, [Partition.of_player(name, m) for m in MONTHS], ""))
        table.save_indexes()
        assert not any(error_of(each) for each in self.sync_games(name))
        update_player_games(self.store, name)
        return outcomes

    def sync_games(self, name: str) -> list[PartitionOutcome]:
        """Bring a player's games up to date as a run does."""
        table = LakeTable(self.store, GAMES)
        games = all_months(self.store, RAW_PGN_ARCHIVES, name).map(games_from_raw)
        months = [Partition.of_player(name, month) for month in MONTHS]
        outcomes = list(games.updates(table, months, PARSER_VERSION))
        table.save_indexes()
        return outcomes

    def rename(self, old: str = OLD, new: str = NEW, *, store: Store | None = None) -> int:
        """Rename a player; return how many files were moved."""
        return rename_player(store or self.store, self.client, old, new, self.clock.now).files

    def games(self, name: str, schema: TableSchema = GAMES) -> list[str]:
        """Return the games stored under a name, as often as they are."""
        ids: list[str] = []
        for month in MONTHS:
            stored = PlayerTable(self.store, schema, name).read(month, ["game_id"])
            ids += stored[0]["game_id"].to_pylist() if stored is not None else []
        return sorted(ids)

    def asked(self) -> list[str]:
        """Return what chess.com was asked since the last call."""
        paths = [request.path.removeprefix("/pub/player/") for request in self.chess_com.requests]
        self.chess_com.recording.clear()
        return paths


@pytest.fixture
def followed(store: Store) -> Iterator[Followed]:
    """A player with two games in each of three months, followed and synced in each kind of lake."""
    with open_followed(store) as opened:
        yield opened


@pytest.fixture
def in_folder(folder: FolderStore) -> Iterator[Followed]:
    """The same in a folder."""
    with open_followed(folder) as opened:
        yield opened


@contextmanager
def open_followed(store: Store, account: Account = OWNER) -> Iterator[Followed]:
    """Open a lake whose player has six games."""
    by_month = {m: games_of(account, OLD, m, first=10 * n) for n, m in enumerate(MONTHS, 1)}
    clock = MovableClock(NOW)
    accounts = Accounts({OLD: by_month}, {OLD: account.player_id})
    with (
        SampleChessCom(accounts, now=clock.now) as chess_com,
        ChessComClient(chess_com.url, "tests", Limits(attempts=1), now=clock.now) as client,
    ):
        opened = Followed(store, chess_com, client, clock)
        opened.add(OLD)
        opened.sync(OLD)
        yield opened


def test_moved(followed: Followed) -> None:
    """All games are the new name's, each once, and none are the old one's; nothing is due."""
    before = followed.games(OLD)
    rename(followed.chess_com, OLD, NEW)
    assert followed.rename() == 7  # three months of two tables, and player_games
    for schema in (RAW_PGN_ARCHIVES, GAMES):
        assert followed.games(NEW, schema) == before
        assert followed.games(OLD, schema) == []
    entry = followed.registry.players()
    assert set(entry) == {NEW}
    assert (entry[NEW].player_id, entry[NEW].uuid) == (OWNER.player_id, OWNER.uuid)
    assert entry[NEW].former_names == (OLD,)
    followed.asked()
    assert actions(followed.sync_games(NEW)) == ["kept"] * 3
    assert actions(followed.sync(NEW)) == ["kept"] * 3
    assert followed.asked() == []


def test_facts(followed: Followed) -> None:
    """The files' metadata names the new place; where it was fetched, and when, stays."""
    raw = PlayerTable(followed.store, RAW_PGN_ARCHIVES, OLD).state(MAY)
    assert raw is not None
    rename(followed.chess_com, OLD, NEW)
    followed.rename()
    moved = PlayerTable(followed.store, RAW_PGN_ARCHIVES, NEW).state(MAY)
    games = PlayerTable(followed.store, GAMES, NEW).state(MAY)
    assert moved is not None
    assert games is not None
    assert (moved.facts["user"], moved.facts["month"]) == (NEW, "2022-05")
    for name in ("source_url", "fetched_at", "content_version", "body_sha256"):
        assert moved.facts[name] == raw.facts[name]
    assert f"/user={NEW}/" in games.facts["source_uri"]
    assert OLD not in games.facts["source_uri"]


def test_what_comes_later(followed: Followed) -> None:
    """New games under the new name are merged with those of before."""
    rename(followed.chess_com, OLD, NEW)
    followed.rename()
    months = accounts_of(followed.chess_com).by_player[NEW]
    months[JULY] += games_of(OWNER, NEW, JULY, first=90, count=1)
    followed.clock.at += timedelta(days=1)
    assert actions(followed.sync(NEW)) == ["kept", "kept", "fetched"]
    assert len(followed.games(NEW)) == len(set(followed.games(NEW))) == 7


def test_what_only_the_index_knows(in_folder: Followed) -> None:
    """A month that a 304 sealed, which only the index knows, stays sealed: it is not fetched."""
    in_folder.clock.at = JULY.end + timedelta(days=2)
    raw = RawPgnArchives(
        PlayerTable(in_folder.store, RAW_PGN_ARCHIVES, OLD),
        in_folder.client,
        FreshnessRule(),
        in_folder.clock.now,
    )
    raw.store(JULY, raw.fetch(JULY))
    raw.table.save_index()
    rename(in_folder.chess_com, OLD, NEW)
    in_folder.rename()
    in_folder.asked()
    assert actions(in_folder.sync(NEW)) == ["kept"] * 3
    assert in_folder.asked() == []


def test_again(in_folder: Followed) -> None:
    """Run again when all is done, it moves nothing and changes nothing."""
    rename(in_folder.chess_com, OLD, NEW)
    in_folder.rename()
    etags = {info.key: info.etag for info in in_folder.store.list("")}
    assert in_folder.rename() == 0
    assert {info.key: info.etag for info in in_folder.store.list("")} == etags


class Interrupted(Exception):
    """The process is gone."""


class DyingStore(WrappedStore):
    """A store whose process dies at the n-th write, before it or after it."""

    def __init__(self, store: Store, puts: int, *, is_after: bool) -> None:
        super().__init__(store)
        self._puts_left = puts
        self._is_after = is_after

    def put(self, key: str, body: bytes, *, if_match: str | None) -> str:
        """Write, or die."""
        self._puts_left -= 1
        if self._puts_left < 0 and not self._is_after:
            raise Interrupted
        etag = super().put(key, body, if_match=if_match)
        if self._puts_left < 0:
            raise Interrupted
        return etag


@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("puts", range(15))
def test_interrupted_anywhere(in_folder: Followed, puts: int, *, is_after: bool) -> None:
    """Interrupted at any write, no game is gone, and the same again finishes without a fetch."""
    before = in_folder.games(OLD)
    rename(in_folder.chess_com, OLD, NEW)
    with pytest.raises(Interrupted):
        in_folder.rename(store=DyingStore(in_folder.store, puts, is_after=is_after))
    assert {*in_folder.games(OLD), *in_folder.games(NEW)} == set(before)
    in_folder.asked()
    in_folder.rename()
    assert [path for path in in_folder.asked() if "games" in path] == []
    assert in_folder.games(NEW) == in_folder.games(NEW, RAW_PGN_ARCHIVES) == before
    assert in_folder.games(OLD) == in_folder.games(OLD, RAW_PGN_ARCHIVES) == []
    assert set(in_folder.registry.players()) == {NEW}
    assert actions(in_folder.sync(NEW)) == ["kept"] * 3


def test_asked_under_the_old_name(in_folder: Followed) -> None:
    """Before the rename, a run for the old name fails with the command, and loses nothing."""
    rename(in_folder.chess_com, OLD, NEW)
    in_folder.clock.at += timedelta(days=1)
    outcomes = in_folder.sync(OLD)
    assert actions(outcomes) == ["kept", "kept", "PlayerRenamed"]
    assert f"players rename {OLD} {NEW}" in str(error_of(outcomes[2]))
    assert len(in_folder.games(OLD)) == 6


def test_new_name_followed_already(followed: Followed) -> None:
    """Games fetched under both names become one history, each game once."""
    before = followed.games(OLD)
    rename(followed.chess_com, OLD, NEW)
    months = accounts_of(followed.chess_com).by_player[NEW]
    months[MAY] = months[MAY][:1]  # chess.com no longer sends the other
    months[JULY] += games_of(OWNER, NEW, JULY, first=90, count=1)
    followed.add(NEW)
    followed.clock.at += timedelta(days=1)
    followed.sync(NEW)
    assert len(followed.games(NEW)) == 6
    followed.rename()
    followed.sync(NEW)
    assert len(followed.games(NEW)) == len(set(followed.games(NEW))) == 7
    assert set(before) < set(followed.games(NEW))
    rows = player_file(followed.store, PLAYER_GAMES, NEW).read()
    assert rows is not None
    assert (rows[0].num_rows, rows[0]["is_white"].null_count) == (7, 0)


def test_renamed_twice(in_folder: Followed) -> None:
    """Of a name that has changed again, the error names the newest, to which it goes in one."""
    rename(in_folder.chess_com, OLD, NEW)
    rename(in_folder.chess_com, NEW, "newest")
    with pytest.raises(CannotRename, match=f"players rename {OLD} newest"):
        in_folder.rename()
    assert len(in_folder.games(OLD)) == 6
    in_folder.rename(OLD, "newest")
    assert len(in_folder.games("newest")) == 6


def test_one_after_the_other(in_folder: Followed) -> None:
    """A player renamed, and renamed again, keeps everything and knows both former names."""
    rename(in_folder.chess_com, OLD, NEW)
    in_folder.rename()
    rename(in_folder.chess_com, NEW, "newest")
    in_folder.rename(NEW, "newest")
    assert len(in_folder.games("newest")) == 6
    assert in_folder.registry.players()["newest"].former_names == (OLD, NEW)


def test_and_back(in_folder: Followed) -> None:
    """A player may take the old name again."""
    before = in_folder.games(OLD)
    rename(in_folder.chess_com, OLD, NEW)
    in_folder.rename()
    rename(in_folder.chess_com, NEW, OLD)
    del in_folder.chess_com.new_names[OLD]
    in_folder.rename(NEW, OLD)
    assert (in_folder.games(OLD), in_folder.games(NEW)) == (before, [])
    assert in_folder.registry.players()[OLD].former_names == (NEW,)
    assert actions(in_folder.sync(OLD)) == ["kept"] * 3


def test_another_account(in_folder: Followed) -> None:
    """A name of another account is refused, and nothing is moved."""
    stranger = {MAY: games_of(OTHER_ACCOUNT, NEW, MAY)}
    take_over(in_folder.chess_com, NEW, OTHER_ACCOUNT, stranger)
    with pytest.raises(
        CannotRename, match=r"another account \(player 42\) than oldname \(player 41"
    ):
        in_folder.rename()
    assert len(in_folder.games(OLD)) == 6
    assert set(in_folder.registry.players()) == {OLD}


def test_new_name_stored_of_another_account(in_folder: Followed) -> None:
    """A new name under which somebody else's games are stored is refused: they would be mixed."""
    take_over(in_folder.chess_com, NEW, OTHER_ACCOUNT, {MAY: games_of(OTHER_ACCOUNT, NEW, MAY)})
    in_folder.add(NEW)
    in_folder.sync(NEW)
    rename(in_folder.chess_com, NEW, "elsewhere")
    rename(in_folder.chess_com, OLD, NEW)
    in_folder.chess_com.new_names.pop(NEW)
    with pytest.raises(CannotRename, match=f"players rename {NEW} NEW_NAME"):
        in_folder.rename()
    in_folder.registry.remove(NEW)
    with pytest.raises(CannotRename, match="of another account"):
        in_folder.rename()
    assert len(in_folder.games(OLD)) == 6
    assert len(in_folder.games(NEW)) == 2


def test_old_name_given_to_somebody_else(in_folder: Followed) -> None:
    """After the rename the old name's new owner is followed beside, with nothing of the first's."""
    rename(in_folder.chess_com, OLD, NEW)
    in_folder.rename()
    take_over(in_folder.chess_com, OLD, OTHER_ACCOUNT, {JUNE: games_of(OTHER_ACCOUNT, OLD, JUNE)})
    in_folder.add(OLD)
    outcomes = in_folder.sync(OLD)
    assert actions(outcomes) == ["empty", "fetched", "fetched"]
    assert (len(in_folder.games(OLD)), len(in_folder.games(NEW))) == (2, 6)
    with pytest.raises(CannotRename):
        in_folder.rename()
    assert (len(in_folder.games(OLD)), len(in_folder.games(NEW))) == (2, 6)


def test_given_away_before_the_rename(in_folder: Followed) -> None:
    """Although the old name is somebody else's already, its stored games go to the new one."""
    rename(in_folder.chess_com, OLD, NEW)
    take_over(in_folder.chess_com, OLD, OTHER_ACCOUNT, {JULY: games_of(OTHER_ACCOUNT, OLD, JULY)})
    in_folder.rename()
    assert (len(in_folder.games(NEW)), in_folder.games(OLD)) == (6, [])


def test_no_longer_followed(in_folder: Followed) -> None:
    """Data of a player who was removed is moved where chess.com leads to the new name."""
    in_folder.registry.remove(OLD)
    rename(in_folder.chess_com, OLD, NEW)
    in_folder.add(NEW)
    in_folder.rename()
    assert (len(in_folder.games(NEW)), in_folder.games(OLD)) == (6, [])


def test_unknown_names(in_folder: Followed) -> None:
    """Names that chess.com does not know are refused."""
    with pytest.raises(UnknownPlayer):
        in_folder.rename(OLD, "nobody")
    with pytest.raises(UnknownPlayer):
        in_folder.rename("nobody", OLD)
    with pytest.raises(CannotRename, match="same name"):
        in_folder.rename(OLD, OLD.upper())


def test_damaged_file(in_folder: Followed) -> None:
    """A file that cannot be read stays, is named, and keeps the old entry until it is put right."""
    path = partition_path(RAW_PGN_ARCHIVES.name, OLD, JUNE)
    stored = in_folder.store.get(path)
    assert stored is not None
    etag = in_folder.store.put(path, b"damaged", if_match=stored.etag)
    rename(in_folder.chess_com, OLD, NEW)
    with pytest.raises(NotAllMoved, match="month=2022-06"):
        in_folder.rename()
    assert set(in_folder.registry.players()) == {OLD}
    in_folder.store.put(path, stored.body, if_match=etag)
    assert in_folder.rename() == 1
    assert len(in_folder.games(NEW, RAW_PGN_ARCHIVES)) == 6


def test_moved_by_hand(in_folder: Followed) -> None:
    """Files that somebody moved to the new name's folder are told to be its own."""
    for schema in (RAW_PGN_ARCHIVES, GAMES):
        for info in list(in_folder.store.list(f"{schema.name}/user={OLD}/")):
            stored = in_folder.store.get(info.key)
            assert stored is not None
            in_folder.store.put(info.key.replace(OLD, NEW), stored.body, if_match=None)
    rename(in_folder.chess_com, OLD, NEW)
    assert PlayerTable(in_folder.store, RAW_PGN_ARCHIVES, NEW).states() == {}
    in_folder.rename()
    assert (len(in_folder.games(NEW)), in_folder.games(OLD)) == (6, [])


def test_games_without_uuids(folder: FolderStore) -> None:
    """Games of before that have no uuids are still the player's, by the former name."""
    with open_followed(folder, Account(OWNER.player_id, None)) as followed:
        rename(followed.chess_com, OLD, NEW)
        followed.rename()
        made = all_months(folder, GAMES, NEW, GAMES_COLUMNS).combine(player_games_of)
        beside = FolderStore(Path(folder.uri).parent / "beside")  # where the file is made anew
        player = Partition.of_player(NEW)
        done = update(made, beside, PLAYER_GAMES, player, PLAYER_GAMES_VERSION)
        assert (done.state.rows, done.state.facts[UNMATCHED_GAMES]) == (6, "0")


def test_old_files_say_where_they_went(in_folder: Followed) -> None:
    """What is left of an old file has no rows and names the new owner."""
    rename(in_folder.chess_com, OLD, NEW)
    in_folder.rename()
    state = PlayerTable(in_folder.store, RAW_PGN_ARCHIVES, OLD).state(MAY)
    assert state is not None
    assert (state.rows, state.facts[MOVED_TO]) == (0, NEW)
