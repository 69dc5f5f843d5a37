"""What every command works with: the lake, the Dagster instance and chess.com, as the UI has them.

A command and the UI share one history because they open the same instance and the same lake.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dagster import DagsterInstance
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager
from dagster_aws.s3 import S3Resource
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from chess_assets.domain.store import Store
from chess_assets.io_managers.lake import open_store
from chess_assets.resources.chess_com import CHESS_COM_POOL, ChessComResource
from chess_assets.resources.freshness import Clock, FreshnessResource
from chess_assets.settings import read_settings

_INSTANCE_FILE = "dagster.yaml"
_SHOWN_LENGTH = 240
_LOOK = "mend its cause, then run again."
_MOVE = (
    "restore it from a backup, or move the instance's databases away. The data is in the lake; "
    "the next runs record it again without fetching it."
)
_REMEDIES = {  # by words of SQLite
    "locked": "another process works with it: run again when it is done, or end it if it hangs.",
    "full": "free some space, then run again.",
    "I/O": "the disk may be full or broken: free some space, then run again.",
    "readonly": "give this user permission to write there.",
    "unable to open": "the folder has to exist, and this user has to be allowed to write there.",
    "malformed": _MOVE,
    "not a database": _MOVE,
}


class NoInstance(Exception):
    """There is no Dagster instance to share a history with."""


@dataclass(frozen=True)
class Workplace:
    """The resources of a command, the same that the definitions have."""

    instance: DagsterInstance
    lake: Store
    chess_com: ChessComResource
    freshness: FreshnessResource
    clock: Clock


@contextmanager
def open_workplace() -> Generator[Workplace]:
    """Open what the environment says.

    Raises:
        NoInstance: without DAGSTER_HOME outside the project's folder, or when the instance there
            cannot be opened.
        InvalidLakeUri: when CHESS_LAKE_URI names no lake.
    """
    with open_instance() as instance:
        yield Workplace(
            instance,
            open_store(read_settings().lake_uri, S3Resource()),
            ChessComResource(),
            FreshnessResource(),
            Clock(),
        )


@contextmanager
def open_instance() -> Generator[DagsterInstance]:
    """Open DAGSTER_HOME's instance, else the one of the dagster.yaml in the current folder.

    That is what the `dagster` commands do too, so that all ways in share one history.

    Raises:
        NoInstance: when there is none, when it cannot be opened, and when its databases refuse
            something while it is open.
    """
    dagster_home = read_settings().dagster_home
    if dagster_home is None and not Path(_INSTANCE_FILE).is_file():
        raise NoInstance(
            f"No {_INSTANCE_FILE} in {Path.cwd()}: start in the project's folder, "
            "or set DAGSTER_HOME to an instance of yours."
        )
    folder = dagster_home or str(Path.cwd())
    try:
        opened = DagsterInstance.get() if dagster_home else DagsterInstance.from_config(folder)
    except SQLAlchemyError as error:
        raise NoInstance(_refused(folder, error)) from error
    except Exception as error:  # an instance may name classes of anybody, which raise anything
        cause = " ".join(str(error).split())[:_SHOWN_LENGTH]
        raise NoInstance(f"Dagster's instance in {folder} cannot be opened: {cause}") from error
    try:
        with opened as instance:
            _limit_pool(instance)
            # What captures a step's output starts two processes, which Ctrl-C in a terminal reaches
            # too: they print tracebacks. All that our steps print is in the run's log anyway.
            instance._compute_log_manager = NoOpComputeLogManager()  # noqa: SLF001 - no setting of a run
            yield instance
    except SQLAlchemyError as error:
        raise NoInstance(_refused(folder, error)) from error


def _refused(folder: str, error: SQLAlchemyError) -> str:
    """Return what a database of the instance refused, and what to do about it."""
    original = error.orig if isinstance(error, DBAPIError) else error
    cause = " ".join(str(original).split())[:_SHOWN_LENGTH]
    remedy = next((does for word, does in _REMEDIES.items() if word in cause), _LOOK)
    return f"A database of Dagster's instance in {folder} refused to work ({cause}): {remedy}"


def _limit_pool(instance: DagsterInstance) -> None:
    """Give chess.com's pool its one slot where an instance of the user's own has no limit."""
    storage = instance.event_log_storage
    has_default = instance.global_op_concurrency_default_limit is not None
    if not storage.supports_global_concurrency_limits or has_default:
        return
    if _has_limit(instance):
        return
    try:
        storage.set_concurrency_slots(CHESS_COM_POOL, 1)
    except Exception:  # each database has its own for "another process did it at this moment"
        if not _has_limit(instance):
            raise


def _has_limit(instance: DagsterInstance) -> bool:
    limits = instance.event_log_storage.get_pool_limits()
    return any(pool.name == CHESS_COM_POOL for pool in limits)
