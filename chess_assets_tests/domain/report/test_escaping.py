"""What comes from outside is words on the page, whatever it looks like."""

from collections.abc import Sequence
from datetime import UTC, datetime

from chess_assets.domain.report.render import render_report
from chess_assets_tests.domain.report.made_player_games import game, table
from chess_assets_tests.domain.report.read_page import Page, read_page

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><svg onload=alert(1)>",
    "--><b>",
    "{{ 7 * 7 }}{% raw %}",
    r"$\frac{1}{$ [a](javascript:alert(1)) ![b](http://e.vil)",
    "\u202eevil\u2066\x07 name",
    "象棋 ♞",
)
_TEXTS = ("opponent", "opening", "opening_family", "eco", "rules", "time_class", "how", "url")
MADE_AT = datetime(2026, 10, 20, tzinfo=UTC)


def page_of(texts: Sequence[str], player: str = "somebody") -> tuple[str, Page]:
    """Return a report on games whose every text is one of these, and the page read back."""
    of_chess = [
        game(number, **dict.fromkeys(_TEXTS, text) | {"rules": "chess"})
        for number, text in enumerate(texts)
    ]
    variants = [
        game(100 + number, **dict.fromkeys(_TEXTS, text)) for number, text in enumerate(texts)
    ]
    html = render_report(player, table(of_chess + variants), MADE_AT).html
    return html, read_page(html)


def test_hostile_texts() -> None:
    """Text that is markup in HTML, CSS, SVG, Jinja or mathematics adds no tag to the page.

    It is shown as it is, but for characters that cannot be seen: those are made visible.
    """
    expected = page_of([f"plain {number}" for number in range(len(HOSTILE))])[1]
    html, found = page_of(HOSTILE, player=HOSTILE[0])
    assert [tag for tag, _ in found.tags] == [tag for tag, _ in expected.tags]
    assert found.unclosed == []
    assert not any(name.startswith("on") for _, attributes in found.tags for name in attributes)
    assert [attributes for tag, attributes in found.tags if tag == "a"] == []
    assert all(text in found.text for text in HOSTILE[:6])
    assert "\ufffdevil\ufffd\ufffd name" in found.text
    assert not {"\u202e", "\u2066", "\x07"} & set(html)


def test_endless_texts() -> None:
    """A text without end is cut."""
    html, _ = page_of(["x" * 100_000])
    assert len(html) < 300_000


def test_game_link() -> None:
    """The best win links to its game."""
    html = render_report("somebody", table([game(7)]), MADE_AT).html
    assert [attributes["href"] for tag, attributes in read_page(html).tags if tag == "a"] == [
        "https://www.chess.com/game/live/7"
    ]
