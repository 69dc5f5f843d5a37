"""An answer is stored only for the player, the month and the account that it is of."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chess_assets.domain.chess_com import OtherAccount, OtherDocument, PlayerRenamed
from chess_assets.domain.lake.outcomes import PartitionOutcome
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.raw_archives.account_check import AccountCheck
from chess_assets.domain.raw_archives.archive import NotAsked
from chess_assets.domain.registry import FollowedPlayer
from chess_assets.domain.store import FolderStore
from chess_assets_tests.domain.desk import Desk, actions, error_of, open_desk
from chess_assets_tests.made_games import USER
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

MAY, JUNE, JULY = Month(2022, 5), Month(2022, 6), Month(2022, 7)
MONTHS = [MAY, JUNE, JULY]
NOW = datetime(2022, 7, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def desk(folder: FolderStore) -> Iterator[Desk]:
    """A player with two games in each of three months, of which July is open."""
    by_month = {month: games_of(OWNER, USER, month, first=n) for n, month in enumerate(MONTHS, 1)}
    accounts = Accounts({USER: by_month}, {USER: OWNER.player_id})
    with open_desk(folder, accounts, NOW) as desk:
        yield desk


def followed(uuid: str | None = None, *, added_at: datetime = NOW, **other: Any) -> FollowedPlayer:
    """Return the player's entry in the registry."""
    return FollowedPlayer(USER, OWNER.player_id, MAY.start, added_at, uuid, **other)


def sync(
    desk: Desk, months: list[Month], entry: FollowedPlayer | None
) -> tuple[list[PartitionOutcome], AccountCheck]:
    """Bring months up to date as a run does that knows the player's entry."""
    raw = desk.archive(followed=entry)
    return desk.sync_with(raw, months), raw.account


def ids(desk: Desk, month: Month) -> set[str]:
    """Return the games stored of a month."""
    return set(desk.rows(month))


def test_uuid_is_learnt(desk: Desk) -> None:
    """The games tell the account's uuid, without a request more."""
    outcomes, account = sync(desk, MONTHS, followed())
    assert actions(outcomes) == ["fetched"] * 3
    assert account.uuid == OWNER.uuid
    assert desk.asked() == ["archives", "2022-05", "2022-06", "2022-07"]


@pytest.mark.parametrize("entry", [followed(OWNER.uuid), followed(), None])
def test_taken_over(desk: Desk, entry: FollowedPlayer | None) -> None:
    """Another account's games are not stored: by the uuid of the registry, or of stored games."""
    sync(desk, [MAY, JULY], entry)
    before = ids(desk, JULY)
    desk.clock.at += DAY
    take_over(
        desk.chess_com,
        USER,
        OTHER_ACCOUNT,
        {month: games_of(OTHER_ACCOUNT, USER, month, first=7) for month in (MAY, JULY)},
    )
    outcomes, _ = sync(desk, [JULY], entry)
    assert actions(outcomes) == ["OtherAccount"]
    assert str(OTHER_ACCOUNT.uuid) in str(error_of(outcomes[0]))
    assert f"players rename {USER} NEW_NAME" in str(error_of(outcomes[0]))
    assert ids(desk, JULY) == before


def test_taken_over_without_uuids(desk: Desk) -> None:
    """Where games have no uuids, the profile tells: one request more, once a run."""
    old = Account(OWNER.player_id, None)
    accounts_of(desk.chess_com).by_player[USER] = {
        month: games_of(old, USER, month, first=n) for n, month in enumerate(MONTHS, 1)
    }
    sync(desk, [MAY], followed())
    desk.asked()
    later = followed(added_at=NOW - 2 * DAY)
    assert actions(sync(desk, [JUNE, JULY], later)[0]) == ["fetched"] * 2
    assert desk.asked() == ["archives", "2022-06", f"-pub-player-{USER}", "2022-07"]

    desk.clock.at += DAY
    new_owner = Account(99, None)
    take_over(desk.chess_com, USER, new_owner, {JULY: games_of(new_owner, USER, JULY, first=9)})
    outcomes, _ = sync(desk, [JULY], later)
    assert actions(outcomes) == ["OtherAccount"]
    assert "player 99" in str(error_of(outcomes[0]))
    assert len(desk.rows(JULY)) == 2


def test_taken_over_and_not_played_yet(desk: Desk) -> None:
    """A new owner without games empties nothing: no month passes for an empty one."""
    sync(desk, [JULY], followed(OWNER.uuid))
    take_over(desk.chess_com, USER, OTHER_ACCOUNT, {})
    desk.clock.at += DAY
    outcomes, _ = sync(desk, [MAY, JUNE, JULY], followed(OWNER.uuid))
    assert [type(error_of(each)) for each in outcomes] == [OtherAccount, NotAsked, NotAsked]
    assert error_of(sync(desk, [JULY], followed(OWNER.uuid))[0][0]) is not None
    assert all(row["is_listed"] for row in desk.rows(JULY).values())


