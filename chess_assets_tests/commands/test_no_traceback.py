"""Every command under every fault: one sentence and an exit code, never a traceback.

A fault that a command has nothing to do with must not touch it: what fails is named per fault.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from chess_assets.sample import Fault
from chess_assets_tests.command_line import CHESS_ASSETS, CommandLine
from chess_assets_tests.made_games import USER
from chess_assets_tests.s3_server import REGION, S3Server

COMMANDS: dict[str, tuple[str, ...]] = {
    "add": ("players", "add", USER, "nobody-yet"),
    "list": ("players", "list"),
    "status": ("status", USER),  # before what it would tell of
    "sync": ("sync", USER, "--from", "2023-01", "--to", "2023-01", "--refresh", "--positions"),
    "report": ("report", USER),
    "query": ("query", "select * from games join player_games using (game_id)"),
    "export": ("export", USER, "--pgn", "games.pgn"),
    "ddl": ("ddl", "games", "--lake", "s3://bucket/lake"),
    "remove": ("players", "remove", USER),  # the last, since the others need the player
}
ASKING = {"add", "sync"}
READING = {"query", "export", "ddl"}
THROUGH_DAGSTER = {"add", "list", "sync", "status", "report", "remove"}
ALL = set(COMMANDS)


def variable(name: str, value: str) -> Callable[[CommandLine], None]:
    """Return the fault that sets a variable."""
    return lambda cli: cli.variables.update({name: value})


def written(path: str, body: bytes) -> Callable[[CommandLine], None]:
    """Return the fault that a file of the project has other bytes."""

    def write(cli: CommandLine) -> None:
        (cli.folder / path).parent.mkdir(exist_ok=True)
        (cli.folder / path).write_bytes(body)

    return write


def answering(status: int) -> Callable[[CommandLine], None]:
    """Return the fault that chess.com answers everything with a status."""
    return lambda cli: cli.chess_com.faults.add(Fault(".", status=status, times=None))


def damaged_databases(cli: CommandLine) -> None:
    for file in cli.folder.glob(".dagster/**/*.db"):
        file.write_bytes(b"no database" * 1000)


def a_file_as_output(cli: CommandLine) -> None:
    (cli.folder / "games.pgn").mkdir()


def in_a_bucket_that_is_not_there(cli: CommandLine, server: S3Server) -> None:
    cli.variables |= {
        "CHESS_LAKE_URI": "s3://no-such-bucket/lake",
        "AWS_ENDPOINT_URL_S3": server.url,
        "AWS_REGION": REGION,
    }


_TABLE = f"lake/%s/user={USER}/%spart-0.parquet"
_NO_PARQUET = b"PAR1" + b"\0" * 200 + b"PAR1"
FAULTS: dict[str, tuple[Callable[[CommandLine], None], set[str]]] = {
    "lake of no kind": (variable("CHESS_LAKE_URI", "ftp://host/lake"), ALL),
    "lake is a file": (variable("CHESS_LAKE_URI", "/etc/passwd"), ALL),
    "no home folder": (variable("CHESS_LAKE_URI", "~nobody-of-this-name/lake"), ALL),
    "API of no kind": (variable("CHESS_COM_API_URL", "nonsense"), ASKING),
    "contact of two lines": (variable("CHESS_COM_CONTACT", "a\nb"), ASKING),
    "API refuses": (answering(403), ASKING),
    "API is elsewhere": (answering(404), ASKING),
    "no Dask scheduler": (variable("DASK_SCHEDULER_ADDRESS", "nonsense"), set()),
    ".env is no text": (written(".env", b"A=\xff\xfe"), ALL),
    ".env with a NUL": (written(".env", b'A="\0"\n'), ALL),
    "registry is none": (
        written("lake/_players/players.json", b"[1,"),
        {"add", "list", "sync", "status", "report", "export", "remove"},
    ),
    "raw is damaged": (
        written(_TABLE % ("raw_pgn_archives", "month=2023-01/"), _NO_PARQUET),
        {"sync", "status", "export"},  # which takes the PGN from raw
    ),
    "games are damaged": (
        written(_TABLE % ("games", "month=2023-01/"), _NO_PARQUET),
        {"sync", "status", "report", "query", "export"},
    ),
    "player_games is damaged": (
        written(_TABLE % ("player_games", ""), _NO_PARQUET),
        {"status", "report", "query"},
    ),
    "rating_history is damaged": (
        written(_TABLE % ("rating_history", ""), _NO_PARQUET),
        {"status", "report"},
    ),
    "databases are damaged": (damaged_databases, THROUGH_DAGSTER),
    "no instance": (variable("DAGSTER_HOME", "/nowhere/at/all"), THROUGH_DAGSTER),
    "instance is none": (written("dagster.yaml", b"a: [1,\n"), THROUGH_DAGSTER),
    "instance of no kind": (written("dagster.yaml", b"nonsense: 1\n"), THROUGH_DAGSTER),
    "output is a folder": (a_file_as_output, {"export"}),
}


def check(done: str, code: int, command: str, failing: set[str]) -> None:
    """Check that a command failed with a sentence if it had to, and else did not."""
    assert "Traceback" not in done
    if command in failing:
        assert code in ({2, 3} if command == "status" else {1}), (command, code, done)
        assert done.strip()
    else:
        assert code == 0, (command, code, done)
    assert "This is a fault of the program" not in done


@pytest.mark.parametrize("fault", FAULTS)
def test_matrix(full: CommandLine, fault: str) -> None:
    """Each command says in a sentence what the fault keeps it from, and only those do."""
    bring_about, failing = FAULTS[fault]
    bring_about(full)
    full.chess_com.histories.by_player.setdefault("nobody-yet", {})  # type: ignore[attr-defined]
    for name, arguments in COMMANDS.items():
        done = full(*arguments)
        check(done.output, done.exit_code, name, failing)


def test_no_bucket(full: CommandLine, s3_server: S3Server) -> None:
    """A bucket that is not there is named by every command."""
    in_a_bucket_that_is_not_there(full, s3_server)
    full.variables |= {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    for name, arguments in COMMANDS.items():
        done = full(*arguments)
        check(done.output, done.exit_code, name, ALL)


@pytest.fixture
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of 2 MB with an instance on it."""
    place = tmp_path_factory.mktemp("disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a disk can be mounted by root only")
    try:
        (place / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)  # noqa: S607


