"""What commands say of checks that fail: `sync` what is wrong, `status` also what is unusual."""

from pathlib import Path

from chess_assets.commands.status import Standing
from chess_assets.domain.months import Month
from chess_assets_tests.command_line import months_of, open_command_line
from chess_assets_tests.made_games import USER, histories_of

JANUARY = Month(2023, 1)


def test_sync_and_status(tmp_path: Path) -> None:
    """`sync` says in a line what is wrong with the data and exits with 1, `status` with 2."""
    histories = histories_of(months_of("2023-01", "2023-02"))
    game = histories.by_player[USER][JANUARY][0]
    game["pgn"] = game["pgn"].replace('[WhiteElo "1500"]', '[WhiteElo "2500"]')
    with open_command_line(tmp_path, histories) as cli:
        done = cli("sync", USER, "--from", "2023-01", "--to", "2023-02")
        assert done.exit_code == 1
        error = f"{USER}: error: games_agree_with_their_pgn: Fails in 1 of 2: {USER} 2023-01."
        assert done.stdout.splitlines()[-1].startswith(error)
        assert "warn: " not in done.stdout
        status = cli("status")
    assert status.exit_code == Standing.FAILING
    assert error in status.stdout
    assert f"{USER}: warn: most_games_are_typed_by_columns" in status.stdout
