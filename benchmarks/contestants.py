"""Who is compared: how each is started on a player list, and where it puts its games."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
LATE_HOURS = 7  # the open month counts as fresh for six

PEERS_PYTHON = HERE / ".venv" / "bin" / "python"


@dataclass(frozen=True)
class Place:
    """A contestant's own folder, and the API it fetches from."""

    folder: Path
    api_url: str

    @property
    def out(self) -> Path:
        """Where the tables go."""
        return self.folder / "lake"


@dataclass(frozen=True)
class Contestant:
    """One way to keep players' months as Parquet.

    Attributes:
        name: As the tables have it.
        command: What to run for some players; the same for every run but a late one.
        late_command: What to run hours later.
        games: Where the games' files are, as a glob in `Place.out`.
        key: The column that identifies a game.
        moves: The column with a game's moves as a list; None where they stay text.
        is_prefect: Whether a Prefect server runs beside it.
    """

    name: str
    command: Callable[[Place, list[str]], list[str]]
    late_command: Callable[[Place, list[str]], list[str]]
    games: str
    key: str = "uuid"
    moves: str | None = "moves"
    is_prefect: bool = False


def environment(place: Place) -> dict[str, str]:
    """Return the whole environment of a contestant: everything stays in its folder and on loopback.

    Telemetry is off by every tool's own word for it.
    """
    folder = place.folder
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT),  # for `benchmarks.later` only; the peers import nothing from it
        "NO_PROXY": "127.0.0.1",
        "DO_NOT_TRACK": "1",
        "CHESS_COM_API_URL": place.api_url,
        "CHESS_COM_CONTACT": "benchmark",
        "CHESS_LAKE_URI": str(place.out),
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
        "DLT_DATA_DIR": str(folder / "dlt"),
        "RUNTIME__DLTHUB_TELEMETRY": "false",
    }


def _peer(script: str, *arguments: str) -> Callable[[Place, list[str]], list[str]]:
    def command(place: Place, players: list[str]) -> list[str]:
        path = HERE / "peers" / f"{script}.py"
        return [
            *(str(PEERS_PYTHON), str(path), *arguments),
            *(place.api_url, str(place.out), *players),
        ]

    return command


def _chess_assets(_place: Place, players: list[str]) -> list[str]:
    return [str(Path(sys.executable).parent / "chess-assets"), "sync", *players]


def _chess_assets_later(_place: Place, players: list[str]) -> list[str]:
    return [sys.executable, "-m", "benchmarks.later", str(LATE_HOURS), "sync", *players]


def _prefect(name: str, runner: str) -> Contestant:
    command = _peer("prefect_flow", runner)
    return Contestant(name, command, command, "*.parquet", is_prefect=True)


CHESS_ASSETS = Contestant(
    "chess_assets",
    _chess_assets,
    _chess_assets_later,
    "games/**/*.parquet",
    key="game_id",
    moves="moves_san",
)
PLAIN_SCRIPT = Contestant("plain script", _peer("plain_script"), _peer("plain_script"), "*.parquet")
DLT = Contestant(
    "dlt",
    _peer("dlt_pipeline"),
    _peer("dlt_pipeline"),
    "chess_data/players_games/**/*.parquet",
    moves=None,
)
CONTESTANTS = (
    CHESS_ASSETS,
    PLAIN_SCRIPT,
    _prefect("Prefect, threads", "threads"),
    _prefect("Prefect, Dask", "dask"),
    DLT,
)
