"""`demo`: the real thing against the embedded look-alike of chess.com, in a folder of its own.

Nothing of the user's is touched: neither the lake nor the Dagster instance of the environment.
"""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import click
import pyarrow as pa
from dagster import DagsterInstance
from rich.table import Table
from rich.text import Text

from chess_assets.commands.players import first_month, follow
from chess_assets.commands.report import report
from chess_assets.commands.screen import print_table
from chess_assets.commands.sync import sync
from chess_assets.commands.workplace import Workplace
from chess_assets.domain.lake.lake_table import LakeTable
from chess_assets.domain.lake.partition import Partition
from chess_assets.domain.lake.paths import month_in, player_prefix
from chess_assets.domain.lake.read_partitions import read_partitions
from chess_assets.domain.months import Month
from chess_assets.domain.registry import PlayerRegistry
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import GAMES, TABLES
from chess_assets.domain.sentences import human_size
from chess_assets.domain.store import FolderStore
from chess_assets.resources.chess_com import ChessComResource
from chess_assets.resources.freshness import Clock, FreshnessResource
from chess_assets.sample import MadeHistories, SampleChessCom
from chess_assets.sample.server import utc_now

_WIDE = 120  # characters, where no terminal says how many there are
_SHOWN_GAMES = 6
_SHOWN_COLUMNS = ["white", "black", "result", "time_class", "plies", "opening"]
_INSTANCE = """\
telemetry: {enabled: false}
nux: {enabled: false}
concurrency: {pools: {default_limit: 1}}
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""


class DemoFailed(Exception):
    """The demo did not do what it shows."""


def demo(folder: Path, months: int) -> None:
    """Make the sample players' tables, make them again, and show both.

    Args:
        folder: Where lake and Dagster instance go; what an earlier demo left there is removed.
        months: How long the players' histories are, the open month included.

    Raises:
        DemoFailed: when a month failed, or was fetched a second time.
    """
    shutil.rmtree(folder, ignore_errors=True)
    histories = MadeHistories(utc_now, months=months)
    with SampleChessCom(histories) as chess_com, _workplace(folder, chess_com.url) as workplace:
        click.secho(f"A look-alike of chess.com answers on {chess_com.url}", bold=True)
        players = list(chess_com.histories.players())
        for player in players:
            follow(workplace, player)
        _heading("1. The whole history of two players, a Dagster run each")
        _sync_all(workplace)
        fetched = len(chess_com.month_requests())
        _heading("2. The same again: nothing is fetched twice")
        _sync_all(workplace)
        again = len(chess_com.month_requests()) - fetched
        click.secho(f"\nMonth requests: {fetched} the first time, {again} the second.", bold=True)
        if again:
            raise DemoFailed(f"{again} months were fetched twice.")
        _heading("3. The tables")
        _show_tables(workplace, players)
        _heading("4. A report for each player, and three answers")
        for player in players:
            report(workplace, player)
    _show_the_way_on(folder)


@contextmanager
def _workplace(folder: Path, api_url: str) -> Generator[Workplace]:
    home = folder / "dagster"
    home.mkdir(parents=True)
    (home / "dagster.yaml").write_text(_INSTANCE)
    with DagsterInstance.from_config(str(home)) as instance:
        yield Workplace(
            instance,
            FolderStore((folder / "lake").absolute()),
            ChessComResource(api_url=api_url, contact="the demo"),
            FreshnessResource(),
            Clock(),
        )


def _sync_all(workplace: Workplace) -> None:
    open_month = Month.of(workplace.clock.now())
    for player in PlayerRegistry(workplace.lake).players().values():
        synced = sync(workplace, player.name, first_month(workplace, player), open_month)
        click.secho(f"{player.name}: {synced.tally.sentence()}", bold=True)
        if synced.has_failed:
            raise DemoFailed(f"Months of {player.name} failed, see above.")


def _show_tables(workplace: Workplace, players: list[str]) -> None:
    for schema in TABLES.values():
        infos = list(workplace.lake.list(f"{schema.name}/"))
        if not infos:
            continue
        size = human_size(sum(info.size_bytes for info in infos))
        one_column = schema.columns.names[:1]
        rows = sum(_rows(workplace, schema, player, one_column).num_rows for player in players)
        click.echo(f"{schema.name:17} {rows:6,} rows  {len(infos):4} files  {size:>7}")
    played = _rows(workplace, GAMES, players[0], _SHOWN_COLUMNS)
    newest = played.slice(max(0, played.num_rows - _SHOWN_GAMES))
    table = Table(box=None, pad_edge=False)
    for name in _SHOWN_COLUMNS:
        table.add_column(name, no_wrap=True)
    for game in newest.to_pylist():
        table.add_row(*[Text(str(game[name])) for name in _SHOWN_COLUMNS])
    click.echo()
    print_table(table, _WIDE)


def _rows(workplace: Workplace, schema: TableSchema, player: str, columns: list[str]) -> pa.Table:
    infos = workplace.lake.list(player_prefix(schema.name, player))
    partitions = {info.key: Partition.of_player(player, month_in(info.key)) for info in infos}
    return read_partitions(LakeTable(workplace.lake, schema), partitions, columns)


def _show_the_way_on(folder: Path) -> None:
    _heading("5. Go on")
    click.echo(
        f"The files:      {folder / 'lake'}/games/user=…/month=…/part-0.parquet\n"
        f"In the UI:      DAGSTER_HOME=$PWD/{folder / 'dagster'} CHESS_LAKE_URI={folder / 'lake'} "
        "make dev\n"
        "Your own games: make demo PLAYER=your-name\n"
        "Everything:     chess-assets --help, and the README"
    )


def _heading(text: str) -> None:
    click.secho(f"\n{text}", bold=True, underline=True)
