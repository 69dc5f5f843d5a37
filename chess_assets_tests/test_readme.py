"""The README is true: its tables, commands, settings and messages are those of the code."""

import inspect
import re
from pathlib import Path

import click
import pytest
from dagster._cli import asset as dagster_asset

from chess_assets.cli import main
from chess_assets.domain.schemas.tables import TABLES

REPOSITORY = Path(__file__).parent.parent
README = (REPOSITORY / "README.md").read_text()
PACKAGE = REPOSITORY / "chess_assets"
SOURCES = "\n".join(file.read_text() for file in sorted(PACKAGE.rglob("*.py")))


def section(heading: str) -> str:
    """Return the README's text below a heading."""
    match = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", README, re.DOTALL | re.MULTILINE)
    assert match, heading
    return match[1]


@pytest.mark.parametrize("table", TABLES)
def test_columns_are_the_declared_ones(table: str) -> None:
    """The columns that the README lists for a table are its schema's, in order."""
    listed = re.search(rf"- \*\*`{table}`\*\*:(.*?)(?=\n- |\n\n)", section("The tables"), re.DOTALL)
    assert listed, f"{table} is not in the README"
    assert re.findall(r"`(\w+)`", listed[1]) == TABLES[table].columns.names


@pytest.mark.parametrize("table", TABLES)
def test_paths_are_the_real_ones(table: str) -> None:
    """The README shows each table's path."""
    assert f"`{table}/user=hikaru/" in section("The tables")


def test_commands_exist() -> None:
    """Every `chess-assets` command and option that the README shows exists."""
    shown = re.findall(r"^chess-assets (.+?)(?:\s+#.*)?$", README, re.MULTILINE)
    assert shown
    for line in shown:
        assert_command_exists(main, line.split())


def assert_command_exists(command: click.Command, words: list[str]) -> None:
    """Follow a command line down the groups and look up its options."""
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, words
        command, words = found, words[1:]
    options = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options


def test_make_targets_exist() -> None:
    """Every make target that the README shows is in the Makefile."""
    makefile = (REPOSITORY / "Makefile").read_text()
    shown = set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE))
    assert {"demo", "test", "dev"} <= shown
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in shown)


def test_settings_are_read() -> None:
    """Every CHESS_ variable that the README names is read, and the other way round."""
    read = set(re.findall(r'"(CHESS_[A-Z_]+|DAGSTER_HOME)"', SOURCES))
    named = set(re.findall(r"^\| `(CHESS_[A-Z_]+|DAGSTER_HOME)`", README, re.MULTILINE))
    assert named == read


def test_messages_are_ours() -> None:
    """Every message that the README explains is in the code, or in that of Dagster's commands."""
    rows = re.findall(r"^\| `([^`]+)` \|", section("What failures mean"), re.MULTILINE)
    texts = re.sub(r'"\s*\n\s*f?"', "", SOURCES + inspect.getsource(dagster_asset))
    assert rows
    assert [row for row in rows if row not in texts] == []


def test_links_lead_somewhere() -> None:
    """Every file that the README links to or shows is there."""
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert [target for target in targets if not (REPOSITORY / target).exists()] == []


def test_code_map_is_complete() -> None:
    """The code map names what there is, and everything there is."""
    code_map = section("The code")
    named = set(re.findall(r"`([a-z_]+(?:/|\.py))`", code_map))
    there = {path.name + "/" * path.is_dir() for path in PACKAGE.iterdir()}
    there -= {"__init__.py", "__pycache__/", "settings.py"}
    assert there <= named
