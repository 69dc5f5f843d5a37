"""Names, texts and secrets: what comes from outside stays outside, what is inside stays inside."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import dagster as dg
import pytest
from botocore.exceptions import ClientError
from moto.core import set_initial_no_auth_action_count

from chess_assets.definitions import build_defs
from chess_assets.domain.lake.paths import report_path
from chess_assets.domain.store import S3Store, S3Uri, StoreDenied
from chess_assets.io_managers.lake import LakeIOManager
from chess_assets.partitions import RANGE_END, RANGE_START, USERS
from chess_assets.resources.chess_com import ChessComResource
from chess_assets.sample import FixedHistories
from chess_assets_tests.asset_keys import GAMES_KEY, PLAYER_GAMES_KEY, PLAYER_REPORT_KEY, RAW_KEY
from chess_assets_tests.command_line import open_command_line
from chess_assets_tests.domain.report.read_page import read_page
from chess_assets_tests.faults.month_range import MONTHS, NOW, open_range
from chess_assets_tests.made_games import USER, histories_of, made_game
from chess_assets_tests.s3_server import ACCESS_KEY, REGION, SECRET_KEY, S3Server
from chess_assets_tests.workbench import Workbench, failure_of, open_workbench

PROJECT = Path(__file__).parents[2]
MONTH = MONTHS[0]
SHELL_NAMES = ["", "ab", "a" * 26, "../../etc/passwd", "a|b", "hikaru\n", "${HOME}", "h\u0456karu"]
TEXT = "<img src=x onerror=alert(1)>[a](javascript:alert(1)) ![b](http://e.vil/p) **c** `d`"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A deployment with a player all of whose games' texts are hostile."""
    games = [_hostile_game(number) for number in (1, 2)]
    with open_workbench(tmp_path, FixedHistories({USER: {MONTH: games}}), NOW) as bench:
        yield bench


def _hostile_game(number: int) -> Any:
    """Return a game whose every text is hostile that leaves it typed; the second's others too."""
    game = made_game(number, MONTH.start.replace(day=number), black=TEXT)
    if number == 2:
        side = {"rating": 1490, "result": TEXT, "username": TEXT, "uuid": TEXT}
        others = ("url", "time_control", "rules", "uuid", "tcn", "fen", "initial_setup")
        game |= dict.fromkeys(others, TEXT) | {"black": side}
    return game | {
        "time_class": TEXT,
        "eco": f"https://www.chess.com/openings/{TEXT}",
        "tournament": TEXT,
        "match": TEXT,
        "unknown": TEXT,
        "pgn": re.sub('(Event|Site|ECOUrl|Termination) "[^"]*"', rf'\1 "{TEXT}"', game["pgn"]),
    }


def run(bench: Workbench, assets: list[dg.AssetKey], **span: Any) -> dg.ExecuteInProcessResult:
    """Run assets as a backfill does."""
    resources = {
        "lake": LakeIOManager(uri=bench.lake.uri),
        "chess_com": ChessComResource(api_url=bench.chess_com.url, contact="tests"),
        "clock": bench.clock,
    }
    job = build_defs(resources).resolve_implicit_job_def_def_for_assets(assets)
    assert job is not None
    return job.execute_in_process(
        instance=bench.instance, asset_selection=assets, raise_on_error=False, **span
    )


@pytest.mark.parametrize("name", ["../x", "", "a\nb", "TESTPLAYER", "а" * 5])  # noqa: RUF001 - Cyrillic
def test_names_in_a_range(bench: Workbench, tmp_path: Path, name: str) -> None:
    """A range whose ends name what is no player fetches and writes nothing, though registered."""
    bench.instance.add_dynamic_partitions(USERS, [name])
    before = {path for path in tmp_path.rglob("*") if "dagster" not in path.parts}
    end = f"{MONTH}-01|{name}"

    result = run(bench, [RAW_KEY, GAMES_KEY], tags={RANGE_START: end, RANGE_END: end})

    assert re.search("is not a chess.com player name|is not in lower case", failure_of(result))
    assert bench.chess_com.requests == []
    after = {path for path in tmp_path.rglob("*") if tmp_path / "dagster" not in path.parents}
    assert after - before <= {tmp_path / "dagster"}


def test_names_on_the_command_line(tmp_path: Path) -> None:
    """Every command that takes a player refuses what is none, and touches nothing."""
    commands = (
        ("players", "add"), ("players", "remove"), ("sync",), ("status",), ("report",), ("export",),
    )  # fmt: skip
    with open_command_line(tmp_path, histories_of(MONTHS)) as cli:
        for command in commands:
            for name in SHELL_NAMES:
                done = cli(*command, "--", name)
                assert done.exit_code != 0, (command, name)
                assert "Traceback" not in done.output
        assert cli.chess_com.requests == []
        assert cli.files() == set()
        assert cli.users() == set()


