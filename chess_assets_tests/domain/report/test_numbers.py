"""What the report counts equals what a plain loop over the rows counts, for any rows."""

from itertools import groupby
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.report.numbers.everything import ReportNumbers, numbers_of
from chess_assets.domain.report.numbers.record import Record
from chess_assets.domain.report.numbers.time_trouble import SHARES
from chess_assets_tests.domain.report.made_player_games import game, table

OPTIONAL_RATINGS = st.none() | st.integers(100, 3400)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "rules": st.sampled_from(["chess", "chess", "chess960", None]),
            "time_class": st.sampled_from(["bullet", "blitz", "daily", "hyper", None]),
            "base_s": st.sampled_from([None, 0, 60, 600]),
            "is_rated": st.sampled_from([True, True, False, None]),
            "is_white": st.sampled_from([True, False, None]),
            "rating": OPTIONAL_RATINGS,
            "opponent_rating": OPTIONAL_RATINGS,
            "opponent": st.sampled_from(["Anna", "anna", "Bert", None]),
            "opponent_uuid": st.sampled_from([None, "uuid-1", "uuid-2"]),
            "outcome": st.sampled_from(["win", "draw", "loss", None]),
            "how": st.sampled_from(["timeout", "resigned", None]),
            "eco": st.sampled_from([None, "B10", "B22"]),
            "opening_family": st.sampled_from([None, "Sicilian Defense", "Caro-Kann Defense"]),
            "accuracy": st.none() | st.floats(-5, 120) | st.just(float("nan")),
            "clock_left_ms": st.none() | st.integers(0, 700_000),
        }
    ),
    max_size=25,
)


def counted(rows: list[dict[str, Any]]) -> Record:
    """Count outcomes one by one."""
    outcomes = [row["outcome"] for row in rows]
    return Record(outcomes.count("win"), outcomes.count("draw"), outcomes.count("loss"))


@given(ROWS)
def test_any_rows(columns: list[dict[str, Any]]) -> None:
    """Whatever rows hold, records, ratings, clocks and streaks are what a plain loop counts."""
    rows = [game(number, **each) for number, each in enumerate(columns)]
    numbers = numbers_of(table(rows))
    whole = [row for row in rows if row["outcome"]]
    chess = [row for row in whole if row["rules"] == "chess"]
    assert numbers.headline.record == counted(whole)
    assert numbers.headline.left_out == len(rows) - len(whole)
    check_results(numbers, chess)
    check_ratings(numbers, [row for row in chess if row["is_rated"]])
    check_clocks(numbers, chess)
    check_streaks(numbers, [row["outcome"] for row in whole])
    check_opponents(numbers, whole)
    analysed = [row for row in chess if row["accuracy"] is not None and 0 <= row["accuracy"] <= 100]
    assert numbers.accuracy.games == len(analysed)
    assert sum(month.games for month in numbers.accuracy.months) == len(analysed)
    assert sum(numbers.activity.by_day.values()) == len(whole)


def check_results(numbers: ReportNumbers, chess: list[dict[str, Any]]) -> None:
    """Compare the records by time class, colour and opening."""
    for result in numbers.results:
        of_class = [row for row in chess if kind(row) == result.time_class]
        assert result.white == counted([row for row in of_class if row["is_white"] is True])
        assert result.black == counted([row for row in of_class if row["is_white"] is False])
    for is_white, families in (
        (True, numbers.openings_as_white),
        (False, numbers.openings_as_black),
    ):
        for family in families:
            of_family = [
                row for row in chess
                if row["is_white"] is is_white and row["opening_family"] == family.name
            ]  # fmt: skip
            assert family.record == counted(of_family)
            for line in family.lines:
                assert line.record == counted(
                    [row for row in of_family if (row["eco"] or "") == line.eco]
                )


def check_ratings(numbers: ReportNumbers, rated: list[dict[str, Any]]) -> None:
    """Compare first, last and highest ratings, and points with both ratings known."""
    for line in numbers.ratings:
        ratings = [
            row["rating"] for row in rated
            if kind(row) == line.time_class and row["rating"] is not None
        ]  # fmt: skip
        assert (line.games, line.first, line.last) == (len(ratings), ratings[0], ratings[-1])
        assert line.peak == max(ratings)
    compared = [row for row in rated if None not in {row["rating"], row["opponent_rating"]}]
    expected = sum(
        1 / (1 + 10 ** ((row["opponent_rating"] - row["rating"]) / 400)) for row in compared
    )
    assert numbers.odds.games == sum(each.games for each in numbers.odds.bins) == len(compared)
    assert numbers.odds.points == sum(row["score"] for row in compared)
    assert numbers.odds.expected == pytest.approx(expected)
    assert all(0 <= each.low <= each.score <= each.high <= 1 for each in numbers.odds.bins)


