"""What every command works with: the lake, the Dagster instance and chess.com, as the UI has them.

A command and the UI share one history because they open the same instance and the same lake.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dagster import DagsterError, DagsterInstance
from dagster_aws.s3 import S3Resource

from chess_assets.assets.player_months import CHESS_COM_POOL
from chess_assets.domain.store import Store
from chess_assets.io_managers.lake import open_store
from chess_assets.resources.chess_com import ChessComResource
from chess_assets.resources.freshness import Clock, FreshnessResource
from chess_assets.settings import read_settings

_INSTANCE_FILE = "dagster.yaml"
_SHOWN_LENGTH = 240


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
    settings = read_settings()
    with _instance(settings.dagster_home) as instance:
        yield Workplace(
            instance,
            open_store(settings.lake_uri, S3Resource()),
            ChessComResource(),
            FreshnessResource(),
            Clock(),
        )


@contextmanager
def _instance(dagster_home: str | None) -> Generator[DagsterInstance]:
    """Open DAGSTER_HOME's instance, else the one of the dagster.yaml in the current folder.

    That is what the `dagster` commands do too, so that all ways in share one history.
    """
    if dagster_home is None and not Path(_INSTANCE_FILE).is_file():
        raise NoInstance(
            f"No {_INSTANCE_FILE} in {Path.cwd()}: start in the project's folder, "
            "or set DAGSTER_HOME to an instance of yours."
        )
    folder = dagster_home or str(Path.cwd())
    try:
        opened = DagsterInstance.get() if dagster_home else DagsterInstance.from_config(folder)
    except (DagsterError, OSError) as error:
        cause = " ".join(str(error).split())[:_SHOWN_LENGTH]
        raise NoInstance(f"Dagster's instance in {folder} cannot be opened: {cause}") from error
    with opened as instance:
        _limit_pool(instance)
        yield instance


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
