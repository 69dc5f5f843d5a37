"""What goes wrong in a command and has no sentence of its own: it gets one all the same."""

import os
import sys
import tempfile
import traceback
from collections.abc import Generator
from contextlib import contextmanager

import click

EXIT_UNKNOWN = 3
"""The exit code of `status` where it has no answer, as monitoring plugins have it."""

_CAUSE_LENGTH = 400
_HAVE_A_SENTENCE = (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError)


@contextmanager
def unforeseen() -> Generator[None]:
    """Let what nobody foresaw become one sentence and exit code 1.

    Raises:
        ClickException: in place of any other exception. An interrupt, and a pipe whose reader is
            gone, are left to click.
    """
    try:
        yield
    except _HAVE_A_SENTENCE:
        raise
    except OSError as error:
        give_up_output()
        what = error.filename or "a file, or what standard output goes to,"
        cause = error.strerror or type(error).__name__
        raise click.ClickException(f"Reading or writing {what} failed: {cause}.") from error
    except Exception as error:
        cause = " ".join(f"{type(error).__name__}: {error}".split())[:_CAUSE_LENGTH]
        raise click.ClickException(f"{cause}. {_report(error)}") from error


def give_up_output() -> None:
    """Forget what standard output did not take: Python would try again at exit, and complain."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _report(error: Exception) -> str:
    """Keep an error's traceback in a file for whoever mends it, and return where it is."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="chess-assets-", suffix=".log", delete=False, errors="backslashreplace"
        ) as file:
            file.writelines(traceback.format_exception(error))
    except OSError:  # a full disk may be what went wrong
        return "This is a fault of the program: report it."
    return f"This is a fault of the program: report it with {file.name}."