def test_full_disk(full: CommandLine, small_disk: Path) -> None:
    """A full or read-only DAGSTER_HOME is a sentence, and what is in the lake is told."""
    full.variables["DAGSTER_HOME"] = str(small_disk)
    assert full("players", "add", USER).exit_code == 0
    with (small_disk / "filling").open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 1024)
    for command in ("sync", "report", "status"):
        done = full(*COMMANDS[command])
        check(done.output, done.exit_code, command, ALL)
        assert "A database of Dagster's instance in" in done.stderr
    assert f"{USER} " in done.stdout


STREAMS = {
    "full disk": "/dev/full",
    "closed": "&-",
    "nobody reads": None,
}


@pytest.mark.parametrize("stream", STREAMS)
def test_output_that_takes_nothing(full: CommandLine, stream: str) -> None:
    """Where standard output takes nothing, no command ends well, and none with a traceback."""
    for arguments in (
        ("--help",),
        *(COMMANDS[name] for name in ("list", "status", "query", "sync")),
    ):
        done = without_output(full, STREAMS[stream], *arguments)
        assert "Traceback" not in done.stderr
        assert "Exception ignored" not in done.stderr
        assert done.returncode == (3 if arguments[0] == "status" else 1), (arguments, done)


def without_output(
    cli: CommandLine, target: str | None, *arguments: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command whose standard output goes there; None for a pipe that nobody reads."""
    shell = f'exec "$@" >{target}' if target else 'exec "$@"'
    command = ["/bin/sh", "-c", shell, "sh", sys.executable, *CHESS_ASSETS, *arguments]
    with ExitStack() as opened:
        process = opened.enter_context(
            subprocess.Popen(
                command,
                cwd=cli.folder,
                env=cli.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
    return subprocess.CompletedProcess(command, process.returncode, "", errors)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii:strict", "utf-8"])
def test_any_encoding(full: CommandLine, encoding: str) -> None:
    """A terminal that is not UTF-8 gets every table, with escapes for what it cannot show."""
    full.variables["PYTHONIOENCODING"] = encoding
    wide = "select 'Ж♞…' as \"Ш\", repeat('x', 99) as long"
    for arguments in (("query", wide), ("sync",), ("status",), ("--help",), ("query", "-h")):
        process = subprocess.run(
            [sys.executable, *CHESS_ASSETS, *arguments],
            cwd=full.folder,
            env=full.environment,
            capture_output=True,
            check=False,
        )
        assert b"Traceback" not in process.stderr
        assert process.returncode == (2 if arguments == ("sync",) else 0), process.stderr
        if arguments == ("query", wide) and encoding == "cp1252":
            assert b"\\u0416\\u265e" in process.stdout


def test_interrupt_in_a_terminal(full: CommandLine) -> None:
    """Ctrl-C reaches all processes of a terminal: they say one sentence together."""
    full.chess_com.faults.add(Fault("/2023/03$", delay_s=600))
    process = subprocess.Popen(
        [sys.executable, *CHESS_ASSETS, "sync", USER, "--to", "2023-03", "--refresh"],
        cwd=full.folder,
        env=full.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    assert process.stdout is not None
    printed = [process.stdout.readline() for _ in range(2)]
    assert "2023-01" in printed[1]
    os.killpg(process.pid, signal.SIGINT)
    said, errors = process.communicate()
    assert "Traceback" not in errors
    assert process.returncode == 130
    assert said.splitlines()[-1].startswith("Interrupted: ")
