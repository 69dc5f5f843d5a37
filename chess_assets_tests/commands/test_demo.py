"""`chess-assets demo`: the real thing, twice, with nothing of the user's touched."""

import re

from chess_assets_tests.command_line import CommandLine


def test_demo(new_cli: CommandLine) -> None:
    """It fetches two players' history once and not twice, and leaves lake and instance alone."""
    (new_cli.folder / "dagster.yaml").unlink()
    new_cli.variables |= {"CHESS_LAKE_URI": "s3://mine/lake", "DAGSTER_HOME": "/not/there"}
    done = new_cli("demo", "--months", "3")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "Month requests: 6 the first time, 0 the second." in done.stdout
    for table in ("raw_pgn_archives", "games"):
        assert re.search(rf"^{table} +\d+ rows +6 files +\d", done.stdout, re.MULTILINE)
    assert [path.name for path in new_cli.folder.iterdir()] == [".demo"]
    stored = list((new_cli.folder / ".demo" / "lake" / "games").rglob("*.parquet"))
    assert len(stored) == 6
    assert new_cli.chess_com.requests == []
