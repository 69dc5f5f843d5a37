"""`export`: a player's games as a PGN file that any chess program reads."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from chess_assets.domain.players import parse_player
from chess_assets.domain.reading.errors import NoGames
from chess_assets.domain.reading.pgn_export import PgnExport, Wanted
from chess_assets.domain.reading.whole_file import whole_file
from chess_assets.domain.store import Store

STDOUT = "-"


def export(lake: Store, player: str, pgn: str, wanted: Wanted) -> None:
    """Write the games that are wanted, newest first, and say how many there were.

    Args:
        lake: Where the tables are.
        player: Whose games.
        pgn: The file, or `-` for standard output.
        wanted: Which of them.

    Raises:
        InvalidPlayerName: before anything is read.
        ReadingFailed: when no game of the player is stored or wanted, or the file cannot be
            written; a file that was there is left as it was.
    """
    found = PgnExport(lake, parse_player(player), wanted)
    games = _texts(found)
    if pgn == STDOUT:
        sys.stdout.buffer.writelines(games)
    else:
        with whole_file(Path(pgn)) as file:
            file.writelines(games)
    click.echo(_summary(found, pgn), err=True)


def _texts(found: PgnExport) -> Iterator[bytes]:
    for pgn in found.games():
        yield (pgn if found.written == 1 else f"\n{pgn}").encode()
    if not found.written:
        raise NoGames(
            f"No stored game of {found.user} fits; "
            f"{found.without_pgn:,} that would have no PGN (bughouse, or text that is none)."
        )


def _summary(found: PgnExport, pgn: str) -> str:
    where = "" if pgn == STDOUT else f"{pgn}: "
    said = [f"{where}{found.written:,} game{'s'[: found.written != 1]} of {found.user}"]
    if found.without_pgn:
        said.append(f"{found.without_pgn:,} left out without PGN (bughouse, or text that is none)")
    if found.untyped:
        said.append(
            f"{len(found.untyped)} fetched months are not typed yet and left out: "
            f"run chess-assets sync {found.user}"
        )
    return "; ".join(said)
