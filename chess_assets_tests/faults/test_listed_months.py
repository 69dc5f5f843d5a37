"""What the list of months and the profile say, up to what a user sees: sync, status, automation."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chess_assets.domain.chess_com.errors import shown
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.schemas.tables import GAMES
from chess_assets.sample import Fault, FixedHistories
from chess_assets_tests.asset_keys import GAMES_KEY, RAW_KEY
from chess_assets_tests.automaton import Automaton, months_requested, open_automaton
from chess_assets_tests.command_line import CommandLine, months_of, open_command_line
from chess_assets_tests.made_games import USER, histories_of

CASES = next(
    (each / "shared/cases" for each in Path(__file__).parents if (each / "shared/cases").is_dir()),
    None,
)
needs_cases = pytest.mark.skipif(CASES is None, reason="there are no ../shared/cases")
NOW = datetime(2024, 3, 10, tzinfo=UTC)


class Joined(FixedHistories):
    """Histories of players whose profiles say this of the time of joining; None: nothing."""

    def __init__(self, by_player: Mapping[str, Any], joined: object) -> None:
        super().__init__(by_player)
        self.joined = joined

    def profile(self, player: str) -> dict[str, Any]:
        """Return a profile."""
        profile = {name: each for name, each in super().profile(player).items() if name != "joined"}
        return profile if self.joined is None else profile | {"joined": self.joined}


def stored_months(cli: CommandLine, user: str = USER) -> dict[str, int]:
    """Return the rows of `games` by month."""
    states = PlayerTable(cli.lake, GAMES, user).states()
    return {str(month): state.rows for month, state in sorted(states.items())}


@contextmanager
def joining(folder: Path, joined: object, first: str, last: str) -> Iterator[CommandLine]:
    """A command line, and chess.com with months of a player who joined at some time."""
    histories = Joined(histories_of(months_of(first, last)).by_player, joined)
    with open_command_line(folder, histories) as cli:
        yield cli


def test_months_before_joining(tmp_path: Path) -> None:
    """Months listed before the one of joining are fetched by the first sync, and count after it."""
    now = datetime.now(UTC)
    joined = now - timedelta(days=60)
    first = Month.of(now - timedelta(days=200))
    with joining(tmp_path, int(joined.timestamp()), str(first), str(Month.of(joined))) as cli:
        done = cli("sync", USER)
        assert done.exit_code == 0, done.output
        assert f"chess.com lists months before {Month.of(joined)}, too: {first} to " in done.stdout
        months = months_between(first, Month.of(joined))
        assert all(stored_months(cli)[str(month)] == 2 for month in months)
        asked = len(cli.chess_com.requests)
        again = cli("sync", USER)
        assert f"{USER}: {first} to " in again.stdout
        assert len(cli.chess_com.requests) == asked
        assert cli("status").exit_code == 0


def test_a_range_by_hand_stays_one(tmp_path: Path) -> None:
    """Who names the first month gets the months from there on; what is listed before is due."""
    with joining(tmp_path, 1672600000, "2022-11", "2023-02") as cli:
        cli("sync", USER, "--from", "2023-01", "--to", "2023-02")
        assert list(stored_months(cli)) == ["2023-01", "2023-02"]
        assert f"{USER}: missing: 2022-11 to 2022-12, 2023-03 to " in cli("status").stdout


@pytest.mark.parametrize("joined", [None, "long ago", -1, 10**30, 4102444800], ids=repr)
def test_useless_time_of_joining(tmp_path: Path, joined: object) -> None:
    """Where the profile's time of joining is no use, the list says where the history begins."""
    now = datetime.now(UTC)
    first = Month.of(now - timedelta(days=70))
    with joining(tmp_path, joined, str(first), str(Month.of(now - timedelta(days=40)))) as cli:
        added = cli("players", "add", USER)
        assert (added.exit_code, added.stderr) == (0, "")
        done = cli("sync", USER)
        assert done.exit_code == 0, done.output
        assert done.stdout.startswith(f"{USER}: {first} to {Month.of(now)}, into ")
        assert list(stored_months(cli)) == [str(m) for m in months_between(first, Month.of(now))]
        assert cli("players", "list").exit_code == 0
        assert cli("status").exit_code == 0


def test_useless_time_of_joining_and_no_list(tmp_path: Path) -> None:
    """Where the list fails as well, the player is followed, and the next sync finds the months."""
    now = datetime.now(UTC)
    first = Month.of(now - timedelta(days=70))
    with joining(tmp_path, None, str(first), str(first)) as cli:
        cli.chess_com.faults.add(Fault("/archives$", status=410, times=1))
        assert cli("players", "add", USER).exit_code == 0
        done = cli("sync", USER)
        assert done.exit_code == 0, done.output
        assert stored_months(cli)[str(first)] == 2


