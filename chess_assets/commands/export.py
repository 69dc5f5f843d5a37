"""`export`: a player's games as a PGN file that any chess program reads."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from chess_assets.domain.players import parse_player
from chess_assets.domain.reading.errors import NoGames
from chess_assets.domain.reading.pgn_export import PgnExport, Wanted
from chess_assets.domain.reading.whole_file import whole_file
from chess_assets.domain.store import Store

STDOUT = "-"
_SHOWN_GAMES, _SHOWN_REASONS = 10, 10


def export(lake: Store, player: str, pgn: str, wanted: Wanted) -> None:
    """Write the games that are wanted, newest first; say how many, and which are left out and why.

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
        if not found.left_out:
            raise NoGames(f"No stored game of {found.user} fits.")
        raise NoGames(
            f"No stored game of {found.user} that fits can be written: "
            f"{'; '.join(_left_out(found.left_out))}."
        )


def _summary(found: PgnExport, pgn: str) -> str:
    where = "" if pgn == STDOUT else f"{pgn}: "
    said = [f"{where}{found.written:,} game{'s'[: found.written != 1]} of {found.user}"]
    if found.as_sent:
        said[0] += f", {found.as_sent:,} of them as sent, since their moves could not be typed"
    if found.untyped:
        said.append(
            f"{len(found.untyped)} fetched months are not typed yet and left out: "
            f"run chess-assets sync {found.user}"
        )
    if not found.left_out:
        return "; ".join(said)
    said.append(f"{sum(map(len, found.left_out.values())):,} left out:")
    return "\n  ".join(["; ".join(said), *_left_out(found.left_out)])


def _left_out(games: Mapping[str, Sequence[str]]) -> list[str]:
    """Return a clause for each reason, the most frequent first, that names the newest games."""
    by_number = sorted(games.items(), key=lambda each: -len(each[1]))
    clauses = [
        f"{len(names):,} because {reason}: {', '.join(names[:_SHOWN_GAMES])}"
        + (f" and {len(names) - _SHOWN_GAMES:,} more" if len(names) > _SHOWN_GAMES else "")
        for reason, names in by_number[:_SHOWN_REASONS]
    ]
    others = sum(len(names) for _, names in by_number[_SHOWN_REASONS:])
    return [*clauses, *([f"{others:,} for other reasons"] if others else [])]
