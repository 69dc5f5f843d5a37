"""`chess-assets export`: a PGN file that python-chess reads, or a sentence."""

import io
import json
from pathlib import Path

import chess.pgn
import pytest

from chess_assets.domain.months import Month
from chess_assets_tests.command_line import CommandLine
from chess_assets_tests.made_games import USER, made_game
from chess_assets_tests.small_lake import JANUARY, at, fill

CASE = Path("/work/shared/cases/new-variant/annas/2022-05.json")
LINK = "https://www.chess.com/game/live/{}"
TAGS = f'[Event "x"]\n[White "a"]\n[Link "{LINK}"]\n\n'
AS_SENT = ("1. e4 e5 2. -- Nc6 1-0", "1. e4^d5 {a} ; b\n1... Q@e5 *", "1. e5 (1. e4) 1-0 {end}")
HARMFUL = {
    "1. e4 1-0\n\n" + TAGS.format(99) + "1. d4 0-1": "the PGN goes on after its result",
    "1. e4 {1-0": "the PGN never closes a comment",
    "1. e4 (1. d4 1-0": "the PGN never closes a variation",
    "1. e4 }{ 1-0": "the PGN closes a comment that it never opened",
    "1. e4": "the PGN's moves do not end with a result",
    "1. -- $" + "9" * 5_000 + " 1-0": "the PGN has something else than moves",
    "1. e4 {" + "x" * 2**18 + "} 1-0": "more than 262,144",
}
"""Movetexts behind which a reader would not find the next game, and why."""


def numbers_in(pgn: str) -> list[int]:
    """Return the numbers of the games that python-chess reads from a text."""
    file = io.StringIO(pgn)
    games = list(iter(lambda: chess.pgn.read_game(file), None))
    assert not any(game.errors for game in games)
    return [int(game.headers["Link"].rpartition("/")[2]) for game in games]


def test_file(reading: CommandLine) -> None:
    """All games with moves are in the file; the one that is left out is named, with the reason."""
    done = reading("export", USER.upper(), "--pgn", "mine.pgn")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == (
        f"mine.pgn: 4 games of {USER}; 1 left out:\n"
        "  1 because chess.com sends no PGN of bughouse: https://www.chess.com/game/live/4\n"
    )
    assert numbers_in((reading.folder / "mine.pgn").read_text()) == [5, 3, 2, 1]
    assert {path.name for path in reading.folder.iterdir()} == {"lake", "mine.pgn"}


def test_unknown_rules(reading: CommandLine) -> None:
    """Games whose moves could not be typed are in the file as they were sent, and counted."""
    if not CASE.is_file():
        pytest.skip(f"the case is not at {CASE}")
    games = json.loads(CASE.read_text())["games"]
    fill(reading.lake, {Month(2022, 5): games}, "annas")
    done = reading("export", "annas", "--pgn", "mine.pgn")
    assert done.stderr == (
        "mine.pgn: 3 games of annas, 2 of them as sent, since their moves could not be typed\n"
    )
    assert (reading.folder / "mine.pgn").read_text() == "\n".join(
        game["pgn"] for game in reversed(games)
    )


def test_hostile_pgns(reading: CommandLine) -> None:
    """Whatever stands in a PGN, a reader finds all other games, and what is left out is named."""
    movetexts = [*AS_SENT, *HARMFUL]
    games = []
    for place, movetext in enumerate(movetexts, start=1):
        sent, usual = (made_game(n, at(JANUARY, place), white="mixed") for n in _pair(place))
        games += [sent | {"pgn": TAGS.format(2 * place) + movetext}, usual]
    fill(reading.lake, {JANUARY: games}, "mixed")
    done = reading("export", "mixed", "--pgn", "mine.pgn")
    assert done.exit_code == 0
    file = io.StringIO((reading.folder / "mine.pgn").read_text(), newline=None)
    read = {game.headers["Link"]: game for game in iter(lambda: chess.pgn.read_game(file), None)}
    as_sent = {LINK.format(2 * place) for place in range(1, len(AS_SENT) + 1)}
    usual_ones = {LINK.format(2 * place + 1) for place in range(1, len(movetexts) + 1)}
    assert set(read) == usual_ones | as_sent
    assert {len(list(read[link].mainline_moves())) for link in usual_ones} == {7}
    first, *reasons = done.stderr.splitlines()
    assert first == (
        f"mine.pgn: {len(read)} games of mixed, {len(AS_SENT)} of them as sent, since their moves "
        f"could not be typed; {len(HARMFUL)} left out:"
    )
    for place, reason in enumerate(HARMFUL.values(), start=len(AS_SENT) + 1):
        (line,) = (line for line in reasons if reason in line)
        assert line.endswith(f": {LINK.format(2 * place)}")


def _pair(place: int) -> tuple[int, int]:
    """Return the numbers of the hostile game and the usual one at a place."""
    return 2 * place, 2 * place + 1


def test_many_left_out(reading: CommandLine) -> None:
    """Of many games left out for one reason the newest are named, and the rest is counted."""
    links = ["http://\x1b[2J", *(f"https://x/{n}" for n in range(11))]
    games = [
        made_game(n, at(JANUARY, 1 + n), white="mixed") | {"pgn": None, "url": link}
        for n, link in enumerate(links)
    ]
    fill(reading.lake, {JANUARY: [*games, made_game(50, at(JANUARY, 20), white="mixed")]}, "mixed")
    done = reading("export", "mixed", "--pgn", "mine.pgn")
    newest = ", ".join(f"https://x/{n}" for n in range(10, 0, -1))
    assert done.stderr.splitlines()[1] == f"  12 because no PGN is stored: {newest} and 2 more"


def test_standard_output(reading: CommandLine) -> None:
    """`-` writes the games to standard output, and the count beside it."""
    done = reading("export", USER, "--pgn", "-", "--limit", "1")
    assert numbers_in(done.stdout) == [5]
    assert done.stderr == f"1 game of {USER}\n"


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        ("--from 2023-02", [5, 3]),
        ("--to 2023-01", [2, 1]),
        ("--rules chess --rules kingofthehill --color white", [5, 3, 1]),
        ("--time-class rapid", [3]),
        ("--color black", [2]),
        ("--limit 3", [5, 3, 2]),
    ],
)
def test_filters(reading: CommandLine, options: str, numbers: list[int]) -> None:
    """The options choose games, and all of them have to fit."""
    assert numbers_in(reading("export", USER, "--pgn", "-", *options.split()).stdout) == numbers


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nobody-there",), "holds no games of nobody-there: "),
        (("../x",), "is not a chess.com player name"),
        ((USER, "--time-class", "daily"), f"No stored game of {USER} fits."),
        (
            (USER, "--rules", "bughouse"),
            "written: 1 because chess.com sends no PGN of bughouse: https:",
        ),
    ],
)
def test_nothing(reading: CommandLine, arguments: tuple[str, ...], words: str) -> None:
    """Nothing to export is one sentence and exit code 1; a file that was there is left alone."""
    (reading.folder / "old.pgn").write_text("old")
    done = reading("export", *arguments, "--pgn", "old.pgn")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: ")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert (reading.folder / "old.pgn").read_text() == "old"


def test_place_that_is_none(reading: CommandLine) -> None:
    """A file that cannot be written is named."""
    done = reading("export", USER, "--pgn", "nowhere/mine.pgn")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: nowhere/mine.pgn could not be written")
