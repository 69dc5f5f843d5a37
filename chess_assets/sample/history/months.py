"""Makes one month of one player: plays its programme, rates the games, writes them down.

A month needs no other month: everything follows from the seed, the player, the month and how far
it is from the history's first.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

from chess_assets.domain.months import Month
from chess_assets.sample.history.eras import Era
from chess_assets.sample.history.identity import make_game_id
from chess_assets.sample.history.payloads import DatedGame, Side, payload_of
from chess_assets.sample.history.players import SamplePlayer, uuid_of
from chess_assets.sample.history.programme import month_programme
from chess_assets.sample.history.ratings import month_ratings, rating_at
from chess_assets.sample.history.sessions import SessionGame, play_session
from chess_assets.sample.history.timetable import session_days


def make_month(seed: int, player: SamplePlayer, month: Month, age: int) -> list[dict[str, Any]]:
    """Make the games of a month as the API has them, in the order of their ends.

    Args:
        seed: another seed makes other games.
        player: whose games.
        month: every game ends in it.
        age: how many months after the history's first it is.
    """
    rng = Random(f"{seed}/{player.name}/{month}")
    era = Era(age)
    sessions = month_programme(rng, player.tastes, era)
    days = session_days(rng, len(sessions))
    games = [
        game
        for session, day in zip(sessions, days, strict=True)
        for game in play_session(rng, player, month, day, session, era)
    ]
    games.sort(key=lambda game: game.times.end_s)
    ratings = _ratings(player, month, games)
    payloads = [
        payload_of(rng, _dated(rng, player, game, rating, era))
        for game, rating in zip(games, ratings, strict=True)
    ]
    return sorted(payloads, key=lambda game: (game["end_time"], game.get("uuid", "")))


def _ratings(player: SamplePlayer, month: Month, games: Sequence[SessionGame]) -> list[int]:
    """Return the player's rating after each game, in the order given."""
    ratings = [0] * len(games)
    for pool in {game.pool for game in games}:
        places = [place for place, game in enumerate(games) if game.pool == pool]
        before, after = (rating_at(player.level, pool, at) for at in (month.start, month.end))
        scores = [games[place].score for place in places]
        for place, rating in zip(places, month_ratings(before, after, scores), strict=True):
            ratings[place] = rating
    return ratings


def _dated(
    rng: Random, player: SamplePlayer, game: SessionGame, rating: int, era: Era
) -> DatedGame:
    """Put names, ratings and an identity to a game."""
    opponent = game.opponent
    theirs = max(100, rating + opponent.offset + rng.randint(-25, 25))
    own_side = Side(player.username, uuid_of(player.name), rating)
    their_side = Side(opponent.username, opponent.uuid, theirs)
    white, black = (own_side, their_side) if game.color else (their_side, own_side)
    is_daily = game.session.control.is_daily
    game_id = make_game_id(rng, game.times.start_s, is_daily=is_daily)
    return DatedGame(game.game, game.session, game.clocks, game.times, game_id, white, black, era)
