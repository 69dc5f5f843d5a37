"""A run over a lake as the model sees it: what it knows, what it has fetched, how it ends."""

from dataclasses import dataclass, field

from chess_assets.domain.lake.derived_table import Computation, DerivedTable

from chess_assets.domain.freshness import FreshnessRule
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.raw_archives.archive import Fetched, RawPgnArchives
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES
from chess_assets.domain.store import Store
from chess_assets_tests.faults.flickering_api import FlickeringApi, Served
from chess_assets_tests.made_games import USER

RULE = FreshnessRule()


class Crash(BaseException):
    """The process of a run is gone."""


def die() -> None:
    """Be gone before a write."""
    raise Crash


def go_on() -> None:
    """Let a write happen as usual."""


@dataclass
class Run:
    """A run under way: its tables as it sees them, and what it has fetched and not stored."""

    raw: RawPgnArchives
    games: DerivedTable
    fetched: dict[Month, tuple[Fetched, Served | None]] = field(default_factory=dict)
    tried: set[Month] = field(default_factory=set)

    def save(self) -> None:
        """Leave what was learnt to the next run."""
        self.raw.table.save_index()
        self.games.target.save_index()


def open_run(
    lake: Store,
    api: FlickeringApi,
    games_table: TableSchema,
    computation: Computation,
    *,
    is_refresh: bool,
) -> Run:
    """Return a run as it begins, with what it sees of the lake still to be looked at."""
    table = PlayerTable(lake, RAW_PGN_ARCHIVES, USER)
    raw = RawPgnArchives(table, api.client(), RULE, lambda: api.now, is_refresh=is_refresh)
    target = PlayerTable(lake, games_table, USER)
    return Run(raw, DerivedTable(table, target, computation))
