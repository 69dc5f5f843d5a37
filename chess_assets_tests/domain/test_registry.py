"""The players a lake follows: kept whatever happens at once, and refused when they are not ours."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest

from chess_assets.domain.chess_com import Profile
from chess_assets.domain.months import FIRST_MONTH, Month
from chess_assets.domain.players import InvalidPlayerName
from chess_assets.domain.registry import FollowedPlayer, PlayerRegistry, UnreadableRegistry
from chess_assets.domain.store import FolderStore, Store
from chess_assets_tests.domain.hostile_names import HOSTILE_NAMES
from chess_assets_tests.domain.raced_store import RacedStore

PATH = "_players/players.json"
JOINED = datetime(2014, 1, 6, 21, 20, 58, tzinfo=UTC)
ADDED = datetime(2024, 2, 20, 12, 0, 0, 123_456, tzinfo=UTC)


def player(name: str, player_id: int = 1) -> FollowedPlayer:
    """Return a player."""
    return FollowedPlayer(name, player_id, JOINED, ADDED)


def names(store: Store) -> list[str]:
    """Return who is followed, read anew."""
    return list(PlayerRegistry(store).players())


def test_nobody(store: Store) -> None:
    """A new lake follows nobody, and asking writes nothing."""
    assert PlayerRegistry(store).players() == {}
    assert list(store.list("")) == []


def test_round_trip(store: Store) -> None:
    """Who was added is there, as added, in alphabetical order."""
    for name in ("hikaru", "anna-c", "magnus_1"):
        PlayerRegistry(store).add(player(name))

    assert names(store) == ["anna-c", "hikaru", "magnus_1"]
    assert PlayerRegistry(store).players()["hikaru"] == player("hikaru")


def test_added_again(store: Store) -> None:
    """A player who is added again is there once, with what is known now."""
    PlayerRegistry(store).add(player("hikaru", 1))
    PlayerRegistry(store).add(player("hikaru", 2))

    assert PlayerRegistry(store).players() == {"hikaru": player("hikaru", 2)}


def test_removed(store: Store) -> None:
    """Who is removed is gone from the list, and it is said who was never in it."""
    registry = PlayerRegistry(store)
    registry.add(player("anna"))
    registry.add(player("ben"))

    assert registry.remove("anna")
    assert not registry.remove("anna")
    assert not registry.remove("carl")

    assert names(store) == ["ben"]


def test_removed_data_stays(folder: FolderStore) -> None:
    """Removing a player removes no data."""
    folder.put("games/user=anna/month=2022-05/part-0.parquet", b"rows", if_match=None)
    PlayerRegistry(folder).add(player("anna"))
    PlayerRegistry(folder).remove("anna")

    assert [info.key for info in folder.list("games/")]


def test_profile() -> None:
    """A profile becomes an entry; a player's months begin with the account, and with chess.com."""
    url = "https://www.chess.com/member/Hikaru"
    profile = Profile(15448422, "hikaru", url, "premium", JOINED)
    followed = FollowedPlayer.of(profile, ADDED)

    assert followed == FollowedPlayer("hikaru", 15448422, JOINED, ADDED)
    assert followed.first_month(None, ADDED) == Month(2014, 1)
    ancient = FollowedPlayer("erik", 41, datetime(1970, 1, 1, tzinfo=UTC), ADDED)
    assert ancient.first_month(None, ADDED) == FIRST_MONTH


LATER = ADDED + timedelta(days=400)


@pytest.mark.parametrize(
    ("joined_at", "listed", "first"),
    [
        (JOINED, None, "2014-01"),
        (JOINED, (), "2014-01"),
        (JOINED, ("2015-03",), "2014-01"),
        (JOINED, ("2013-12", "2015-03"), "2013-12"),
        (None, ("2013-12", "2015-03"), "2013-12"),
        (None, (), "2024-02"),  # nothing to ask for but the open month
        (None, None, "2007-05"),
        (LATER, ("2013-12",), "2013-12"),
        (LATER, (), "2024-02"),
        (LATER, None, "2007-05"),
        (None, ("2999-01",), "2024-02"),
    ],
)
def test_first_month(
    joined_at: datetime | None, listed: tuple[str, ...] | None, first: str
) -> None:
    """A history begins with the first month listed or that of joining, whichever is earlier."""
    followed = FollowedPlayer("hikaru", 7, joined_at, ADDED)
    months = None if listed is None else [Month.parse(text) for text in listed]
    assert str(followed.first_month(months, ADDED)) == first


def test_unknown_time_of_joining(store: Store) -> None:
    """A player of whom chess.com does not say when they joined is followed as any other."""
    nobody_knows = FollowedPlayer("anna", 7, None, ADDED)
    PlayerRegistry(store).add(nobody_knows)
    assert PlayerRegistry(store).players() == {"anna": nobody_knows}


