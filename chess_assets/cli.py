"""`chess-assets`: one group of all the commands, which loads only what the one that runs needs.

The commands are in `reading_cli` and `dagster_cli`; what they do is in `commands/`.
"""

import gc
import logging
import sys
from functools import cache
from typing import Any

import click

from chess_assets.commands.interrupts import EXIT_INTERRUPTED
from chess_assets.commands.screen import use_any_screen
from chess_assets.commands.unforeseen import EXIT_UNKNOWN, unforeseen
from chess_assets.settings import InvalidEnvFile, read_env_file

GARBAGE_FROM_OBJECTS = 50_000


class _Commands(click.Group):
    """Looks for a command first among those that do without Dagster, which takes long to load."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted([*_reading().list_commands(ctx), *_through_dagster().list_commands(ctx)])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        found = _reading().get_command(ctx, cmd_name)
        return found or _through_dagster().get_command(ctx, cmd_name)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command line, whatever reads it; what click has no words for is a sentence."""
        use_any_screen()
        try:
            with unforeseen():
                return super().main(*args, **kwargs)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what it printed is out before it ends well."""
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt:  # also while what the command needs is loaded
            click.echo("Interrupted.", err=True)
            sys.exit(EXIT_INTERRUPTED)
        return done


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="chess_assets")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Keep the chess.com history of the players you follow as Parquet tables."""
    try:
        read_env_file()
    except InvalidEnvFile as error:
        click.ClickException(str(error)).show()
        sys.exit(EXIT_UNKNOWN if ctx.invoked_subcommand == "status" else 1)  # its 1 is an answer
    logging.basicConfig(format="%(message)s")
    logging.getLogger("chess_assets").setLevel(logging.INFO)


@cache
def _reading() -> click.Group:
    """Load the commands that only read: here, so that Ctrl-C meanwhile is no traceback."""
    from chess_assets.reading_cli import reading  # noqa: PLC0415 - see above

    return reading


@cache
def _through_dagster() -> click.Group:
    """Load the commands that work through Dagster.

    What that makes, half a million objects, lives as long as the process: to look through it for
    garbage again and again would be a quarter of a short command's CPU.
    """
    gc.disable()
    from chess_assets.dagster_cli import through_dagster  # noqa: PLC0415 - loads only here

    gc.freeze()
    gc.set_threshold(GARBAGE_FROM_OBJECTS)
    gc.enable()
    return through_dagster
