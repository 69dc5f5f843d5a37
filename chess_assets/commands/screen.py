"""What reaches the screen, whatever the screen is: a terminal of any encoding, a pipe, nothing."""

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


def screen_width(otherwise: int) -> int:
    """Return how many characters fit side by side: the terminal's, or as said without one."""
    return _console(otherwise).width


def print_table(table: "Table", width: int) -> None:
    """Print a table, as wide as the terminal, or as `width` where there is none.

    It is printed by click, so that a pipe that is closed is the error that it is for all else that
    a command prints; rich would end the process with an exit code of its own.
    """
    console = _console(width)
    with console.capture() as captured:
        console.print(table)
    click.echo(captured.get(), nl=False)


def use_any_screen() -> None:
    """Let standard output and error take every character, those they cannot show as escapes.

    A terminal that is not UTF-8 (`PYTHONIOENCODING=cp1252`, `LC_ALL=C` on some systems) would
    otherwise end a command at the first `…`; and a file's name may hold bytes that are no text.

    Where standard output is closed, writing to it fails as it does for a program in C, since a
    command that could tell nothing must not end well.
    """
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 - for as long as the process lives
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _console(width: int) -> "Console":
    from rich.console import Console  # noqa: PLC0415 - only for commands that print tables

    return Console(width=None if sys.stdout.isatty() else width)
