"""`chess_com`: where everything comes from, at the start of the asset graph."""

from dagster import AssetSpec, MetadataValue

chess_com = AssetSpec(
    "chess_com",
    description=(
        "The monthly archives of chess.com's Published-Data API. Not made here: "
        "`raw_pgn_archives` fetches from it, one request at a time."
    ),
    group_name="raw",
    kinds={"api"},
    metadata={
        "documentation": MetadataValue.url("https://www.chess.com/news/view/published-data-api")
    },
)