def check_clocks(numbers: ReportNumbers, chess: list[dict[str, Any]]) -> None:
    """Compare the records by the share of time left."""
    for line in numbers.clocks:
        timed = [
            row for row in chess
            if kind(row) == line.time_class and row["base_s"] and row["clock_left_ms"] is not None
        ]  # fmt: skip
        for column, cell in enumerate(line.cells):
            high = SHARES[column - 1] if column else float("inf")
            low = SHARES[column] if column < len(SHARES) else -1
            assert cell == counted(
                [
                    row
                    for row in timed
                    if low < row["clock_left_ms"] / (1000 * row["base_s"]) <= high
                ]
            )
        lost = [row for row in timed if (row["outcome"], row["how"]) == ("loss", "timeout")]
        assert line.lost_on_time == len(lost)


def check_streaks(numbers: ReportNumbers, outcomes: list[str]) -> None:
    """Compare the longest runs."""
    for streak, wanted in (
        (numbers.streaks.wins, {"win"}),
        (numbers.streaks.unbeaten, {"win", "draw"}),
        (numbers.streaks.winless, {"loss", "draw"}),
        (numbers.streaks.losses, {"loss"}),
    ):
        runs = [len(list(run)) for is_in, run in groupby(outcomes, wanted.__contains__) if is_in]
        assert streak.length == max(runs, default=0)
    last = [len(list(run)) for _, run in groupby(outcomes)][-1:]
    assert numbers.streaks.current.length == sum(last)


def check_opponents(numbers: ReportNumbers, whole: list[dict[str, Any]]) -> None:
    """Compare the records by account, and the order."""
    accounts: dict[str, list[dict[str, Any]]] = {}
    for row in whole:
        if row["opponent"] is not None:
            account = row["opponent_uuid"] or row["opponent"].lower()
            accounts.setdefault(account, []).append(row)
    records = {account: counted(games) for account, games in accounts.items()}
    assert numbers.opponents.met == len(accounts)
    losses = sorted((record.losses for record in records.values() if record.losses), reverse=True)
    assert [each.record.losses for each in numbers.opponents.nemeses] == losses[:8]
    gains = sorted((r.balance for r in records.values() if r.balance > 0), reverse=True)
    assert [each.record.balance for each in numbers.opponents.customers] == gains[:8]


def kind(row: dict[str, Any]) -> str:
    """Return the time class that a row is counted under."""
    return row["time_class"] if row["time_class"] in {"bullet", "blitz", "daily"} else "other"


def test_order_does_not_matter() -> None:
    """The rows may come in any order; streaks and ratings go by the end time."""
    rows = [game(number, outcome="loss" if number == 4 else "win") for number in range(9)]
    backwards = numbers_of(table(rows[::-1]))
    assert backwards.streaks == numbers_of(table(rows)).streaks
    assert (backwards.ratings[0].first, backwards.ratings[0].last) == (1500, 1508)


def test_renamed_opponent() -> None:
    """An opponent who was renamed is one, under the newest name."""
    rows = [game(0, opponent="Old", opponent_uuid="u"), game(1, opponent="New", opponent_uuid="u")]
    (customer,) = numbers_of(table(rows)).opponents.customers
    assert (customer.name, customer.record) == ("New", Record(wins=2))


def test_best_win() -> None:
    """The best win is the first against the highest rating, in rated chess that was won."""
    rows = [
        game(0, opponent="Strong", opponent_rating=2000),
        game(1, opponent="Equal", opponent_rating=2000),
        game(2, opponent="Lost", opponent_rating=2400, outcome="loss"),
        game(3, opponent="Friendly", opponent_rating=2500, is_rated=False),
        game(4, opponent="Variant", opponent_rating=2600, rules="chess960"),
    ]
    best = numbers_of(table(rows)).headline.best_win
    assert best is not None
    assert (best.opponent, best.rating) == ("Strong", 2000)
