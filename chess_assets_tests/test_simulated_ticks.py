"""Weeks and a year of ticks by a clock that is moved: what chess.com is asked for, and when.

What is asked is compared with what the freshness rule alone would ask, tick by tick.
"""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from chess_assets.domain.freshness import FreshnessRule
from chess_assets.domain.months import Month, months_between
from chess_assets.resources.freshness import FreshnessResource
from chess_assets_tests.automaton import Automaton, open_automaton
from chess_assets_tests.made_games import histories_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Asked = list[tuple[datetime, str, Month]]


def asked_in(automaton: Automaton, ticks: list[datetime]) -> Asked:
    """Let automation tick at these times, run what it asks for, and return what chess.com heard."""
    asked: Asked = []
    for at in ticks:
        automaton.clock.at = at
        automaton.chess_com.recording.clear()
        assert all(result.success for result in automaton.work())
        for request in automaton.chess_com.month_requests():
            player, _, year, month = request.path.split("/")[-4:]
            asked.append((at, player, Month(int(year), int(month))))
    return asked


def allowed(
    rule: FreshnessRule, players: list[str], months: list[Month], ticks: list[datetime]
) -> Asked:
    """Return what the rule alone asks for at these times: whatever is due, and has begun."""
    fetched: dict[tuple[str, Month], datetime] = {}
    asked: Asked = []
    for at in ticks:
        for player in players:
            for month in months:
                is_due = rule.judge(month, fetched.get((player, month)), at).is_due
                if month.start <= at and is_due:
                    fetched[player, month] = at
                    asked.append((at, player, month))
    return asked


def test_a_month_s_end(tmp_path: Path) -> None:
    """Over a month's end, two players' months are asked for exactly when the rule says so."""
    months = [Month(2024, 2), Month(2024, 3)]
    players = ["alice", "bobby"]
    histories = histories_of(months, user=players[0])
    histories.by_player |= histories_of(months, user=players[1]).by_player
    ticks = [months[1].start - 12 * HOUR + each * HOUR for each in range(0, 60, 3)]
    with open_automaton(tmp_path, histories, ticks[0]) as automaton:
        automaton.follow(*players, since=months[0])
        asked = asked_in(automaton, ticks)
    assert sorted(asked) == sorted(allowed(FreshnessRule(), players, months, ticks))
    closed = [at for at, player, month in asked if (player, month) == ("alice", months[0])]
    settled_at = months[0].end + DAY
    assert [at >= settled_at for at in closed] == [False] * (len(closed) - 1) + [True]


def test_a_year(tmp_path: Path) -> None:
    """In a year of ticks, by a rule of three weeks, each month is asked for as the rule has it."""
    months = list(months_between(Month(2023, 1), Month(2023, 12)))
    rule = FreshnessResource(fresh_for_hours=21 * 24, settles_after_hours=48)
    ticks = [months[0].start + 5 * DAY + each * DAY for each in range(0, 365, 5)]
    with open_automaton(
        tmp_path, histories_of(months, user="alice"), ticks[0], {"freshness": rule}
    ) as automaton:
        automaton.follow("alice", since=months[0])
        asked = asked_in(automaton, ticks)
    months.append(months[-1].next())
    assert asked == allowed(rule.rule(), ["alice"], months, ticks)
    counts = Counter(str(month) for _, _, month in asked)
    assert set(counts) == set(map(str, months))
    assert sum(counts.values()) == len(asked)
