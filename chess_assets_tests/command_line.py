"""The command line in a project's folder of its own, with a look-alike of chess.com to ask."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import dagster as dg
from click.testing import CliRunner, Result

from chess_assets.cli import main
from chess_assets.domain.months import Month, months_between
from chess_assets.domain.store import FolderStore
from chess_assets.partitions import USERS
from chess_assets.sample import Histories, SampleChessCom
from chess_assets_tests.asset_keys import RAW_KEY

PROJECT = Path(__file__).parents[1]
CHESS_ASSETS = ("-c", "from chess_assets.cli import main; main()")
_OURS = ("AWS_", "CHESS_", "DAGSTER_")


@dataclass
class CommandLine:
    """A folder with the project's dagster.yaml, and what commands in it do.

    Attributes:
        folder: the folder commands are started in.
        chess_com: whom they ask.
        variables: the environment they have, besides what is not ours.
    """

    folder: Path
    chess_com: SampleChessCom
    variables: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str) -> Result:
        """Run `chess-assets` in this process; what it doesn't catch is raised."""
        with chdir(self.folder), patch.dict(os.environ, self.environment, clear=True):
            return CliRunner().invoke(main, arguments, catch_exceptions=False)

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start a command of this environment's Python in a process of its own."""
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment of a process of its own."""
        others = {name: value for name, value in os.environ.items() if not _is_ours(name)}
        return others | self.variables

    @property
    def lake(self) -> FolderStore:
        """The lake where it is by default."""
        return FolderStore(self.folder / "lake")

    @property
    def month_paths(self) -> list[str]:
        """The months asked for so far, `2023/01`."""
        return [request.path[-7:] for request in self.chess_com.month_requests()]

    @contextmanager
    def instance(self) -> Iterator[dg.DagsterInstance]:
        """Open the instance that `dagster` has in the folder."""
        with chdir(self.folder), dg.DagsterInstance.from_config(str(self.folder)) as instance:
            yield instance

    def green(self, key: dg.AssetKey = RAW_KEY) -> set[str]:
        """Return the partitions that are green there."""
        with self.instance() as instance:
            return set(instance.get_materialized_partitions(key))

    def users(self) -> set[str]:
        """Return the dynamic partitions that are registered there."""
        with self.instance() as instance:
            return set(instance.get_dynamic_partitions(USERS))

    def files(self) -> set[str]:
        """Return every file of the folder, without Dagster's own."""
        found = (path.relative_to(self.folder) for path in self.folder.rglob("*") if path.is_file())
        return {str(path) for path in found if path.parts[0] not in {".dagster", "dagster.yaml"}}


@contextmanager
def open_command_line(
    folder: Path, histories: Histories, *, latency_s: float = 0
) -> Iterator[CommandLine]:
    """Start the look-alike and make the folder a project's."""
    shutil.copy(PROJECT / "dagster.yaml", folder)
    with SampleChessCom(histories, latency_s=latency_s) as chess_com:
        variables = {"CHESS_COM_API_URL": chess_com.url, "CHESS_COM_CONTACT": "tests@example.org"}
        yield CommandLine(folder, chess_com, variables)


def months_of(first: str, last: str) -> list[Month]:
    """Return the months from one to another, written as on the command line."""
    return list(months_between(Month.parse(first), Month.parse(last)))


def _is_ours(name: str) -> bool:
    return name.startswith(_OURS)