@pytest.mark.parametrize("name", [*HOSTILE_NAMES, "Hikaru"], ids=lambda name: ascii(name)[:30])
def test_hostile(folder: FolderStore, name: str) -> None:
    """No name enters the registry that could not be read back."""
    with pytest.raises(InvalidPlayerName):
        PlayerRegistry(folder).add(player(name))

    assert list(folder.list("")) == []


ENTRY = {"player_id": 1, "joined_at": "2014-01-06T21:20:58+00:00", "added_at": ADDED.isoformat()}


@pytest.mark.parametrize(
    "document",
    [
        *([], None, 7, "hikaru", ["hikaru"]),
        *({"hikaru": None}, {"hikaru": []}, {"hikaru": {}}, {"hikaru": "x"}),
        {"../x": ENTRY},
        {"": ENTRY},
        {"hikaru": ENTRY | {"player_id": "many"}},
        {"hikaru": ENTRY | {"player_id": None}},
        {"hikaru": ENTRY | {"player_id": float("inf")}},
        {"hikaru": ENTRY | {"joined_at": "long ago"}},
        {"hikaru": ENTRY | {"joined_at": 7}},
        {"hikaru": ENTRY | {"uuid": 7}},
        {"hikaru": ENTRY | {"former_names": "oldname"}},
        {"hikaru": ENTRY | {"former_names": ["../x"]}},
        {"hikaru": ENTRY | {"former_names": 7}},
    ],
    ids=repr,
)
def test_corrupt(folder: FolderStore, document: Any) -> None:
    """A registry of another form is named and left alone, never taken for an empty one."""
    body = json.dumps(document).encode()
    refuse_corrupt(folder, body)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", bytes(9), b"[" * 100_000], ids=len)
def test_no_json(folder: FolderStore, body: bytes) -> None:
    """A registry that is no JSON is named and left alone, too."""
    refuse_corrupt(folder, body)


def refuse_corrupt(folder: FolderStore, body: bytes) -> None:
    """Check that nobody can be listed, added or removed, and that nothing is overwritten."""
    folder.put(PATH, body, if_match=None)
    registry = PlayerRegistry(folder)

    for door in (
        registry.players,
        lambda: registry.add(player("x1y")),
        lambda: registry.remove("x"),
    ):
        with pytest.raises(UnreadableRegistry, match=r"players\.json is not a registry of players"):
            door()

    stored = folder.get(PATH)
    assert stored is not None
    assert stored.body == body


def test_another_was_first(store: Store) -> None:
    """What another process adds or removes between our reading and writing stays so."""
    PlayerRegistry(store).add(player("anna"))
    raced = RacedStore(
        store,
        lambda: PlayerRegistry(store).add(player("ben")),
        lambda: PlayerRegistry(store).remove("anna"),
    )

    PlayerRegistry(raced).add(player("carl"))

    assert names(store) == ["ben", "carl"]


def test_at_once(store: Store) -> None:
    """Six players added at once are all there."""
    barrier = Barrier(6)

    def add(number: int) -> None:
        barrier.wait()
        PlayerRegistry(store).add(player(f"player{number}"))

    with ThreadPoolExecutor(6) as processes:
        list(processes.map(add, range(6)))

    assert names(store) == [f"player{number}" for number in range(6)]


def test_registry_of_before(folder: FolderStore) -> None:
    """A registry that was written before accounts' uuids were kept is read, and added to."""
    folder.put("_players/players.json", json.dumps({"hikaru": ENTRY}).encode(), if_match=None)
    registry = PlayerRegistry(folder)
    assert (registry.players()["hikaru"].uuid, registry.players()["hikaru"].former_names) == (
        None,
        (),
    )
    registry.learn_uuid("hikaru", 1, "aaaa")
    assert registry.players()["hikaru"].uuid == "aaaa"


def test_uuid_of_another_account(store: Store) -> None:
    """A uuid is noted only while the name is the account's that it was seen for."""
    registry = PlayerRegistry(store)
    registry.add(player("anna", 1))
    registry.learn_uuid("anna", 2, "bbbb")
    registry.learn_uuid("nobody", 1, "bbbb")
    assert registry.players() == {"anna": player("anna", 1)}


def test_rename(store: Store) -> None:
    """A renamed player stands under the new name alone, with all that was known."""
    registry = PlayerRegistry(store)
    registry.add(player("anna", 1))
    registry.add(player("ben", 2))
    renamed = replace(player("carl", 1), uuid="aaaa", former_names=("anna",))
    registry.rename("anna", renamed)
    assert registry.players() == {"ben": player("ben", 2), "carl": renamed}
