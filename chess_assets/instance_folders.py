"""Where the project's dagster.yaml lets Dagster keep its files: below DAGSTER_HOME, or right here.

Dagster takes a relative folder of dagster.yaml as one of the current folder, so one DAGSTER_HOME
used from two folders would be two instances; an absolute one fits a single machine, and
`{env: DAGSTER_HOME}` works only where that is set. These classes are Dagster's own, and differ in
this alone: a relative `base_dir` is below DAGSTER_HOME, and without one below the current folder.
"""

from pathlib import Path
from typing import Any, Self

from dagster._core.storage.local_compute_log_manager import LocalComputeLogManager
from dagster._core.storage.root import LocalArtifactStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData

from chess_assets.settings import read_settings


class SqliteStorage(DagsterSqliteStorage):
    """Runs, events and schedules in SQLite."""

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> Self:
        """Open the storage in its folder."""
        return cls.from_local(_base_dir(config_value), inst_data)


class ArtifactStorage(LocalArtifactStorage):
    """Files of runs, the locks of runs among them."""

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> Self:
        """Open the storage in its folder."""
        return cls(_base_dir(config_value), inst_data)


class ComputeLogs(LocalComputeLogManager):
    """What steps print."""

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData | None, config_value: Any) -> Self:
        """Open the logs in their folder."""
        folder = _base_dir(config_value)
        return cls(folder, config_value.get("polling_timeout"), inst_data)


def _base_dir(config: dict[str, Any]) -> str:
    home = read_settings().dagster_home
    return str(Path(home or "", config["base_dir"]).absolute())
