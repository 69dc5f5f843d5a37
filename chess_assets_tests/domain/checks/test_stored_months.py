"""A player's months as checks see them, from what the lake says of its files."""

from pathlib import Path

from chess_assets.domain.checks.stored_months import stored_months
from chess_assets.domain.lake.partition_file import CONTENT_VERSION
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.schemas.tables import GAMES, RAW_PGN_ARCHIVES
from chess_assets.domain.store import FolderStore
from chess_assets_tests.small_lake import FEBRUARY, JANUARY, MARCH

VERSIONS = {JANUARY: "a", FEBRUARY: "b", MARCH: "c"}


def test_months_and_their_sources(tmp_path: Path) -> None:
    """A month knows its source's rows where it is made of them as they are, and else does not."""
    store = FolderStore(tmp_path)
    raw, games = PlayerTable(store, RAW_PGN_ARCHIVES, "anna"), PlayerTable(store, GAMES, "anna")
    for month, version in VERSIONS.items():
        made_of = {"source_content_version": "older" if month == FEBRUARY else version}
        games.write(month, GAMES.empty(), made_of, replacing=None)
        if month != MARCH:
            raw.write(month, RAW_PGN_ARCHIVES.empty(), {CONTENT_VERSION: version}, replacing=None)
    seen = [(each.name, each.source_rows) for each in stored_months(games, raw)]
    assert seen == [("anna 2023-01", 0), ("anna 2023-02", None), ("anna 2023-03", None)]
    assert [each.source_rows for each in stored_months(raw)] == [None, None]
    assert all(each.facts["source_content_version"] for each in stored_months(games))
