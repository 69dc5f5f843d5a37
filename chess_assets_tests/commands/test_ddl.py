"""`chess-assets ddl`: how other engines are told of a table that is stored."""

from chess_assets_tests.command_line import CommandLine
from chess_assets_tests.small_lake import small_lake


def test_stored_table(cli: CommandLine) -> None:
    """A stored table's statement names its place; players can be named one by one."""
    small_lake(cli.lake)
    place = ("--lake", "s3://bucket/lake")
    assert "LOCATION 's3://bucket/lake/games/'" in cli("ddl", "games", *place).stdout
    listed = cli("ddl", "games", *place, "--player", "Ada", "--player", "ben").stdout
    assert "'projection.user.values' = 'ada,ben'" in listed
    assert "format = 'PARQUET'" in cli("ddl", "games", *place, "--engine", "trino").stdout


def test_refused(cli: CommandLine) -> None:
    """What cannot be told of is a sentence: no table, no place on S3, no such player."""
    place = ("--lake", "s3://bucket/lake")
    assert "holds no games yet" in cli("ddl", "games", *place).stderr
    small_lake(cli.lake)
    assert "is not on S3" in cli("ddl", "games").stderr
    done = cli("ddl", "games", *place, "--player", "a','b")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "is not a chess.com player name" in done.stderr
