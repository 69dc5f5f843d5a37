"""The environment, read in this one place and nowhere else, and only when something runs.

AWS's own variables are boto3's and Dagster's are Dagster's: they are not read here.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

DEFAULT_LAKE_URI = "./lake"
DEFAULT_API_URL = "https://api.chess.com/pub"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment chooses.

    Attributes:
        lake_uri: A folder, or `s3://bucket/prefix` (`CHESS_LAKE_URI`).
        api_url: chess.com's Published-Data API (`CHESS_COM_API_URL`).
        contact: An address for the User-Agent, as the API asks (`CHESS_COM_CONTACT`).
        dagster_home: Where Dagster's instance lives, if somebody chose (`DAGSTER_HOME`).
        players: The texts between the commas of `CHESS_PLAYERS`; whether they are names of players
            is for their reader to say, so that a bad one doesn't hide the others.
        dask_scheduler_address: A running Dask scheduler (`DASK_SCHEDULER_ADDRESS`, Dask's own).
    """

    lake_uri: str
    api_url: str
    contact: str | None
    dagster_home: str | None
    players: tuple[str, ...] = ()
    dask_scheduler_address: str | None = None


class InvalidEnvFile(ValueError):
    """A `.env` file that cannot be read."""


def read_env_file() -> None:
    """Take what the `.env` file of the current folder sets and the environment does not.

    The `dagster` commands read the same file. An empty variable counts as unset.

    Raises:
        InvalidEnvFile: when there is one that cannot be read.
    """
    file = Path(".env")
    try:
        for name, value in dotenv_values(file).items():
            if value and not os.environ.get(name):
                os.environ[name] = value
    except (OSError, ValueError) as error:  # no permission; no UTF-8 text, a NUL in a value
        raise InvalidEnvFile(f"{file.absolute()} cannot be read: {error}.") from error


def read_settings() -> Settings:
    """Return the settings as the environment has them now; an empty variable counts as unset."""
    return Settings(
        lake_uri=os.environ.get("CHESS_LAKE_URI") or DEFAULT_LAKE_URI,
        api_url=os.environ.get("CHESS_COM_API_URL") or DEFAULT_API_URL,
        contact=os.environ.get("CHESS_COM_CONTACT") or None,
        dagster_home=os.environ.get("DAGSTER_HOME") or None,
        players=tuple(filter(None, map(str.strip, os.environ.get("CHESS_PLAYERS", "").split(",")))),
        dask_scheduler_address=os.environ.get("DASK_SCHEDULER_ADDRESS") or None,
    )
