"""`status`: what each followed player's months are worth now, as the lake says."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from chess_assets.commands.workplace import Workplace
from chess_assets.domain.freshness import Freshness, FreshnessRule
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.raw_archives.archive import fetched_at_of
from chess_assets.domain.registry import FollowedPlayer
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES


@dataclass(frozen=True, slots=True)
class PlayerStatus:
    """One player's months, counted.

    Attributes:
        user: The player.
        months: How many months there are of each freshness, from the player's first to the open.
        games: Rows in `raw_pgn_archives`.
        unparsed: Months of `raw_pgn_archives` that `games` does not have yet.
        last_fetch_at: When the newest answer came; None when there is none.
    """

    user: str
    months: Counter[Freshness]
    games: int
    unparsed: int
    last_fetch_at: datetime | None


def player_status(workplace: Workplace, player: FollowedPlayer) -> PlayerStatus:
    """Look at a player's tables in the lake; nothing is asked of chess.com."""
    raw = PlayerTable(workplace.lake, RAW_PGN_ARCHIVES, player.name)
    games = PlayerTable(workplace.lake, GAMES, player.name)
    states = raw.states()
    fetched = [at for at in map(fetched_at_of, states.values()) if at is not None]
    return PlayerStatus(
        user=player.name,
        months=_count(raw, player.first_month, workplace.freshness.rule(), workplace.clock.now()),
        games=sum(state.rows for state in states.values()),
        unparsed=len(states.keys() - games.states().keys()),
        last_fetch_at=max(fetched, default=None),
    )


def _count(
    raw: PlayerTable, first: Month, rule: FreshnessRule, now: datetime
) -> Counter[Freshness]:
    states = raw.states()
    first_stored = min(states, default=first)
    months = months_between(min(first, first_stored), Month.of(now))
    return Counter(rule.judge(month, fetched_at_of(states.get(month)), now) for month in months)
