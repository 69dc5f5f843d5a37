"""The players to follow, as a deployment names them."""

from dagster import ConfigurableResource
from pydantic import Field

from chess_assets.settings import read_settings


class PlayersResource(ConfigurableResource):  # type: ignore[type-arg]  # it gives itself
    """The names that the sensor `followed_players` follows, besides those of `players add`."""

    names: list[str] | None = Field(
        default=None, description="Names of chess.com players; unset: CHESS_PLAYERS."
    )

    def named(self) -> tuple[str, ...]:
        """Return the names; whether they are players' is for their reader to say."""
        return read_settings().players if self.names is None else tuple(self.names)
