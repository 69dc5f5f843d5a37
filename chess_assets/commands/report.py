"""`report`: a player's own tables and page, and the three things everybody asks first.

Loaded only when it is asked for, and DuckDB with it.
"""

from collections.abc import Iterator
from typing import Any

import click
from dagster import Failure

from chess_assets.assets.opening_repertoire import opening_repertoire
from chess_assets.assets.player_games import player_games
from chess_assets.assets.player_report import player_report
from chess_assets.assets.rating_history import rating_history
from chess_assets.commands.materialize import materialize
from chess_assets.commands.players import follow
from chess_assets.commands.workplace import Workplace
from chess_assets.domain.lake.paths import report_path
from chess_assets.domain.players import parse_player
from chess_assets.domain.reading.sql import answer
from chess_assets.domain.registry import PlayerRegistry

_ASSETS = [
    key
    for asset in (player_games, rating_history, opening_repertoire, player_report)
    for key in asset.keys
]
_FEWEST_GAMES = 5

_BEST_AS_BLACK = """
select opening_family, sum(games)::int as games, sum(score) / sum(games) as share
from opening_repertoire
where user = '{user}' and not is_white and opening_family is not null
group by all having sum(games) >= {fewest}
order by share desc, games desc, opening_family limit 1
"""
_RATING_GAINED = """
select time_class, arg_min(first_rating, day) as first, arg_max(last_rating, day) as last
from rating_history where user = '{user}' and rules = 'chess' and time_class is not null
    and first_rating is not null and last_rating is not null
group by all order by sum(games) desc, time_class limit 1
"""
_LONGEST_STREAK = """
with numbered as (
    select outcome, end_time,
        row_number() over (order by end_time, game_id)
            - row_number() over (partition by outcome order by end_time, game_id) as run
    from player_games where user = '{user}' and outcome is not null and end_time is not null
)
select count(*) as wins, max(end_time)::date as until
from numbered where outcome = 'win' group by run order by wins desc, until limit 1
"""


class NoReport(Exception):
    """A report that could not be made; the message is the run's own sentence."""


def report(workplace: Workplace, name: str) -> None:
    """Bring a player's tables and page up to date, say where the page is, answer three questions.

    Raises:
        NoReport: when the player is not followed, or nothing of theirs is stored yet.
    """
    user = parse_player(name)
    if user not in PlayerRegistry(workplace.lake).players():
        raise NoReport(f"{user} is not followed: chess-assets sync {user} comes first.")
    follow(workplace, user)
    try:
        materialize(workplace, _ASSETS, user, user)
    except Failure as failure:
        raise NoReport(failure.description) from failure
    click.echo(f"{user}: {workplace.lake.uri_of(report_path(user))}")
    for sentence in _answers(workplace, user):
        click.echo(f"  {sentence}")


def _answers(workplace: Workplace, user: str) -> Iterator[str]:
    if best := _first(workplace, _BEST_AS_BLACK, user):
        share, games = best["share"], best["games"]
        yield f"best opening as Black: {best['opening_family']} ({share:.0%} of {games} games)"
    if rating := _first(workplace, _RATING_GAINED, user):
        first, last = rating["first"], rating["last"]
        yield f"rating gained in {rating['time_class']}: {last - first:+d} ({first} to {last})"
    if streak := _first(workplace, _LONGEST_STREAK, user):
        yield f"longest winning streak: {streak['wins']} games, until {streak['until']}"


def _first(workplace: Workplace, sql: str, user: str) -> dict[str, Any] | None:
    """Return the first row of an answer; the name was checked where it came in."""
    found = answer(workplace.lake, sql.format(user=user, fewest=_FEWEST_GAMES))
    for batch in found.batches:
        for row in batch.to_pylist():
            return dict(row)
    return None
