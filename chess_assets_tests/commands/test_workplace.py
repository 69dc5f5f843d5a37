"""Which lake and which Dagster instance the commands open, and what they say when they can't."""

import shutil
from pathlib import Path

import dagster as dg
import pytest

from chess_assets.domain.registry import PlayerRegistry
from chess_assets.domain.store import FolderStore, S3Store, S3Uri
from chess_assets.resources.chess_com import CHESS_COM_POOL
from chess_assets_tests.command_line import CommandLine
from chess_assets_tests.made_games import USER
from chess_assets_tests.s3_server import ACCESS_KEY, REFUSED, REGION, SECRET_KEY, S3Server


@pytest.fixture
def s3_variables(s3_server: S3Server) -> dict[str, str]:
    """What AWS's own variables say about the S3 server."""
    return {
        "AWS_ENDPOINT_URL_S3": s3_server.url,
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    }


def one_sentence(cli: CommandLine, *arguments: str) -> str:
    """Return the one line that a command fails with."""
    done = cli(*(arguments or ("players", "list")))
    assert done.exit_code == (3 if arguments == ("status",) else 1)  # its 1 is an answer
    assert done.stdout == ""
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_dagster_home(cli: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> None:
    """DAGSTER_HOME is honoured: all that the instance writes is there, and nothing here."""
    home = tmp_path_factory.mktemp("home")
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    elsewhere = tmp_path_factory.mktemp("lake")
    cli.variables |= {"DAGSTER_HOME": str(home), "CHESS_LAKE_URI": str(elsewhere)}
    before = set(cli.folder.rglob("*"))
    assert cli("sync", USER, "--to", "2023-01").exit_code == 0
    assert set(cli.folder.rglob("*")) == before
    with dg.DagsterInstance.from_config(str(home)) as instance:
        assert instance.get_dynamic_partitions("users") == [USER]
        (limit,) = instance.event_log_storage.get_pool_limits()
    assert (limit.name, limit.limit) == (CHESS_COM_POOL, 1)
    assert set(PlayerRegistry(FolderStore(elsewhere)).players()) == {USER}


def test_copied_to_dagster_home(cli: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A copy of dagster.yaml in DAGSTER_HOME is one instance, from whichever folder it is used."""
    home, elsewhere = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("elsewhere")
    shutil.copy(cli.folder / "dagster.yaml", home)
    cli.variables |= {"DAGSTER_HOME": str(home), "CHESS_LAKE_URI": str(elsewhere / "lake")}
    before = set(cli.folder.rglob("*"))
    assert cli("sync", USER, "--to", "2023-01").exit_code == 0
    assert set(cli.folder.rglob("*")) == before
    assert {path.name for path in home.iterdir()} == {".dagster", "dagster.yaml"}
    listed = CommandLine(elsewhere, cli.chess_com, cli.variables).start(
        "-m", "dagster", "run", "list"
    )
    output, _ = listed.communicate()
    assert "Run: " in output
    assert {path.name for path in elsewhere.iterdir()} == {"lake"}


def test_project_folder(new_cli: CommandLine) -> None:
    """Without DAGSTER_HOME the instance is the project's, all of it below .dagster."""
    assert new_cli("sync", USER, "--to", "2023-01").exit_code == 0
    written = {path.name for path in new_cli.folder.iterdir()}
    assert written == {".dagster", "dagster.yaml", "lake"}


def test_no_instance(new_cli: CommandLine) -> None:
    """Outside the project's folder and without DAGSTER_HOME it says where to start."""
    (new_cli.folder / "dagster.yaml").unlink()
    said = one_sentence(new_cli)
    assert f"No dagster.yaml in {new_cli.folder}" in said
    assert "set DAGSTER_HOME" in said
    assert list(new_cli.folder.iterdir()) == []


def test_broken_instance(cli: CommandLine) -> None:
    """An instance that Dagster cannot open is named, with Dagster's reason."""
    cli.variables["DAGSTER_HOME"] = "not/absolute"
    assert "must be an absolute path" in one_sentence(cli)
    cli.variables["DAGSTER_HOME"] = str(cli.folder / "not-there")
    assert "does not exist" in one_sentence(cli)
    del cli.variables["DAGSTER_HOME"]
    (cli.folder / "dagster.yaml").write_text("nonsense: 1\n")
    said = one_sentence(cli)
    assert f"Dagster's instance in {cli.folder} cannot be opened" in said
    assert 'unexpected config entry "nonsense"' in said


def test_bucket(
    cli: CommandLine, s3_server: S3Server, s3_bucket: str, s3_variables: dict[str, str]
) -> None:
    """With an s3:// URI everything of the lake is in the bucket."""
    cli.variables |= {"CHESS_LAKE_URI": f"s3://{s3_bucket}/my/lake", **s3_variables}
    assert cli("sync", USER, "--to", "2023-01").exit_code == 0
    store = S3Store(s3_server.client(), S3Uri(s3_bucket, "my/lake"))
    assert f"games/user={USER}/month=2023-01/part-0.parquet" in {i.key for i in store.list("")}
    assert cli.files() == set()
    assert f"Lake: s3://{s3_bucket}/my/lake" in cli("status").stdout


def test_missing_bucket(cli: CommandLine, s3_variables: dict[str, str]) -> None:
    """A bucket that does not exist is named, with what to do."""
    cli.variables |= {"CHESS_LAKE_URI": "s3://no-such-bucket/lake", **s3_variables}
    said = one_sentence(cli)
    assert "The bucket of s3://no-such-bucket/lake" in said
    assert "create it, or correct the lake's URI" in said


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"AWS_ACCESS_KEY_ID": "alone"},
        {"AWS_PROFILE": "nobody"},
    ],
)
def test_no_credentials(cli: CommandLine, s3_server: S3Server, variables: dict[str, str]) -> None:
    """Without usable credentials it says which variables to set."""
    cli.variables |= {
        "CHESS_LAKE_URI": "s3://a-bucket/lake",
        "AWS_ENDPOINT_URL_S3": s3_server.url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(cli.folder / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(cli.folder / "none"),
        **variables,
    }
    said = one_sentence(cli)
    assert "no usable AWS credentials for s3://a-bucket/lake" in said
    assert "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE" in said


def test_wrong_settings(cli: CommandLine, s3_variables: dict[str, str]) -> None:
    """A setting that means nothing is named, without the secrets that may be in it."""
    address = "ftp://user:secret@host/lake"
    for variables, arguments, expected in (
        ({"CHESS_LAKE_URI": address}, (), "The lake's URI is wrong: 'ftp:'"),
        ({"CHESS_COM_API_URL": "api.chess.com"}, ("sync", USER), "CHESS_COM_API_URL"),
        ({"CHESS_COM_API_URL": "http://u:secret@h/"}, ("sync", USER), "CHESS_COM_API_URL"),
        ({"CHESS_COM_CONTACT": "a\nb"}, ("players", "add", USER), "CHESS_COM_CONTACT"),
        (
            {**s3_variables, "CHESS_LAKE_URI": "s3://abc", "AWS_ENDPOINT_URL_S3": "secret"},
            (),
            "correct AWS_ENDPOINT_URL_S3",
        ),
    ):
        usual = dict(cli.variables)
        cli.variables |= variables
        said = one_sentence(cli, *arguments)
        assert expected in said
        assert "secret" not in said
        cli.variables = usual
    assert cli.files() == set()


def test_unreadable_registry(cli: CommandLine) -> None:
    """A registry that isn't one is named and left as it is, by every command that needs it."""
    registry = cli.folder / "lake" / "_players" / "players.json"
    registry.parent.mkdir(parents=True)
    registry.write_text("[1, 2")
    for arguments in (("players", "list"), ("players", "add", USER), ("sync", USER), ("status",)):
        said = one_sentence(cli, *arguments)
        assert f"{registry} is not a registry of players" in said
        assert "put back an earlier version" in said
    assert registry.read_text() == "[1, 2"


def test_lake_is_a_file(cli: CommandLine) -> None:
    """A lake that is a file is named."""
    (cli.folder / "lake").write_text("")
    assert f"{cli.folder / 'lake'} is a file" in one_sentence(cli, "status")


def test_lake_breaks_in_the_middle(
    cli: CommandLine, s3_server: S3Server, s3_bucket: str, s3_variables: dict[str, str]
) -> None:
    """A store that refuses while months are being stored ends the run with its sentence."""
    cli.variables |= {"CHESS_LAKE_URI": f"s3://{s3_bucket}", **s3_variables}
    cli("players", "add", USER)
    s3_server.fail_next("PUT", *[REFUSED] * 20)
    done = cli("sync", USER, "--to", "2023-03")
    s3_server.forget()
    assert done.exit_code == 1
    assert "S3 denied access to s3://" in done.stderr
    assert "Traceback" not in done.output


def test_dotenv(cli: CommandLine) -> None:
    """A .env file beside dagster.yaml counts, and the environment wins over it."""
    (cli.folder / ".env").write_text("CHESS_LAKE_URI=./from-file\n")
    assert f"Lake: {cli.folder / 'from-file'}" in cli("status").stdout
    cli.variables["CHESS_LAKE_URI"] = str(Path("/from/environment"))
    assert "Lake: /from/environment" in cli("status").stdout
