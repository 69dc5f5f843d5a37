"""The commands of `chess-assets` that work through Dagster and share its history with the UI.

Their options, and how what they find is printed; what a command does belongs in `commands/`.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from dagster import Failure
from rich.table import Table
from rich.text import Text

from chess_assets.commands.failing_checks import month_errors, player_errors
from chess_assets.commands.interrupts import EXIT_INTERRUPTED, heeded_interrupts
from chess_assets.commands.lake import open_lake
from chess_assets.commands.options import MonthType
from chess_assets.commands.players import add, first_month, follow, rename, unfollow
from chess_assets.commands.positions import NoPositions, make_positions
from chess_assets.commands.screen import print_table
from chess_assets.commands.status import PlayerStatus, tell
from chess_assets.commands.sync import InvalidRange, sync
from chess_assets.commands.unforeseen import EXIT_UNKNOWN, give_up_output, unforeseen
from chess_assets.commands.workplace import (
    NoInstance,
    Workplace,
    open_instance,
    open_workplace,
)
from chess_assets.domain.chess_com import ChessComError, InvalidSetting
from chess_assets.domain.freshness import Freshness
from chess_assets.domain.lake.parquet_file import UnreadableFile
from chess_assets.domain.months import InvalidMonth, Month, months_between
from chess_assets.domain.players import InvalidPlayerName, parse_player
from chess_assets.domain.profile_check import NotThisName
from chess_assets.domain.reading.errors import ReadingFailed
from chess_assets.domain.registry import FollowedPlayer, PlayerRegistry, UnreadableRegistry
from chess_assets.domain.renaming import CannotRename, NotAllMoved
from chess_assets.domain.store import StoreError
from chess_assets.resources.freshness import Clock, FreshnessResource

_SAID_IN_ONE_SENTENCE = (
    CannotRename,
    ChessComError,
    InvalidMonth,
    InvalidPlayerName,
    InvalidRange,
    InvalidSetting,
    NoInstance,
    NoPositions,
    NotAllMoved,
    NotThisName,
    ReadingFailed,
    StoreError,
    UnreadableFile,
    UnreadableRegistry,
)


_WIDE = 200  # columns: a line a player, where no terminal says how many there are
_CHECKS_FAIL = "What is stored is wrong as the checks say, see above."
_NOBODY = "Nobody is followed yet: chess-assets players add NAME"


@contextmanager
def _workplace() -> Generator[Workplace]:
    """Open the workplace; what goes wrong in it becomes one sentence and exit code 1."""
    with _in_sentences(), open_workplace() as workplace:
        yield workplace


@contextmanager
def _in_sentences() -> Generator[None]:
    """Let what goes wrong become one sentence and exit code 1."""
    try:
        with heeded_interrupts():
            yield
    except _SAID_IN_ONE_SENTENCE as error:
        raise click.ClickException(str(error)) from error
    except Failure as error:
        raise click.ClickException(error.description or "The run failed.") from error
    except KeyboardInterrupt:
        click.echo("Interrupted: the months printed above are stored; run it again to go on.")
        sys.exit(EXIT_INTERRUPTED)


@click.group()
def through_dagster() -> None:
    """What needs Dagster."""


@through_dagster.group()
def players() -> None:
    """Add, rename, remove and list the players followed."""


@players.command("add")
@click.argument("names", metavar="PLAYER…", nargs=-1, required=True)
def add_players(names: tuple[str, ...]) -> None:
    """Follow players, after checking that chess.com knows them."""
    with _workplace() as workplace:
        for name in names:
            player = add(workplace, name)
            click.echo(f"{player.name}: followed; {_since(player)}")


@players.command("remove")
@click.argument("names", metavar="PLAYER…", nargs=-1, required=True)
def remove_players(names: tuple[str, ...]) -> None:
    """Follow players no longer; their data stays in the lake."""
    with _workplace() as workplace:
        unknown = [name for name in map(parse_player, names) if not unfollow(workplace, name)]
    if unknown:
        raise click.ClickException(f"Not followed: {', '.join(unknown)}.")


@players.command("rename")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
def rename_followed_player(old: str, new: str) -> None:
    """Keep a player's data under the new name that they have on chess.com.

    Compares the two accounts, then moves what is stored. May be run again at any time: what an
    interrupted one moved stays moved.
    """
    with _workplace() as workplace:
        moved = rename(workplace, old, new)
    old, new = parse_player(old), parse_player(new)
    click.echo(f"{old}: {moved.files:,} files are {new}'s now ({moved.rows:,} rows).")
    click.echo(f"Go on with: chess-assets sync {new}; chess-assets report {new}")


@players.command("list")
def list_players() -> None:
    """List the players followed."""
    with _workplace() as workplace:
        followed = PlayerRegistry(workplace.lake).players().values()
    for player in followed:
        click.echo(f"{player.name}  ({_since(player)})")
    if not followed:
        click.echo(_NOBODY, err=True)


@through_dagster.command("sync")
@click.argument("names", metavar="PLAYER…", nargs=-1, required=True)
@click.option("--from", "first", type=MonthType(), help="First month; else the player's first.")
@click.option("--to", "last", type=MonthType(), help="Last month; else the open month.")
@click.option("--refresh", is_flag=True, help="Ask again for sealed and fresh months too.")
@click.option("--positions", is_flag=True, help="Then make `positions` of the games, on all cores.")
def sync_players(
    names: tuple[str, ...],
    first: Month | None,
    last: Month | None,
    *,
    refresh: bool,
    positions: bool,
) -> None:
    """Fetch what is due of players' months, through Dagster; adds players that are new."""
    has_failed, has_errors = False, False
    with _workplace() as workplace:
        for name in dict.fromkeys(map(parse_player, names)):
            player = follow(workplace, name)
            begin = first or first_month(workplace, player)
            end = last or Month.of(workplace.clock.now())
            click.echo(f"{player.name}: {begin} to {end}, into {workplace.lake.uri}")
            synced = sync(workplace, player.name, begin, end, is_refresh=refresh)
            click.echo(f"{player.name}: {synced.tally.sentence()}")
            has_failed |= synced.has_failed
            if first is None and (listed := first_month(workplace, player)) < begin:
                has_failed |= _sync_earlier(workplace, player.name, listed, begin)
                begin = listed
            has_errors |= _complain(month_errors(workplace.lake, player.name))
            if positions:
                tally = make_positions(workplace, player.name, begin, end)
                click.echo(f"{player.name}: {tally.sentence()}")
                has_failed |= tally.partitions["failed"] > 0
    if has_failed:
        raise click.ClickException(
            "Some months failed, see above; the others are stored. "
            "Run the same again: only what failed is fetched."
        )
    if has_errors:
        raise click.ClickException(_CHECKS_FAIL)


