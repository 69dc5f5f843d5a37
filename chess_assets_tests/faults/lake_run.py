"""A run over a lake as the model sees it: what it knows, what it has fetched, how it ends."""

from dataclasses import dataclass, field

from chess_assets.domain.freshness import FreshnessRule
from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.outcomes import Done
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.months import Month
from chess_assets.domain.raw_archives.archive import Fetched, RawPgnArchives
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES
from chess_assets.domain.store import Store
from chess_assets_tests.faults.flickering_api import FlickeringApi, Served
from chess_assets_tests.faults.synced_months import Typing, games_of_raw
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

    lake: Store
    raw: RawPgnArchives
    games: LakeTable
    typing: Typing
    fetched: dict[Month, tuple[Fetched, Served | None]] = field(default_factory=dict)
    tried: set[Month] = field(default_factory=set)

    def update_games(self, month: Month) -> None:
        """Bring a month's games up to date with raw, as the lake has it by now."""
        partition = Partition.of_player(USER, month)
        found = games_of_raw(self.lake, self.games, [partition], self.typing.compute)
        assert isinstance(found[partition], Done), found

    def save(self) -> None:
        """Leave what was learnt to the next run."""
        self.raw.table.save_index()
        self.games.save_indexes()


def open_run(lake: Store, api: FlickeringApi, typing: Typing, *, is_refresh: bool) -> Run:
    """Return a run as it begins, with what it sees of the lake still to be looked at."""
    table = LakeTable(lake, RAW_PGN_ARCHIVES).months_of(USER)
    raw = RawPgnArchives(table, api.client(), RULE, lambda: api.now, is_refresh=is_refresh)
    return Run(lake, raw, LakeTable(lake, typing.schema), typing)
