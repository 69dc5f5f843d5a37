"""`chess-assets`: one group of all the commands, which loads only what the one that runs needs.

The commands are in `reading_cli` and `dagster_cli`; what they do is in `commands/`.
"""

import gc
import logging
from functools import cache

import click
from dotenv import load_dotenv

from chess_assets.reading_cli import reading

GARBAGE_FROM_OBJECTS = 50_000


class _Commands(click.Group):
    """Looks for a command first among those that do without Dagster, which takes long to load."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted([*reading.list_commands(ctx), *_through_dagster().list_commands(ctx)])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        found = reading.get_command(ctx, cmd_name)
        return found or _through_dagster().get_command(ctx, cmd_name)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="chess_assets")
def main() -> None:
    """Keep the chess.com history of the players you follow as Parquet tables."""
    load_dotenv(".env")  # as the dagster commands do
    logging.basicConfig(format="%(message)s")
    logging.getLogger("chess_assets").setLevel(logging.INFO)


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
