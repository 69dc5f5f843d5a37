"""A fault of HTTP that stays, provoked in one month of a range; and what must hold then."""

from dataclasses import dataclass

from chess_assets.domain.chess_com import ChessComError, Limits, RateLimited
from chess_assets_tests.fault_server import Script, as_json
from chess_assets_tests.faults.month_range import (
    ATTEMPTS,
    MONTHS,
    PATIENT,
    MonthRange,
    games_of,
    what_happened,
)
from chess_assets_tests.made_games import USER

HASTY = Limits(
    attempts=ATTEMPTS,
    attempt_deadline_s=0.6,
    read_timeout_s=0.4,
    total_deadline_s=6,
    backoff_s=0.001,
)
GRACE_S = 1


@dataclass(frozen=True)
class Lasting:
    """A fault that stays: what is sent, what it has to be called, and after how many requests."""

    script: Script
    error: type[ChessComError]
    requests: int = ATTEMPTS
    limits: Limits = PATIENT

    @property
    def is_for_all(self) -> bool:
        """Whether the months behind are not asked for either."""
        is_sent_away = self.error is RateLimited and self.requests == 1
        return is_sent_away or self.error.ends_run


def provoke_thrice(months: MonthRange, fault: Lasting, position: int) -> None:
    """Provoke a fault with nothing stored, passing by, and against what is stored."""
    _with_nothing_stored(months, fault, position)
    _passing_by(months, fault, position)
    _against_what_is_stored(months, fault, position)


def _with_nothing_stored(months: MonthRange, fault: Lasting, position: int) -> None:
    """The month fails by name and nothing of it is stored, not even as empty; the others land."""
    months.serve_games(2)
    months.serve(MONTHS[position], fault.script)

    outcomes = months.sync()

    expected = ["fetched"] * position + [fault.error.__name__]
    behind = len(MONTHS) - position - 1
    expected += (["NotAsked"] if fault.is_for_all else ["fetched"]) * behind
    assert what_happened(outcomes) == expected
    assert str(outcomes[position].error).startswith(f"{USER} {MONTHS[position]}: ")
    assert months.asked(MONTHS[position]) == fault.requests
    assert sum(months.slept_s) + months.took_s < fault.limits.total_deadline_s + GRACE_S
    assert months.counts() == [2 if word == "fetched" else None for word in expected]


def _passing_by(months: MonthRange, fault: Lasting, position: int) -> None:
    """The next run asks for what is missing only; a fault that passes is survived by one more."""
    missing = sum(count is None for count in months.counts())
    good = as_json({"games": games_of(MONTHS[position], 2)})
    is_survived = fault.requests > 1
    months.serve(MONTHS[position], *([fault.script] if is_survived else []), good)

    outcomes = months.sync()

    assert "fetched" in what_happened(outcomes)
    assert months.counts() == [2, 2, 2]
    assert len(months.server.requests) >= 1 + missing + is_survived
    if fault.limits is not HASTY:  # which may give up a good answer on a busy machine
        assert len(months.server.requests) == 1 + missing + is_survived


def _against_what_is_stored(months: MonthRange, fault: Lasting, position: int) -> None:
    """What is stored of the month stays as it is, to the byte; the others are renewed."""
    month = MONTHS[position]
    before, facts = months.rows(month), months.facts(month)
    months.serve_games(3)
    months.serve(month, fault.script)

    outcomes = months.sync(is_refresh=True)

    assert what_happened(outcomes)[position] == fault.error.__name__
    assert months.rows(month) == before
    assert months.facts(month) == facts
    grown = [3] * position + [2] + [2 if fault.is_for_all else 3] * (len(MONTHS) - position - 1)
    assert months.counts() == grown
