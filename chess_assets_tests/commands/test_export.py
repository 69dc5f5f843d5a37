"""`chess-assets export`: a PGN file that python-chess reads, or a sentence."""

import io

import chess.pgn
import pytest

from chess_assets_tests.command_line import CommandLine
from chess_assets_tests.made_games import USER


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
            "that fits can be written: 1 because chess.com sends no PGN of bughouse: https://",
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
