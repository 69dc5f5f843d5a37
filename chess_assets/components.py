"""The component: all of chess_assets in another `dg` project, configured in its `defs.yaml`."""

from dagster import Component, ComponentLoadContext, Definitions, Model, Resolvable
from dagster_aws.s3 import S3Resource
from pydantic import Field

from chess_assets.definitions import build_defs
from chess_assets.io_managers.lake import LakeIOManager
from chess_assets.resources.chess_com import ChessComResource
from chess_assets.resources.players import PlayersResource


class ChessAssetsComponent(Component, Model, Resolvable):
    """The chess.com history of the players you follow, as Parquet tables kept up to date.

    What is not set is read from the environment when something runs: `CHESS_PLAYERS`,
    `CHESS_LAKE_URI`, `CHESS_COM_CONTACT`, `CHESS_COM_API_URL`.
    """

    players: list[str] | None = Field(
        default=None, description="Names of the chess.com players to follow."
    )
    lake_uri: str | None = Field(
        default=None, description="Where the tables are: a folder, or s3://bucket/prefix."
    )
    contact: str | None = Field(
        default=None, description="Your address for the User-Agent, as chess.com's API asks."
    )
    api_url: str | None = Field(default=None, description="The address of chess.com's API.")

    def build_defs(self, context: ComponentLoadContext) -> Definitions:  # noqa: ARG002 - Dagster's
        """Return the definitions, without an executor: the project has its own."""
        return build_defs(
            {
                "lake": LakeIOManager(uri=self.lake_uri, s3=S3Resource()),
                "chess_com": ChessComResource(api_url=self.api_url, contact=self.contact),
                "players": PlayersResource(names=self.players),
            },
            executor=None,
        )
