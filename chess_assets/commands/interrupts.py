"""Ctrl-C that is not lost where Python swallows it.

Python swallows what is raised while an object is finalized or its weak references are told, an
interrupt too. A command would go on then, and end well.
"""

import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from threading import Timer, get_ident
from typing import Any

EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells have it
_AGAIN_AFTER_S = 0.05  # the finalizer is over by then


@contextmanager
def heeded_interrupts() -> Generator[None]:
    """Send an interrupt that was swallowed once more, to this thread."""
    from dagster import DagsterExecutionInterruptedError  # noqa: PLC0415 - loads long

    said_before, thread = sys.unraisablehook, get_ident()

    def hook(unraisable: Any) -> None:
        if issubclass(unraisable.exc_type, KeyboardInterrupt | DagsterExecutionInterruptedError):
            Timer(_AGAIN_AFTER_S, signal.pthread_kill, [thread, signal.SIGINT]).start()
        else:
            said_before(unraisable)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = said_before
