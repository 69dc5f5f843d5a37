"""The settings: what the environment says when they are read, and what holds otherwise."""

import pytest

from chess_assets.settings import Settings, read_settings

NAMES = {
    "lake_uri": "CHESS_LAKE_URI",
    "api_url": "CHESS_COM_API_URL",
    "contact": "CHESS_COM_CONTACT",
    "dagster_home": "DAGSTER_HOME",
}
DEFAULTS = Settings("./lake", "https://api.chess.com/pub", None, None)


def test_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any variable the lake is ./lake and the API is chess.com's."""
    for name in NAMES.values():
        monkeypatch.delenv(name, raising=False)
    assert read_settings() == DEFAULTS


def test_empty_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty variable counts as unset."""
    for name in NAMES.values():
        monkeypatch.setenv(name, "")
    assert read_settings() == DEFAULTS


@pytest.mark.parametrize(("attribute", "name"), NAMES.items())
def test_each_variable(attribute: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each variable sets its one setting, as it is at the time of reading."""
    for value in ("first", "second"):
        monkeypatch.setenv(name, value)
        assert getattr(read_settings(), attribute) == value
