"""Games that a table holds and that what it is made from no longer has.

Nothing in this program takes a game out of the lake. So where one is missing upstream, a file there
was lost, damaged or replaced, and making the table anew would lose the game for good.
"""

from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from chess_assets.domain.lake.remedies import RESTORE

IDENTITY_COLUMNS = ("game_id", "url")
_NUMBER = r"(?:^|[/=])(?P<number>[0-9]+)[^0-9]*$"
_NAMED = 5


class GamesMissing(Exception):
    """A file that was not made anew, because games that it holds are no longer upstream.

    Its message is one sentence after another, for the user.
    """


def missing_games(stored: pa.Table, upstream: Iterable[pa.Table]) -> list[str]:
    """Return the ids of the stored games that none of the upstream tables has.

    A game's id may change, when its payload gains or loses a uuid; the number in its link stays.

    Args:
        stored: The games that the table holds, with `IDENTITY_COLUMNS`.
        upstream: What it is made from now, with the same columns.
    """
    ids = [table["game_id"] for table in upstream]
    unknown = stored.filter(pc.invert(pc.is_in(stored["game_id"], _one(ids))))
    if not unknown.num_rows:
        return []
    numbers = {number for table in upstream for number in _numbers(table)}
    pairs = zip(unknown["game_id"].to_pylist(), _numbers(unknown), strict=True)
    return [game_id for game_id, number in pairs if number is None or number not in numbers]


def games_missing(
    whose: str, table: str, uri: str, source: str, missing: Sequence[str]
) -> GamesMissing:
    """Return the error that says which games would be lost, and what to do.

    Args:
        whose: The player, and the month if it is a month's.
        table: The table that was not made anew.
        uri: Its file.
        source: The table that lacks the games.
        missing: Their ids.
    """
    named = ", ".join(missing[:_NAMED]) + (" and others" if len(missing) > _NAMED else "")
    count = f"{len(missing):,} game{'s'[: len(missing) != 1]}"
    return GamesMissing(
        f"{whose}: {table} was not made anew, because it has {count} that {source} no longer has "
        f"({named}): a file of {source} was lost or replaced. To keep them, {RESTORE} of that "
        f"file, then run again. Only if they may be lost for good: move {uri} away, then "
        f"materialize {table} again."
    )


def _one(columns: list[pa.ChunkedArray]) -> pa.ChunkedArray:
    return pa.chunked_array([chunk for column in columns for chunk in column.chunks], pa.string())


def _numbers(table: pa.Table) -> list[str | None]:
    """Return the number in each game's link, else the id where that is a number."""
    linked = pc.struct_field(pc.extract_regex(table["url"], _NUMBER), "number").to_pylist()
    pairs = zip(table["game_id"].to_pylist(), linked, strict=True)
    return [number or (game_id if game_id.isdecimal() else None) for game_id, number in pairs]
