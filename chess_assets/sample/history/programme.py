"""What a sample player plays in a month: sessions of games, each with its rules and its plan.

Every month has ordinary sessions, one session of a variant and one of the rare things that real
histories hold; both go round, so that a year has them all. When they are played belongs in
`timetable`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from chess_assets.sample.history.clocks import TimeControl
from chess_assets.sample.history.eras import Era
from chess_assets.sample.history.games import Plan

_DAY_S = 86_400
_LEAST_GAMES, _MOST_GAMES = 20, 32
_VARIANTS = ("chess960", "kingofthehill", "bughouse", "threecheck", "crazyhouse", "oddschess")
_OWN_STARTS = {"chess960", "oddschess", "bughouse"}
_LIVE = {
    "bullet": ((60, 0), (60, 1), (120, 1)),
    "blitz": ((180, 0), (180, 0), (180, 2), (300, 0), (300, 5)),
    "rapid": ((600, 0), (600, 5), (900, 10), (1800, 0)),
}
_ENDINGS = {  # the usual ways to end, and how often out of a hundred
    "resigned": 60,
    "timeout": 18,
    "checkmated": 10,
    "repetition": 5,
    "agreed": 4,
    "abandoned": 3,
}
_BLITZ = TimeControl("blitz", 180)


class Opening(StrEnum):
    """How a game begins."""

    BOOK = "a line of the book"
    FREE = "no line at all"
    RARE = "a first move that no book has"
    MATE = "a short game that ends in mate"
    STALEMATE = "a short game that ends in stalemate"
    THEME = "a thematic tournament's position"
    ENDGAME = "a bare endgame set up by hand"


class Timing(StrEnum):
    """When a session is played."""

    ANYWHEN = "one game after the other, on some day of the month"
    TURN_OF_MONTH = "begun in the month before"
    ONE_END = "all games ending in the same second"


@dataclass(frozen=True, slots=True)
class Fixture:
    """One game that is to be played."""

    plan: Plan
    rules: str = "chess"
    opening: Opening = Opening.BOOK


@dataclass(frozen=True, slots=True)
class Session:
    """Games of one time control: against one opponent, or in a tournament with many."""

    control: TimeControl
    fixtures: tuple[Fixture, ...]
    tournament: str | None = None
    match: int | None = None
    is_rated: bool = True
    timing: Timing = Timing.ANYWHEN


def month_programme(rng: Random, tastes: Mapping[str, float], era: Era) -> list[Session]:
    """Return the sessions of a month, given the weights of the live time classes and the era."""
    sessions = [
        _variant_session(rng, _VARIANTS[era.age % len(_VARIANTS)]),
        *_RARITIES[era.age % len(_RARITIES)](rng),
        *_daily_sessions(rng),
    ]
    wanted = rng.randint(_LEAST_GAMES, _MOST_GAMES)
    while sum(len(session.fixtures) for session in sessions) < wanted:
        sessions.append(_usual_session(rng, tastes, era))
    return sessions


def _usual_session(rng: Random, tastes: Mapping[str, float], era: Era) -> Session:
    time_class = rng.choices(list(tastes), list(tastes.values()))[0]
    controls = _LIVE[time_class]
    if era.is_ten_minutes_blitz and time_class == "blitz":
        controls = (*controls, (600, 0), (600, 0))
    fixtures = tuple(_usual_fixture(rng) for _ in range(rng.randint(2, 6)))
    tournament = None
    if time_class != "rapid" and rng.random() < 0.25:
        tournament = _tournament(rng, f"{time_class}-arena")
    control = TimeControl(time_class, *rng.choice(controls))
    return Session(control, fixtures, tournament, is_rated=rng.random() < 0.95)


def _usual_fixture(rng: Random, rules: str = "chess") -> Fixture:
    code = rng.choices(list(_ENDINGS), list(_ENDINGS.values()))[0]
    if code == "checkmated" and rules == "chess" and rng.random() < 0.4:
        return Fixture(Plan(code, 0), opening=Opening.MATE)
    opening = Opening.FREE if rules in _OWN_STARTS else Opening.BOOK
    return Fixture(Plan(code, _plies(rng)), rules, opening)


def _variant_session(rng: Random, rules: str) -> Session:
    fixtures = [_usual_fixture(rng, rules) for _ in range(rng.randint(3, 4))]
    if rules == "bughouse":
        codes = ("bughousepartnerlose", "bughousepartnerlose", "resigned", "lose")
        fixtures = [Fixture(Plan(code, rng.randint(0, 60)), rules, Opening.FREE) for code in codes]
    tournament = None
    if rules in {"kingofthehill", "threecheck"} and rng.random() < 0.6:
        tournament = _tournament(rng, f"{rules}-arena")
    return Session(_BLITZ, tuple(fixtures), tournament, is_rated=rules != "oddschess")


def _daily_sessions(rng: Random) -> Iterator[Session]:
    for _ in range(rng.randint(1, 2)):
        control = TimeControl("daily", rng.choice((1, 1, 3, 7)) * _DAY_S)
        yield Session(control, (Fixture(Plan(rng.choice(("resigned", "timeout")), _plies(rng))),))


def _plies(rng: Random) -> int:
    return min(96, max(8, round(rng.gauss(44, 15))))


def _tournament(rng: Random, name: str) -> str:
    return f"{name}-{rng.randrange(1_000_000, 5_000_000)}"


def _unplayed(rng: Random) -> Iterator[Session]:
    """Games without a move, and one with a single one."""
    plans = Plan("abandoned", 0), Plan("agreed", 0), Plan("timeout", 0), Plan("abandoned", 1)
    fixtures = tuple(map(Fixture, plans))
    yield Session(_BLITZ, fixtures, _tournament(rng, "blitz-arena"))


def _themes(rng: Random) -> Iterator[Session]:
    """A thematic tournament, where black moves first."""
    plans = (Plan("resigned", _plies(rng)), Plan("timeout", _plies(rng)))
    fixtures = tuple(Fixture(plan, opening=Opening.THEME) for plan in plans)
    yield Session(_BLITZ, fixtures, _tournament(rng, "thematic-gambits"))


def _patience(rng: Random) -> Iterator[Session]:
    """Draws by repetition and by the fifty-move rule."""
    plans = (Plan("repetition", _plies(rng)), Plan("50move", 40))
    yield Session(TimeControl("rapid", 900, 10), tuple(map(Fixture, plans)))


def _curiosities(rng: Random) -> Iterator[Session]:
    """The shortest stalemate and a short mate, in an unrated game between friends."""
    openings = (Opening.STALEMATE, Opening.MATE)
    fixtures = tuple(Fixture(Plan("checkmated", 0), opening=opening) for opening in openings)
    yield Session(rng.choice((_BLITZ, TimeControl("blitz", 300))), fixtures, is_rated=False)


def _endgames(_rng: Random) -> Iterator[Session]:
    """Positions set up by hand, with next to no material."""
    plans = (Plan("insufficient", 0), Plan("insufficient", 0), Plan("timeout", 5))
    fixtures = tuple(Fixture(plan, opening=Opening.ENDGAME) for plan in plans)
    yield Session(_BLITZ, fixtures, is_rated=False)


def _team_match(rng: Random) -> Iterator[Session]:
    """A daily game of a team match with a fortnight for each move."""
    control = TimeControl("daily", 14 * _DAY_S)
    match = rng.randrange(900_000, 2_000_000)
    yield Session(control, (Fixture(Plan("resigned", _plies(rng))),), match=match)


def _one_end(rng: Random) -> Iterator[Session]:
    """Two daily games that run out of time in the same second."""
    fixtures = (Fixture(Plan("timeout", 12)), Fixture(Plan("timeout", 22)))
    yield Session(
        TimeControl("daily", rng.choice((1, 3)) * _DAY_S), fixtures, timing=Timing.ONE_END
    )


def _turn_of_month(rng: Random) -> Iterator[Session]:
    """A live game over midnight of chess.com's clock on the first."""
    fixture = Fixture(Plan("resigned", max(30, _plies(rng))))
    yield Session(TimeControl("blitz", 300), (fixture,), timing=Timing.TURN_OF_MONTH)


def _rare_openings(rng: Random) -> Iterator[Session]:
    """Games that chess.com files under no opening."""
    fixtures = tuple(Fixture(Plan("resigned", _plies(rng)), opening=Opening.RARE) for _ in range(2))
    yield Session(TimeControl("bullet", 60), fixtures)


def _daily_chess960(rng: Random) -> Iterator[Session]:
    """A daily game of chess960."""
    fixture = Fixture(Plan("resigned", _plies(rng)), "chess960", Opening.FREE)
    yield Session(TimeControl("daily", _DAY_S), (fixture,))


_RARITIES: tuple[Callable[[Random], Iterator[Session]], ...] = (
    _unplayed,
    _themes,
    _patience,
    _curiosities,
    _endgames,
    _team_match,
    _one_end,
    _turn_of_month,
    _rare_openings,
    _daily_chess960,
)
