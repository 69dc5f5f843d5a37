"""Plays a session: each fixture's game from its start, with clocks, times, colours and opponents.

What is played belongs in `programme`; the ratings that follow, in `months`.
"""

from dataclasses import dataclass
from random import Random

import chess

from chess_assets.domain.months import Month
from chess_assets.sample.history.clocks import Clocks, make_clocks
from chess_assets.sample.history.eras import Era
from chess_assets.sample.history.games import PlayedGame, play
from chess_assets.sample.history.openings import book, mating_lines, stalemating_line
from chess_assets.sample.history.players import (
    Opponent,
    SamplePlayer,
    opponents_of,
    renamed,
)
from chess_assets.sample.history.positions import Start, endgame_start, start_of, thematic_start
from chess_assets.sample.history.programme import Fixture, Opening, Session
from chess_assets.sample.history.timetable import Times, session_times

_FLAGGED = {"timeout", "timevsinsufficient"}
_RARE_FIRST_MOVES = ("a2a4", "h2h4", "b1a3", "f2f3")


@dataclass(frozen=True, slots=True)
class SessionGame:
    """A game that was played at a time against somebody; `color` is the sample player's."""

    game: PlayedGame
    session: Session
    clocks: Clocks
    times: Times
    opponent: Opponent
    color: chess.Color

    @property
    def pool(self) -> str:
        """The rating pool: rules and time class."""
        return f"{self.game.start.rules}/{self.session.control.time_class}"

    @property
    def score(self) -> float | None:
        """The sample player's 1, 0.5 or 0; None in games that aren't rated."""
        return self.game.ending.score_of(self.color) if self.session.is_rated else None


def play_session(
    rng: Random, player: SamplePlayer, month: Month, day: int, session: Session, era: Era
) -> list[SessionGame]:
    """Play a session's games on that day of the month (from 0)."""
    games = [_play(rng, fixture) for fixture in session.fixtures]
    clocks = [_clocks(rng, session, game) for game in games]
    times = session_times(rng, month, day, session, clocks)
    opponents = _session_opponents(rng, player, session, era)
    first_color = rng.random() < 0.5
    colors = [first_color == (turn % 2 == 0) for turn in range(len(games))]
    rows = zip(games, clocks, times, opponents, colors, strict=True)
    return [
        SessionGame(game, session, clock, when, opponent, color)
        for game, clock, when, opponent, color in rows
    ]


def _play(rng: Random, fixture: Fixture) -> PlayedGame:
    start = _start(rng, fixture)
    return play(rng, start, fixture.plan, _line(rng, fixture.opening))


def _start(rng: Random, fixture: Fixture) -> Start:
    match fixture.opening:
        case Opening.THEME:
            return thematic_start(rng)
        case Opening.ENDGAME:
            return endgame_start(rng)
        case _:
            return start_of(fixture.rules, rng)


def _line(rng: Random, opening: Opening) -> tuple[chess.Move, ...]:
    """Return the moves that the game begins with."""
    match opening:
        case Opening.BOOK:
            return rng.choice(book()).moves
        case Opening.RARE:
            return (chess.Move.from_uci(rng.choice(_RARE_FIRST_MOVES)),)
        case Opening.MATE:
            return rng.choice(mating_lines())
        case Opening.STALEMATE:
            return stalemating_line()
        case _:
            return ()


def _clocks(rng: Random, session: Session, game: PlayedGame) -> Clocks:
    is_flagged = game.ending.code in _FLAGGED
    return make_clocks(rng, session.control, len(game.sans), is_flagged=is_flagged)


def _session_opponents(
    rng: Random, player: SamplePlayer, session: Session, era: Era
) -> list[Opponent]:
    """Return an opponent a game: the rival in daily games, many in tournaments, else one."""
    rival, *others = opponents_of(player)
    games = len(session.fixtures)
    if session.control.is_daily:
        return [renamed(rival) if era.is_rival_renamed else rival] * games
    if session.tournament:
        return rng.choices(others, k=games)
    return [rng.choice(others)] * games
