"""The code location: it loads anywhere without touching anything, and has the assets it should."""

import json
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from chess_assets.definitions import build_defs, defs
from chess_assets_tests.own_process import run_python

PROJECT = Path(__file__).parents[1]
SNAPSHOT = Path(__file__).with_suffix(".json")

WATCHED_LOADING = """
import os, sys

read, touched = set(), []

class WatchedEnvironment(type(os.environ)):
    def __getitem__(self, name):
        frame = sys._getframe(1)
        while frame.f_globals.get("__name__") in {"os", "collections.abc"}:
            frame = frame.f_back
        if frame.f_globals.get("__name__", "").startswith("chess_assets"):
            read.add(name)
        return super().__getitem__(name)

def watch(event, arguments):
    is_here = event in {"open", "os.listdir", "os.scandir", "os.mkdir", "os.rename"} and (
        isinstance(arguments[0], (str, os.PathLike))
        and os.path.abspath(arguments[0]).startswith(os.getcwd())
    )
    if is_here or event in {"socket.connect", "socket.getaddrinfo"}:
        touched.append((event, str(arguments)))

os.environ.__class__ = WatchedEnvironment
sys.addaudithook(watch)
from chess_assets.definitions import defs
defs.resolve_asset_graph()
defs.resolve_implicit_global_asset_job_def()
assert not read, f"read while loading: {read}"
assert not touched, f"touched while loading: {touched}"

# The watch itself works.
from chess_assets.settings import read_settings
from pathlib import Path
read_settings()
Path("lake").mkdir()
assert {"CHESS_LAKE_URI", "DAGSTER_HOME"} <= read
assert touched
"""

DOMAIN_IMPORTS = """
import importlib, pkgutil, sys
import chess_assets.domain as domain

for module in pkgutil.walk_packages(domain.__path__, "chess_assets.domain."):
    importlib.import_module(module.name)
print(len([name for name in sys.modules if name.startswith("chess_assets.domain.")]))
print(sorted({name.split(".")[0] for name in sys.modules if name.startswith("dagster")}))
"""


def test_dagster_validates_them(tmp_path: Path) -> None:
    """`dagster definitions validate` passes in a folder with the project's workspace."""
    for name in ("workspace.yaml", "dagster.yaml"):
        (tmp_path / name).write_text((PROJECT / name).read_text())
    done = run_python("-m", "dagster", "definitions", "validate", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "All code locations passed validation" in done.stdout + done.stderr


def test_loading_touches_nothing(tmp_path: Path) -> None:
    """Loading reads no variable, opens nothing where it is started and connects to nothing."""
    garbage = {"CHESS_LAKE_URI": "no://lake", "CHESS_COM_API_URL": "%%", "CHESS_COM_CONTACT": "\t"}
    done = run_python("-P", "-c", WATCHED_LOADING, cwd=tmp_path, env=garbage)
    assert done.returncode == 0, done.stderr


def test_domain_is_plain_python(tmp_path: Path) -> None:
    """No module of the domain imports Dagster, be it through another."""
    done = run_python("-c", DOMAIN_IMPORTS, cwd=tmp_path)
    count, of_dagster = done.stdout.split("\n", 1)
    assert int(count) > 40, done.stderr
    assert of_dagster.strip() == "[]"


@pytest.mark.parametrize(
    ("path", "is_banned"),
    [
        ("chess_assets/domain/made_up.py", True),
        ("chess_assets/domain/store/made_up.py", True),
        ("chess_assets/assets/made_up.py", False),
        ("chess_assets/made_up.py", False),
    ],
)
def test_lint_keeps_dagster_out_of_the_domain(path: str, is_banned: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """The lint rule refuses an import of Dagster in the domain, and only there."""
    ruff = ("-m", "ruff", "check", "--no-cache", "--stdin-filename", path, "-")
    source = '"""Made up."""\n\nimport dagster\nfrom dagster_aws import s3\n\nprint(dagster, s3)\n'
    done = run_python(*ruff, cwd=PROJECT, input=source)
    assert done.stdout.count("TID251") == (2 if is_banned else 0), done.stdout + done.stderr


def test_graph() -> None:
    """The asset graph is the one in the JSON file beside this, changed only by decision.

    `python -m chess_assets_tests.test_definitions` writes the file anew.
    """
    assert described(defs) == json.loads(SNAPSHOT.read_text())


def test_overrides_swap_resources() -> None:
    """`build_defs` takes the resources given instead of its own, and leaves the others."""
    clock = object()
    swapped = build_defs({"clock": clock, "another": 1}).resources or {}
    usual = build_defs().resources or {}
    assert swapped["clock"] is clock
    assert set(swapped) == {*usual, "another"}
    assert usual["clock"] is not clock


def described(definitions: dg.Definitions) -> dict[str, Any]:
    """Return what others rely on: assets, their partitions and runs, and the resources' names."""
    graph = definitions.resolve_asset_graph()
    return {
        "assets": {
            key.to_user_string(): {
                "deps": sorted(parent.to_user_string() for parent in graph.get(key).parent_keys),
                "group": graph.get(key).group_name,
                "partitions": partitions_of(graph.get(key).partitions_def),
                "pools": sorted(graph.get(key).pools or ()),
                "backfill": policy_of(graph.get(key).backfill_policy),
                "checks": sorted(check.name for check in graph.get(key).check_keys),
            }
            for key in sorted(graph.get_all_asset_keys())
        },
        "resources": sorted(definitions.resources or {}),
    }


def partitions_of(partitions: dg.PartitionsDefinition[Any] | None) -> str | None:
    """Return what partitions are called."""
    match partitions:
        case dg.MultiPartitionsDefinition():
            by_name = {each.name: each.partitions_def for each in partitions.partitions_defs}
            return " x ".join(f"{name}: {partitions_of(by_name[name])}" for name in sorted(by_name))
        case dg.TimeWindowPartitionsDefinition():
            first = partitions.get_first_partition_key()
            return f"{partitions.cron_schedule} from {first}, {partitions.timezone}"
        case dg.DynamicPartitionsDefinition():
            return f"dynamic {partitions.name}"
    return None


def policy_of(policy: dg.BackfillPolicy | None) -> str | None:
    """Return how many partitions a run of a backfill takes."""
    if policy is None:
        return None
    return "single run" if policy.max_partitions_per_run is None else str(policy)


if __name__ == "__main__":
    SNAPSHOT.write_text(json.dumps(described(defs), indent=2) + "\n")