def test_vanished_games_of_the_same_account(desk: Desk) -> None:
    """Where the profile is the same account's, a month that lost all its games is merged."""
    sync(desk, [JULY], followed(OWNER.uuid))
    accounts_of(desk.chess_com).by_player[USER][JULY] = []
    desk.clock.at += DAY
    outcomes, _ = sync(desk, [JULY], followed(OWNER.uuid))
    assert actions(outcomes) == ["fetched"]
    assert [row["is_listed"] for row in desk.rows(JULY).values()] == [False, False]


def test_renamed_in_the_middle(desk: Desk) -> None:
    """A player who is renamed while a run asks: what came is stored, the rest names the command."""
    raw = desk.archive(followed=followed())
    outcomes = []
    for month in MONTHS:
        outcomes += desk.sync_with(raw, [month])
        if month == MAY:
            rename(desk.chess_com, USER, "newname")
    assert [type(error_of(each)) for each in outcomes] == [type(None), PlayerRenamed, NotAsked]
    assert f"players rename {USER} newname" in str(error_of(outcomes[2]))
    assert len(desk.rows(MAY)) == 2


def _of_another(_: list[Any]) -> list[Any]:
    return games_of(OTHER_ACCOUNT, "somebody", JUNE, first=50, count=4)


def _who_met_the_player(_: list[Any]) -> list[Any]:
    games = _of_another([])
    games[0]["black"] = {**games[0]["black"], "username": USER}
    return games


@pytest.mark.parametrize("change", [_of_another, _who_met_the_player])
@pytest.mark.parametrize("entry", [followed(OWNER.uuid), None])
def test_games_of_another_player(
    desk: Desk, change: Callable[[list[Any]], list[Any]], entry: FollowedPlayer | None
) -> None:
    """A whole answer with another player's games is refused, also if some are against ours."""
    months = accounts_of(desk.chess_com).by_player[USER]
    months[JUNE] = change(months[JUNE])
    outcomes, _ = sync(desk, [MAY, JUNE, JULY], entry)
    assert [type(error_of(each)) for each in outcomes] == [type(None), OtherDocument, type(None)]
    assert "somebody's" in str(error_of(outcomes[1]))


def test_games_of_another_month(desk: Desk) -> None:
    """An answer whose games are all of one other month is refused, and fails that month alone."""
    months = accounts_of(desk.chess_com).by_player[USER]
    months[JUNE] = months[MAY]
    outcomes, _ = sync(desk, MONTHS, followed())
    assert actions(outcomes) == ["fetched", "OtherDocument", "fetched"]
    assert "2022-05" in str(error_of(outcomes[1]))


def test_games_under_a_former_name(desk: Desk) -> None:
    """Games that still show a former name of the account are the player's, by its uuid."""
    months = accounts_of(desk.chess_com).by_player[USER]
    months[JUNE] = games_of(OWNER, "formername", JUNE, first=50)
    outcomes, _ = sync(desk, [JUNE], followed(OWNER.uuid))
    assert actions(outcomes) == ["fetched"]


def test_former_name_of_a_new_player(desk: Desk) -> None:
    """Before the uuid is known, chess.com itself tells whose the former name was."""
    months = accounts_of(desk.chess_com).by_player[USER]
    months[MAY] = games_of(OWNER, "formername", MAY, first=50)
    desk.chess_com.new_names["formername"] = USER
    outcomes, account = sync(desk, MONTHS, followed())
    assert actions(outcomes) == ["fetched"] * 3
    assert account.uuid == OWNER.uuid


def test_upper_case_in_games(desk: Desk) -> None:
    """Names differ only in upper and lower case: that is the same player."""
    months = accounts_of(desk.chess_com).by_player[USER]
    months[JUNE] = games_of(OWNER, USER.upper(), JUNE, first=50)
    assert actions(sync(desk, [JUNE], None)[0]) == ["fetched"]


def test_closed_account(desk: Desk) -> None:
    """An account that was closed stays the account that it is."""
    sync(desk, list(months_between(MAY, JULY)), followed(OWNER.uuid))
    accounts = accounts_of(desk.chess_com)
    open_profile = accounts.profile(USER)
    accounts.profile = lambda _: {**open_profile, "status": "closed"}  # type: ignore[method-assign]
    accounts.by_player[USER][JULY] = []
    desk.clock.at += DAY
    assert actions(sync(desk, [JULY], followed(OWNER.uuid))[0]) == ["fetched"]
