"""chess.com's API as a resource: where it is and who is asking."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime

from dagster import ConfigurableResource
from pydantic import Field

from chess_assets.domain.chess_com import ChessComClient, Limits
from chess_assets.domain.chess_com.limits import DEFAULT_LIMITS
from chess_assets.domain.lake.paths import CHESS_COM_LEASE
from chess_assets.domain.store import Lease, Store
from chess_assets.settings import read_settings

CHESS_COM_POOL = "chess_com_api"
"""The pool of the steps that ask chess.com: one slot, so that others wait without a process."""


class ChessComResource(ConfigurableResource[ChessComClient]):
    """The Published-Data API of chess.com, asked one request at a time."""

    api_url: str | None = Field(
        default=None, description="The API's address; unset: CHESS_COM_API_URL."
    )
    contact: str | None = Field(
        default=None,
        description="An address for the User-Agent, as the API asks; unset: CHESS_COM_CONTACT.",
    )

    @contextmanager
    def client(
        self,
        now: Callable[[], datetime],
        lake: Store,
        limits: Limits = DEFAULT_LIMITS,
        run_id: str | None = None,
    ) -> Generator[ChessComClient]:
        """Give a client that goes by this clock and whose connection is closed at the end.

        Of all who ask for a lake, on whatever machine or Dagster instance, one asks at a time: the
        others wait for the lake's lease, at their first request.

        Args:
            now: The clock.
            lake: What is asked for.
            limits: How long, how often, how much.
            run_id: The Dagster run, which those who wait are told.
        """
        settings = read_settings()
        api_url = self.api_url or settings.api_url
        contact = self.contact or settings.contact
        with (
            Lease(lake, CHESS_COM_LEASE, "asking chess.com", run_id=run_id) as lease,
            ChessComClient(api_url, contact, limits=limits, now=now, lease=lease) as client,
        ):
            yield client
