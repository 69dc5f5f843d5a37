"""The entrance: games into the table of their positions, and the account of how that went."""

import json
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa

from chess_assets.domain.games import (
    GAMES_BY_COLUMNS,
    GAMES_ONE_BY_ONE,
    GAMES_REPLAYED,
    REPLAY_AGREED,
)
from chess_assets.domain.games.faults import excerpt
from chess_assets.domain.positions import (
    FIRST_FAULTS,
    GAMES_WITH_POSITIONS,
    GAMES_WITHOUT_POSITIONS,
)
from chess_assets.domain.positions.list_lengths import list_lengths
from chess_assets.domain.positions.played_part import PlayedPart, played_part, replayed_part
from chess_assets.domain.positions.replayed_game import NoPositions, Reason
from chess_assets.domain.schemas.positions import POSITIONS

_POSITIONS_AT_ONCE = 1 << 15  # enough to share the overhead, few enough for any memory
_MOST_FAULTS = 10
_EXPECTED = frozenset({Reason.BUGHOUSE, Reason.NO_MOVES})


def played_games(games: pa.Table, *, replayed_share: float) -> pa.Table:
    """Return the positions of all games, as `positions_from_games` says.

    A share of those that were computed by columns is replayed too. Where that does not agree,
    every game is replayed instead.
    """
    slices = _slices(games)
    parts = [played_part(part, replayed_share=replayed_share) for part in slices]
    replayed = sum(part.replayed for part in parts)
    is_agreed = all(part.is_agreed for part in parts)
    if not is_agreed:
        parts = [replayed_part(part) for part in slices]
    table = pa.concat_tables([POSITIONS.empty_table(), *(part.table for part in parts)])
    facts = _account(parts, games.num_rows)
    facts |= {GAMES_REPLAYED: str(replayed), REPLAY_AGREED: str(is_agreed).lower()}
    return table.replace_schema_metadata(facts)


def _slices(games: pa.Table) -> list[pa.Table]:
    """Return the games cut where so many positions are full; a game is never cut."""
    positions = list_lengths(games["moves_uci"]) + 1
    slices = np.cumsum(positions) // _POSITIONS_AT_ONCE
    cuts = [0, *(np.flatnonzero(np.diff(slices)) + 1).tolist(), games.num_rows]
    return [games.slice(start, end - start) for start, end in pairwise(cuts) if start < end]


def _account(parts: Sequence[PlayedPart], games: int) -> dict[str, str]:
    without = [game for part in parts for game in part.without]
    reasons = Counter(why.reason.value for _, why in without)
    played, fast = games - len(without), sum(part.fast for part in parts)
    return {
        GAMES_WITH_POSITIONS: str(played),
        GAMES_WITHOUT_POSITIONS: json.dumps(dict(sorted(reasons.items()))),
        FIRST_FAULTS: json.dumps(_sentences(without)),
        GAMES_BY_COLUMNS: str(fast),
        GAMES_ONE_BY_ONE: str(played - fast),
    }


def _sentences(without: Sequence[tuple[str, NoPositions]]) -> list[str]:
    """Return one sentence for each of the first games that should have had positions."""
    faults = [game for game in without if game[1].reason not in _EXPECTED][:_MOST_FAULTS]
    return [f"Game {excerpt(game_id)} has no positions: {why}." for game_id, why in faults]