def _sync_earlier(workplace: Workplace, user: str, listed: Month, begin: Month) -> bool:
    """Fetch the months before `begin` that chess.com lists; return whether one failed."""
    *_, last = (month for month in months_between(listed, begin) if month < begin)
    click.echo(f"{user}: chess.com lists months before {begin}, too: {listed} to {last}")
    synced = sync(workplace, user, listed, last)
    click.echo(f"{user}: {synced.tally.sentence()}")
    return synced.has_failed


@through_dagster.command("report")
@click.argument("names", metavar="PLAYER…", nargs=-1, required=True)
def report_players(names: tuple[str, ...]) -> None:
    """Make players' own tables and report from what is stored; say where the page is."""
    from chess_assets.commands.report import NoReport, report  # noqa: PLC0415 - loads only here

    has_errors = False
    with _workplace() as workplace:
        for name in dict.fromkeys(map(parse_player, names)):
            try:
                report(workplace, name)
            except NoReport as error:
                raise click.ClickException(str(error)) from error
            has_errors |= _complain(player_errors(workplace.lake, name))
    if has_errors:
        raise click.ClickException(_CHECKS_FAIL)


def _complain(sentences: list[str]) -> bool:
    """Print what checks complain of, and return whether there was anything."""
    for sentence in sentences:
        click.echo(sentence)
    return bool(sentences)


class _Answer(click.Command):
    """A command whose exit codes 0 to 2 are its answer: where it can give none, that is 3."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the command line."""
        with _exit_unknown():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _exit_unknown():
            return super().invoke(ctx)


@contextmanager
def _exit_unknown() -> Generator[None]:
    try:
        with unforeseen():
            yield
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_UNKNOWN)
    except BrokenPipeError:  # nobody reads on
        give_up_output()
        sys.exit(EXIT_UNKNOWN)


@through_dagster.command("status", cls=_Answer)
@click.argument("name", metavar="[PLAYER]", required=False)
def show_status(name: str | None) -> None:
    """Show what the months of every followed player, or of one, are worth now.

    The exit code is 0 where all is fresh, 1 where a month is missing, stale or not in games yet, 2
    where the last attempt at a month failed or a check found an error, 3 where it cannot be told.
    """
    with _in_sentences():
        lake = open_lake()
        followed = PlayerRegistry(lake).players()
        if name is not None and parse_player(name) not in followed:
            raise click.ClickException(f"{parse_player(name)} is not followed.")
        chosen = followed.values() if name is None else [followed[parse_player(name)]]
        rule, now = FreshnessResource().rule(), Clock().now()
        told = tell(lake, chosen, rule, now, open_instance())
    click.echo(f"Lake: {lake.uri}")
    if told.statuses:
        print_table(_status_table(told.statuses), _WIDE)
    for status in told.statuses:
        for sentence in status.sentences():
            click.echo(sentence)
    if not chosen:
        click.echo(_NOBODY, err=True)
    for sentence in told.untold:
        click.echo(f"Error: {sentence}", err=True)
    sys.exit(told.standing)


@through_dagster.command("demo")
@click.option(
    "--months",
    type=click.IntRange(1, 120),
    default=36,
    show_default=True,
    help="How long the histories are.",
)
def run_demo(months: int) -> None:
    """Make tables of two made-up players' history, with no network and nothing of yours touched."""
    from chess_assets.commands.demo import DemoFailed, demo  # noqa: PLC0415 - loads only here

    try:
        demo(Path(".demo"), months)
    except DemoFailed as error:
        raise click.ClickException(str(error)) from error


def _since(player: FollowedPlayer) -> str:
    if player.joined_at is None:
        return "chess.com does not say since when"
    return f"on chess.com since {player.joined_at:%Y-%m-%d}"


def _status_table(statuses: list[PlayerStatus]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("player", overflow="fold")  # a narrow terminal must not cut a name off
    for heading in (*Freshness, "unparsed", "games"):
        table.add_column(str(heading), justify="right")
    table.add_column("last fetch (UTC)")
    for status in statuses:
        counts = [f"{status.counts[freshness]:,}" for freshness in Freshness]
        last = f"{status.last_fetch_at:%Y-%m-%d %H:%M}" if status.last_fetch_at else "never"
        unparsed = len(status.unparsed | status.outdated)
        cells = [status.user, *counts, f"{unparsed:,}", f"{status.games:,}", last]
        table.add_row(*map(Text, cells))
    return table
