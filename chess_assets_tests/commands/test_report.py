"""`chess-assets report`: where a player's page is, and three answers about them."""

from datetime import UTC, datetime
from pathlib import Path

import click.testing
import pytest

from chess_assets.cli import main
from chess_assets.sample import MadeHistories, SampleChessCom

REPOSITORY = Path(__file__).parent.parent.parent
AT = datetime(2024, 6, 15, tzinfo=UTC)


@pytest.fixture
def chess_com(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleChessCom:
    """A project's folder, and the look-alike with the sample players that it asks."""
    (tmp_path / "dagster.yaml").write_text((REPOSITORY / "dagster.yaml").read_text())
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.setenv("CHESS_COM_CONTACT", "tests")
    monkeypatch.setenv("CHESS_LAKE_URI", str(tmp_path / "lake"))
    return SampleChessCom(MadeHistories(lambda: AT, months=8), now=lambda: AT)


def cli(*arguments: str) -> click.testing.Result:
    """Run a command in this process."""
    return click.testing.CliRunner().invoke(main, list(arguments))


def test_page_and_answers(chess_com: SampleChessCom, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a sync the page is there, and opening, rating and streak are told."""
    with chess_com:
        monkeypatch.setenv("CHESS_COM_API_URL", chess_com.url)
        assert cli("sync", "tamsintempo", "--to", "2024-06").exit_code == 0
        answer = cli("report", "TamsinTempo")
    assert answer.exit_code == 0, answer.output
    page = answer.output.split(": ", 1)[1].splitlines()[0]
    assert "tamsintempo" in Path(page).read_text()
    for words in ("best opening as Black: ", "rating gained in ", "longest winning streak: "):
        assert words in answer.output


def test_nobody_to_report_on(chess_com: SampleChessCom) -> None:
    """A player who is not followed gets one sentence that says what comes first."""
    answer = cli("report", "stranger")
    assert answer.exit_code == 1
    assert (
        answer.output
        == "Error: stranger is not followed: chess-assets sync stranger comes first.\n"
    )


def test_nothing_stored(chess_com: SampleChessCom, monkeypatch: pytest.MonkeyPatch) -> None:
    """A player of whom nothing is stored gets one sentence that names the missing table."""
    with chess_com:
        monkeypatch.setenv("CHESS_COM_API_URL", chess_com.url)
        assert cli("players", "add", "tamsintempo").exit_code == 0
    answer = cli("report", "tamsintempo")
    assert answer.exit_code == 1
    assert "games is not stored; materialize games for it first" in answer.output
    assert "Traceback" not in answer.output
