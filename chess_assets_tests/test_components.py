"""The component: scaffolded into a project's folder, loaded from its YAML, and run."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow.parquet as pq
import pytest
import yaml
from dagster.components.testing.utils import create_defs_folder_sandbox

from chess_assets.components import ChessAssetsComponent
from chess_assets.domain.months import Month
from chess_assets.partitions import USERS, partition_key
from chess_assets.sample import SampleChessCom
from chess_assets_tests.command_line import PROJECT
from chess_assets_tests.made_games import USER, histories_of

# Dagster's own use of what it calls beta.
pytestmark = pytest.mark.filterwarnings("ignore:.* is currently in beta")

JANUARY = Month(2022, 1)
TYPE = "chess_assets.components.ChessAssetsComponent"
ASSETS = ("raw_pgn_archives", "games")


@pytest.fixture
def chess_com() -> Iterator[SampleChessCom]:
    """A look-alike that knows one player."""
    with SampleChessCom(histories_of([JANUARY])) as chess_com:
        yield chess_com


def definitions(**attributes: Any) -> dg.Definitions:
    """Scaffold the component into a project, give it these attributes, and load it."""
    contents = {"type": TYPE, "attributes": attributes}
    with create_defs_folder_sandbox() as sandbox:
        path = sandbox.scaffold_component(
            component_cls=ChessAssetsComponent, defs_yaml_contents=contents
        )
        with sandbox.load_component_and_build_defs(defs_path=path) as (_, defs):
            return defs


def test_it_fetches_where_it_is_told(
    chess_com: SampleChessCom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lake, the contact and the API of the YAML count, and not those of the environment."""
    monkeypatch.setenv("CHESS_LAKE_URI", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("CHESS_COM_API_URL", "http://127.0.0.1:1/pub")
    lake = tmp_path / "lake"
    defs = definitions(lake_uri=str(lake), api_url=chess_com.url, contact="tests@example.org")
    keys = [dg.AssetKey(name) for name in ASSETS]
    job = defs.resolve_implicit_job_def_def_for_assets(keys)
    assert job is not None
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions(USERS, [USER])
        key = partition_key(USER, JANUARY)
        assert job.execute_in_process(
            instance=instance, asset_selection=keys, partition_key=key
        ).success
    (games,) = (lake / "games").rglob("*.parquet")
    assert pq.read_metadata(games).num_rows == len(chess_com.histories.games(USER, JANUARY))
    assert not (tmp_path / "elsewhere").exists()


def test_it_follows_whom_it_is_told(chess_com: SampleChessCom, tmp_path: Path) -> None:
    """The players of the YAML are followed by the sensor."""
    defs = definitions(
        players=[USER],
        lake_uri=str(tmp_path / "lake"),
        api_url=chess_com.url,
        contact="tests@example.org",
    )
    repository = defs.get_repository_def()
    sensor = repository.get_sensor_def("followed_players")
    resources = repository.get_top_level_resources()
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_sensor_context(
            instance=instance,
            repository_def=repository,
            resources={key: resources[key] for key in sensor.required_resource_keys},
        ) as context,
    ):
        tick = sensor.evaluate_tick(context)
    added = [request.partition_keys for request in tick.dynamic_partitions_requests]
    assert [USER] in added


def test_the_documented_one() -> None:
    """The `defs.yaml` of docs/building.md is one."""
    text = (PROJECT / "docs" / "building.md").read_text()
    (shown,) = re.findall(r"^```yaml\n# defs.yaml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    contents = yaml.safe_load(shown)
    assert contents["type"] == TYPE
    resources = definitions(**contents["attributes"]).resources or {}
    assert resources["players"].names == ["hikaru", "magnuscarlsen"]
    assert resources["lake"].uri == "s3://my-bucket/chess"


def test_a_wrong_attribute_is_named(tmp_path: Path) -> None:
    """What the component does not have is refused with its name."""
    with pytest.raises(Exception, match="ChessAssetsComponent") as refused:
        definitions(lake_url=str(tmp_path))
    assert "lake_url" in str(refused.value.__cause__)