def test_texts_of_games_are_only_text(bench: Workbench) -> None:
    """No text of a game becomes markup: not in the report, and not in the UI's metadata."""
    months = {RANGE_START: f"{MONTH}-01|{USER}", RANGE_END: f"{MONTH}-01|{USER}"}
    assert run(bench, [RAW_KEY, GAMES_KEY], tags=months).success
    assert run(bench, [PLAYER_GAMES_KEY], partition_key=USER).success
    assert run(bench, [PLAYER_REPORT_KEY], partition_key=USER).success

    stored = bench.lake.get(report_path(USER))
    assert stored is not None
    html = stored.body.decode()
    page = read_page(html)
    assert TEXT[:30] in page.text
    assert "<img src=x" not in html
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    links = [attributes.get("href", "") for tag, attributes in page.tags if tag == "a"]
    assert all(str(link).startswith(("https://www.chess.com/", "#")) for link in links)
    for value in _metadata(bench.instance):
        if isinstance(value, dg.MarkdownMetadataValue):
            assert re.fullmatch(r"!\[[A-Za-z ,-]+\]\(data:image/png;base64,[\w+/=]+\)", value.value)
        elif isinstance(value, (dg.TextMetadataValue, dg.UrlMetadataValue)):
            assert "onerror" not in str(value.value)


def _metadata(instance: dg.DagsterInstance) -> Iterator[Any]:
    for key in (RAW_KEY, GAMES_KEY, PLAYER_GAMES_KEY, PLAYER_REPORT_KEY):
        for record in instance.fetch_materializations(key, limit=9).records:
            made = record.asset_materialization
            assert made is not None
            yield from made.metadata.values()


def policy_of_the_docs(bucket: str, prefix: str) -> str:
    """Return the policy that docs/security.md gives, for this lake."""
    text = (PROJECT / "docs" / "security.md").read_text()
    (policy,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    filled = policy.replace("my-bucket/chess", f"{bucket}/{prefix}").replace("my-bucket", bucket)
    return json.dumps(json.loads(filled))


def keys_with(server: S3Server, policy: str) -> dict[str, str]:
    """Return the keys of a user who may do what a policy says and nothing else."""
    iam = boto3.client(
        "iam",
        endpoint_url=server.url,
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
    )
    iam.create_user(UserName="lake")
    iam.put_user_policy(UserName="lake", PolicyName="lake", PolicyDocument=policy)
    key = iam.create_access_key(UserName="lake")["AccessKey"]
    return {
        "aws_access_key_id": key["AccessKeyId"],
        "aws_secret_access_key": key["SecretAccessKey"],
    }


def test_least_privilege(s3_server: S3Server, s3_bucket: str) -> None:
    """With the policy of docs/security.md a sync works, and nothing beyond it does."""
    s3_server.make_bucket(f"{s3_bucket}-other")
    keys = keys_with(s3_server, policy_of_the_docs(s3_bucket, "chess"))
    client = boto3.client("s3", endpoint_url=s3_server.url, region_name=REGION, **keys)
    lake = S3Store(client, S3Uri(s3_bucket, "chess"))

    def sync_and_overstep() -> None:
        with open_range(lake) as months:
            for games in (2, 3):
                months.serve_games(games)
                months.sync(is_refresh=True)
                assert months.counts() == [games] * len(MONTHS)
        for beyond in (f"{s3_bucket}-other", s3_bucket):
            with pytest.raises(StoreDenied):
                S3Store(client, S3Uri(beyond, "chest")).put("games/x", b"", if_match=None)
        with pytest.raises(StoreDenied):
            list(S3Store(client, S3Uri(f"{s3_bucket}-other", "chess")).list(""))
        with pytest.raises(ClientError, match="AccessDenied"):
            client.delete_object(Bucket=s3_bucket, Key="chess/_index/x")
        with pytest.raises(ClientError, match="AccessDenied"):
            client.delete_bucket(Bucket=f"{s3_bucket}-other")

    enforcing: Any = set_initial_no_auth_action_count(0)
    enforcing(sync_and_overstep)()


def test_resources_show_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the definitions are made of says nothing of the credentials in the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    definitions = build_defs()
    said = repr(definitions) + repr(definitions.resources)
    assert SECRET_KEY not in said
    assert ACCESS_KEY not in said


def test_dev_is_bound_to_loopback() -> None:
    """Nothing that comes with the project opens the UI, which has no login, to other machines."""
    for name in ("Makefile", "README.md", "docs/security.md", "dagster.yaml", "workspace.yaml"):
        text = (PROJECT / name).read_text()
        assert "0.0.0.0" not in text  # noqa: S104 - looked for, not bound to
        for line in re.findall(r"^.*\bdagster dev\b.*$", text, re.MULTILINE):
            if line.startswith("\t"):
                assert "--host 127.0.0.1" in line
