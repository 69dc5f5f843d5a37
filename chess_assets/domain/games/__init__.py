"""Typed games out of raw ones: from the payload's JSON and the PGN.

`parse_games` (in `parsed_games`) is the entrance. It types the usual games of a month at once, by
columns (`columnar`), and all others one by one (`one_by_one`), where the part that comes from the
JSON (`payload`) and the part that comes from the moves (`moves`) know nothing of each other. What
the one-by-one way gives is what counts: the other gives the same, or leaves a game to it.

Nothing is imported here but the version, so that a run with nothing to parse loads no parser.
"""

import pyarrow as pa

from chess_assets.domain.games.version import PARSER_VERSION

__all__ = [
    "GAMES_BY_COLUMNS",
    "GAMES_ONE_BY_ONE",
    "GAMES_REPLAYED",
    "PARSER_VERSION",
    "REPLAYED_SHARE",
    "REPLAY_AGREED",
    "games_from_raw",
]


GAMES_BY_COLUMNS = "games_by_columns"
GAMES_ONE_BY_ONE = "games_one_by_one"
GAMES_REPLAYED = "games_replayed"
REPLAY_AGREED = "is_replay_agreed"

REPLAYED_SHARE = 0.01
"""How many of the games typed by columns are played again with python-chess, unless one says."""


def games_from_raw(raw: pa.Table, replayed_share: float = REPLAYED_SHARE) -> pa.Table:
    """Type every game of a raw table; see `parse_games`.

    How the games were typed, under the names above, and what the checks of `games` need to know is
    in the metadata of the table's schema.
    """
    from chess_assets.domain.checks.game_counts import count_games  # noqa: PLC0415 - see above
    from chess_assets.domain.games.parsed_games import parse_games  # noqa: PLC0415 - see above

    parsed = parse_games(raw, replayed_share=replayed_share)
    return parsed.table.replace_schema_metadata(
        {
            GAMES_BY_COLUMNS: str(parsed.fast),
            GAMES_ONE_BY_ONE: str(parsed.slow),
            GAMES_REPLAYED: str(parsed.replayed),
            REPLAY_AGREED: str(parsed.is_replay_agreed).lower(),
            **{name: str(count) for name, count in count_games(raw, parsed.table).items()},
        }
    )
