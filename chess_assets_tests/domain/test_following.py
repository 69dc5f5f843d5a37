"""Who is followed: names of all sorts, the look-alike's word on them, and what is asked again."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chess_assets.domain.chess_com import ChessComClient, Limits
from chess_assets.domain.following import Refusal, follow_new, named_players
from chess_assets.domain.months import Month
from chess_assets.domain.registry import PlayerRegistry
from chess_assets.domain.store import FolderStore
from chess_assets.sample import Fault, SampleChessCom
from chess_assets_tests.domain.hostile_names import HOSTILE_NAMES
from chess_assets_tests.domain.movable_clock import MovableClock
from chess_assets_tests.made_games import USER, histories_of

NOW = datetime(2024, 3, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Desk:
    """A registry, the look-alike, and who was refused so far."""

    registry: PlayerRegistry
    chess_com: SampleChessCom
    clock: MovableClock
    refusals: dict[str, Refusal] = field(default_factory=dict)

    def follow(self, *names: str) -> list[str]:
        """Follow names that are not registered yet, and return the profiles that were asked for."""
        self.chess_com.recording.clear()
        new = set(names) - set(self.registry.players())
        limits = Limits(attempts=1)
        with ChessComClient(self.chess_com.url, "tests", limits, self.clock.now) as client:
            self.refusals = follow_new(new, self.registry, client, self.refusals, self.clock.at)
        return [request.path.rsplit("/", 1)[-1] for request in self.chess_com.requests]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An empty registry, and a chess.com that knows one player."""
    clock = MovableClock(NOW)
    with SampleChessCom(histories_of([Month(2024, 1)]), now=clock.now) as chess_com:
        yield Desk(PlayerRegistry(FolderStore(tmp_path)), chess_com, clock)


def test_bad_names_are_told_one_by_one() -> None:
    """Each text that is no name has its sentence, and the good names are in lower case."""
    names, faults = named_players(["Hikaru", "a b", "hikaru", "../../etc", "a b"])
    assert names == {"hikaru"}
    assert [fault.split(" is not ")[0] for fault in faults] == ["'a b'", "'../../etc'"]


def test_hostile_names_are_never_names() -> None:
    """None of the hostile texts becomes a name."""
    texts = {each for each in HOSTILE_NAMES if isinstance(each, str)}
    names, faults = named_players(texts)
    assert names == set()
    assert len(faults) == len(texts)


def test_a_known_player_is_registered(desk: Desk) -> None:
    """A player whom chess.com knows is registered, with the first month, and asked for once."""
    assert desk.follow(USER) == [USER]
    assert desk.registry.players()[USER].first_month(None, desk.clock.at) == Month(2024, 1)
    assert desk.follow(USER) == []


def test_an_unknown_name_is_refused_by_name(desk: Desk) -> None:
    """An unknown name is refused with chess.com's words, and the others are followed."""
    desk.follow("nosuch", USER)
    assert list(desk.registry.players()) == [USER]
    assert "nosuch" in desk.refusals["nosuch"].reason
    assert "not found" in desk.refusals["nosuch"].reason


def test_an_unknown_name_is_asked_for_seldom(desk: Desk) -> None:
    """An unknown name is asked for five times in the first day, looked at every minute."""
    hours = []
    for minute in range(24 * 60):
        desk.clock.at = NOW + timedelta(minutes=minute)
        if not desk.refusals or desk.refusals["nosuch"].again_at <= desk.clock.at:
            hours += [minute / 60 for _ in desk.follow("nosuch")]
    assert hours == [0, 1, 3, 7, 15]


def test_a_silent_chess_com_is_not_pressed(desk: Desk) -> None:
    """When chess.com fails, no other name is asked for, and this one in five minutes."""
    desk.chess_com.faults.add(Fault("player/", status=503, times=None))
    assert desk.follow("aaa", "bbb", "ccc") == ["aaa"]
    assert desk.refusals["aaa"].again_at == NOW + timedelta(minutes=5)
    desk.chess_com.faults.clear()
    desk.clock.at += timedelta(minutes=5)
    assert desk.follow(USER, "aaa") == ["aaa", USER]


def test_many_names_take_several_ticks(desk: Desk) -> None:
    """At most ten names are asked for in one go."""
    names = [f"player-{number:02}" for number in range(12)]
    assert len(desk.follow(*names)) == 10
    assert len(desk.follow(*names)) == 2
    assert desk.follow(*names) == []


def test_a_renamed_player_is_told(desk: Desk) -> None:
    """A name whose profile has another name is refused, and the new name is told."""
    body = '{"player_id": 7, "username": "newname", "url": "u", "status": "basic", "joined": 1}'
    desk.chess_com.faults.add(Fault("player/oldname", body=body))
    desk.follow("oldname")
    assert desk.registry.players() == {}
    assert "newname" in desk.refusals["oldname"].reason


def test_the_new_name_of_a_followed_player_is_told(desk: Desk) -> None:
    """A new name whose account is followed by another one is refused with the command to run."""
    desk.follow(USER)
    player_id = desk.registry.players()[USER].player_id
    body = (
        f'{{"player_id": {player_id}, "username": "newname", "url": "u", '
        '"status": "basic", "joined": 1}'
    )
    desk.chess_com.faults.add(Fault("player/newname", body=body))
    desk.follow("newname")
    assert set(desk.registry.players()) == {USER}
    assert f"`chess-assets players rename {USER} newname`" in desk.refusals["newname"].reason