ODD_ENTRIES: list[Any] = [
    "{BASE}/player/testplayer/games/2007/04",
    "{BASE}/player/testplayer/games/2023/13",
    "{BASE}/player/somebody/games/2023/02",
    "https://example.org/\x1b[31mred",
    "",
    None,
    7,
    {"url": "x"},
]


@pytest.mark.parametrize("entry", ODD_ENTRIES, ids=lambda entry: ascii(entry)[:40])
def test_an_unusual_entry(tmp_path: Path, caplog: pytest.LogCaptureFixture, entry: Any) -> None:
    """An unusual entry in the list is quoted in a warning, and stops no month."""
    with joining(tmp_path, 1672600000, "2023-01", "2023-03") as cli:
        base = cli.chess_com.url
        urls = [f"{base}/player/{USER}/games/2023/0{month}" for month in (1, 2, 3)]
        odd = entry.replace("{BASE}", base) if isinstance(entry, str) else entry
        body = json.dumps({"archives": [urls[0], odd, *urls[1:]]})
        cli.chess_com.faults.add(Fault("/archives$", body=body, times=None))
        done = cli("sync", USER, "--to", "2023-03")
    assert done.exit_code == 0, done.output
    assert "3 fetched; 6 games" in done.stdout
    quoted = shown(odd if isinstance(odd, str) else json.dumps(odd))
    assert f"unusual entries in the list of months: {quoted};" in caplog.text
    assert "\x1b" not in caplog.text


def test_a_hole_is_found_by_automation(tmp_path: Path) -> None:
    """Automation asks for a month stored as empty once a list that another run read names it."""
    months = list(months_between(Month(2023, 11), Month(2024, 3)))
    with open_automaton(tmp_path, histories_of(months), NOW) as automaton:
        automaton.follow(USER, since=months[0])
        listed(automaton, months[0], months[2])
        for _ in range(3):
            automaton.work()
        assert months_requested(automaton.tick(), USER) == []

        listed(automaton, *months, Month(2023, 10))
        automaton.run({key: {f"2023-09-01|{USER}"} for key in (RAW_KEY, GAMES_KEY)})
        automaton.clock.at += timedelta(hours=6)
        requested = months_requested(automaton.tick(), USER)
        assert requested[0] == "2023-10"
        assert {"2023-10", "2023-12", "2024-02", "2024-03"} <= set(requested)


def listed(automaton: Automaton, *months: Month) -> None:
    """Let the list of months name these."""
    base = f"{automaton.chess_com.url}/player/{USER}/games"
    urls = [f"{base}/{month.year:04d}/{month.month:02d}" for month in sorted(months)]
    automaton.chess_com.faults.clear()
    body = json.dumps({"archives": urls})
    automaton.chess_com.faults.add(Fault("/archives$", body=body, times=None))


@needs_cases
def test_case_listed_before_joined(tmp_path: Path) -> None:
    """The case of a player who joined in 2026-09 and has games in 2026-07."""
    assert CASES is not None
    case = CASES / "listed-before-joined"
    months = {Month.parse(f.stem): json.loads(f.read_text())["games"] for f in case.glob("2*.json")}
    joined = json.loads((case / "profile.json").read_text())["joined"]
    with open_command_line(tmp_path, Joined({"prejoin": months}, joined)) as cli:
        done = cli("sync", "prejoin")
        assert done.exit_code == 0, done.output
        stored = stored_months(cli, "prejoin")
        assert {m: n for m, n in stored.items() if n} == {str(m): len(g) for m, g in months.items()}
        assert cli("status").exit_code == 0


@needs_cases
def test_case_list_with_2007_04(tmp_path: Path) -> None:
    """The case of a list with an entry from before the first month there can be."""
    assert CASES is not None
    case = CASES / "list-with-2007-04"
    months = {Month.parse(f.stem): json.loads(f.read_text())["games"] for f in case.glob("2*.json")}
    with open_command_line(tmp_path, FixedHistories({"old": months})) as cli:
        body = (case / "archives.json").read_text().replace("{BASE}", cli.chess_com.url)
        cli.chess_com.faults.add(Fault("/archives$", body=body, times=None))
        done = cli("sync", "old", "--to", "2007-06")
        assert done.exit_code == 0, done.output
        assert stored_months(cli, "old") == {str(m): len(g) for m, g in sorted(months.items())}
