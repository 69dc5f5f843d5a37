"""The page: what is on it for many games, for few, for none, and that its numbers are true."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from chess_assets.domain.report.render import render_report
from chess_assets.domain.report.report import Report
from chess_assets_tests.domain.report.made_player_games import game, history, table
from chess_assets_tests.domain.report.read_page import Page, read_page

MADE_AT = datetime(2026, 10, 20, 12, 5, tzinfo=UTC)
SECTIONS = [
    "ratings", "results", "openings", "odds", "clocks", "accuracy", "activity", "streaks",
    "opponents",
]  # fmt: skip
LOADING = ("src", "href", "srcset", "data", "action", "poster", "background")


def made(rows: list[dict[str, Any]]) -> Report:
    """Make a report of these games."""
    return render_report("somebody", table(rows), MADE_AT)


def sections(page: Page) -> list[str | None]:
    """Return the ids of the sections, in order."""
    return [attributes["id"] for tag, attributes in page.tags if tag == "section"]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    """A history of 700 games over more than two years."""
    return history(700)


@pytest.fixture(scope="module")
def report(rows: list[dict[str, Any]]) -> Report:
    """The report of that history."""
    return made(rows)


@pytest.fixture(scope="module")
def page(report: Report) -> Page:
    """Its page, read."""
    return read_page(report.html)


def test_structure(report: Report, page: Page) -> None:
    """A page has every section, four figures in two widths, and no tag left open."""
    assert sections(page) == SECTIONS
    assert [tag for tag, _ in page.tags].count("svg") == 8
    assert page.unclosed == []
    assert len(report.html) < 3_000_000


def test_loads_nothing(report: Report, page: Page) -> None:
    """A page loads nothing: what it refers to lies in it, and its policy forbids anything else."""
    for tag, attributes in page.tags:
        for name in LOADING:
            assert tag == "a" or not attributes.get(name)
        assert (attributes.get("xlink:href") or "#").startswith("#")
        assert tag not in {"script", "link", "iframe", "object", "embed", "img", "image", "base"}
    assert "@import" not in report.html
    assert report.html.count("url(") == report.html.count("url(#")
    (policy,) = [
        attributes["content"]
        for tag, attributes in page.tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def test_ids_are_unique(page: Page) -> None:
    """No two elements share an id, though figures are drawn twice, and every reference is met."""
    ids = Counter(attributes["id"] for _, attributes in page.tags if "id" in attributes)
    assert set(ids.values()) == {1}
    used = {attributes.get("xlink:href") for tag, attributes in page.tags if tag == "use"}
    assert used <= {f"#{name}" for name in ids}


def test_headline(rows: list[dict[str, Any]], report: Report, page: Page) -> None:
    """The numbers at the top, on the page and for the UI, are those that counting by hand gives."""
    outcomes = Counter(row["outcome"] for row in rows)
    score = (outcomes["win"] + outcomes["draw"] / 2) / len(rows)
    blitz = [
        row["rating"]
        for row in rows
        if row["is_rated"] and row["rules"] == "chess" and row["time_class"] == "blitz"
    ]
    assert f"Games 700 on {len({row['end_time'].date() for row in rows})} days" in page.text
    assert f"Score {100 * score:.1f}%" in page.text
    assert report.numbers["score_percent"] == round(100 * score, 1)
    assert report.numbers["blitz_rating"] == blitz[-1]
    assert report.numbers["blitz_rating_gained"] == blitz[-1] - blitz[0]
    assert page.row("ratings", "blitz")[1:4] == [
        f"{len(blitz):,}", f"{blitz[0]:,}", f"{blitz[-1]:,}"
    ]  # fmt: skip


def test_results(rows: list[dict[str, Any]], page: Page) -> None:
    """Won, drawn, lost, games and score of a colour and time class are those counted by hand."""
    chosen = [
        row["outcome"]
        for row in rows
        if (row["rules"], row["time_class"], row["is_white"]) == ("chess", "rapid", True)
    ]
    wins, draws, losses = (chosen.count(outcome) for outcome in ("win", "draw", "loss"))
    score = f"{100 * (wins + draws / 2) / len(chosen):.1f}%"
    assert page.row("results", "rapid", "White")[3:] == [
        str(wins), str(draws), str(losses), str(len(chosen)), score
    ]  # fmt: skip


def test_openings(rows: list[dict[str, Any]], page: Page) -> None:
    """A family's games as White are the sum of its ECO codes', as counted by hand."""
    chosen = [
        row for row in rows
        if row["rules"] == "chess" and row["is_white"]
        and row["opening_family"] == "Sicilian Defense"
    ]  # fmt: skip
    as_white = page.tables["openings"][0]
    (family,) = [row for row in as_white if row[0] == "Sicilian Defense"]
    lines = {row[0]: row[2] for row in as_white if row[0].startswith(("B90", "B22"))}
    codes = Counter(row["eco"] for row in chosen)
    assert family[2] == str(len(chosen))
    assert lines == {"B90 Open Najdorf": str(codes["B90"]), "B22 Alapin": str(codes["B22"])}


def test_opponents(rows: list[dict[str, Any]], page: Page) -> None:
    """The first nemesis is the opponent who won most games, with the record counted by hand."""
    nemeses = page.tables["opponents"][0]
    account = nemeses[1][0].split()[0]
    outcomes = Counter(
        row["outcome"]
        for row in rows
        if row["opponent_uuid"] is not None and row["opponent"] == account
    )
    assert nemeses[1][2] == f"{outcomes['win']} – {outcomes['draw']} – {outcomes['loss']}"


def test_pictures(report: Report) -> None:
    """The UI is given three pictures, PNGs of at most 100 kB."""
    assert [picture.title for picture in report.pictures] == [
        "Rating over time", "Score against rating difference", "Games a day"
    ]  # fmt: skip
    assert all(picture.png.startswith(b"\x89PNG") for picture in report.pictures)
    assert all(len(picture.png) <= 100_000 for picture in report.pictures)


def test_no_games() -> None:
    """Without games there is a page that says so, and no picture."""
    report = made([])
    page = read_page(report.html)
    assert "No games on chess.com yet" in page.text
    assert sections(page) == []
    assert page.unclosed == []
    assert (report.pictures, report.numbers) == ((), {"games": 0})


@pytest.mark.parametrize("games", [1, 10])
def test_few_games(games: int) -> None:
    """A handful of games makes a whole page."""
    report = made(history(games))
    assert sections(read_page(report.html)) == SECTIONS
    assert report.numbers["games"] == games


def test_only_bughouse() -> None:
    """A player of nothing but bughouse sees results and activity; chess itself says it has none."""
    unknown = dict.fromkeys(("eco", "opening", "opening_family", "clock_left_ms"))
    rows = [game(number, rules="bughouse", **unknown) for number in range(5)]
    page = read_page(made(rows).html)
    for words in (
        "No rated games of chess yet",
        "No games of chess itself yet",
        "None of the games names its opening",
        "None of the live games has clock times",
        "No game has been analysed",
    ):
        assert words in page.text
    assert page.row("results", "bughouse")[2:] == ["5", "100.0%"]


@pytest.mark.parametrize(("outcome", "score"), [("draw", "50.0%"), ("loss", "0.0%")])
def test_one_outcome(outcome: str, score: str) -> None:
    """A history of nothing but one outcome, and that is not to win, makes a page."""
    page = read_page(made([game(number, outcome=outcome) for number in range(12)]).html)
    assert f"Score {score}" in page.text
    assert "Best win" not in page.text


def test_nothing_but_an_outcome() -> None:
    """Games that lack everything else that may be missing make a page."""
    needed = {"game_id", "end_time", "outcome", "score"}
    bare = {name: None for name in game() if name not in needed}
    report = made([game(number, **bare) for number in range(3)])
    assert "Games 3 " in read_page(report.html).text


def test_games_left_out() -> None:
    """Games without an end or an outcome are not counted, and the page says how many there are."""
    report = made([game(0), game(1, outcome=None), game(2, end_time=None)])
    assert report.numbers["games"] == 1
    assert "2 games without a known end or result are left out" in read_page(report.html).text


def test_strange_time_class() -> None:
    """A time class that nobody knows is shown as other, wherever it comes."""
    page = read_page(made([game(0, time_class="hyper"), game(1, time_class=None)]).html)
    assert page.row("ratings", "other")[1] == "2"
    assert "hyper" not in page.text


def test_says_when(page: Page) -> None:
    """The page says when it was made."""
    assert "Made 20 Oct 2026 12:05 UTC" in page.text
