"""Every check by the asset it is about."""

from collections.abc import Mapping, Sequence

from chess_assets.domain.checks.check import Check
from chess_assets.domain.checks.games import GAMES_CHECKS
from chess_assets.domain.checks.player_games import PLAYER_GAMES_CHECKS
from chess_assets.domain.checks.player_report import PLAYER_REPORT_CHECKS
from chess_assets.domain.checks.raw_pgn_archives import RAW_CHECKS
from chess_assets.domain.checks.summaries import OPENING_REPERTOIRE_CHECKS, RATING_HISTORY_CHECKS
from chess_assets.domain.lake.paths import PLAYER_REPORT
from chess_assets.domain.schemas.tables import (
    GAMES,
    OPENING_REPERTOIRE,
    PLAYER_GAMES,
    RATING_HISTORY,
    RAW_PGN_ARCHIVES,
)

CHECKS: Mapping[str, Sequence[Check]] = {
    RAW_PGN_ARCHIVES.name: RAW_CHECKS,
    GAMES.name: GAMES_CHECKS,
    PLAYER_GAMES.name: PLAYER_GAMES_CHECKS,
    RATING_HISTORY.name: RATING_HISTORY_CHECKS,
    OPENING_REPERTOIRE.name: OPENING_REPERTOIRE_CHECKS,
    PLAYER_REPORT: PLAYER_REPORT_CHECKS,
}
