"""Clock times of a played game: what each side has left after each ply, and how long it all took.

How a clock is written belongs in `pgn`.
"""

from dataclasses import dataclass
from random import Random

_TENTH_MS = 100
_FIRST_PLIES = 10  # played from memory
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class TimeControl:
    """A time control: `text` as the API writes it, base and increment in seconds.

    In daily games the base is the time for one move, and there is no increment.
    """

    time_class: str
    base_s: int
    increment_s: int = 0

    @property
    def is_daily(self) -> bool:
        """Whether a move has days."""
        return self.time_class == "daily"

    @property
    def text(self) -> str:
        """The API's `time_control`: `180`, `180+2`, `1/86400`."""
        if self.is_daily:
            return f"1/{self.base_s}"
        return f"{self.base_s}+{self.increment_s}" if self.increment_s else str(self.base_s)


@dataclass(frozen=True, slots=True)
class Clocks:
    """Milliseconds left after each ply (of the side that played it), and the game's length."""

    left_ms: list[int]
    length_s: int


def make_clocks(rng: Random, control: TimeControl, plies: int, *, is_flagged: bool) -> Clocks:
    """Make the clocks of a game of so many plies.

    Args:
        rng: where chance comes from.
        control: the game's time control.
        plies: how many plies were played.
        is_flagged: whether the side to move at the end ran out of time.
    """
    if control.is_daily:
        return _daily_clocks(rng, control, plies, is_flagged=is_flagged)
    return _live_clocks(rng, control, plies, is_flagged=is_flagged)


def _live_clocks(rng: Random, control: TimeControl, plies: int, *, is_flagged: bool) -> Clocks:
    increment_ms = control.increment_s * 1000
    left = [control.base_s * 1000] * 2
    spent_by_side = [
        _spread(rng, control, plies_of_side, is_all=is_flagged and plies % 2 == side)
        for side, plies_of_side in enumerate(((plies + 1) // 2, plies // 2))
    ]
    left_ms = []
    length_ms = 0
    for ply in range(plies):
        side = ply % 2
        to_come = len(spent_by_side[side]) - ply // 2 - 1  # each of them takes a tenth at least
        spent = min(spent_by_side[side][ply // 2], left[side] - _TENTH_MS * (to_come + 1))
        left[side] += increment_ms - spent
        left_ms.append(left[side])
        length_ms += spent
    length_ms += left[plies % 2] if is_flagged else rng.randrange(6000) if plies else 0
    return Clocks(left_ms, length_ms // 1000)


def _spread(rng: Random, control: TimeControl, plies: int, *, is_all: bool) -> list[int]:
    """Return the milliseconds one side spends on each of its plies, in tenths of seconds."""
    weights = [
        rng.lognormvariate(0, 0.9) * (0.2 if ply < _FIRST_PLIES // 2 else 1) for ply in range(plies)
    ]
    whole_ms = 1000 * (control.base_s + control.increment_s * plies)
    share = 0.99 if is_all else rng.uniform(0.2, 0.9) * min(1, plies / 30)
    each = whole_ms * share / (sum(weights) or 1)
    return [max(1, round(weight * each / _TENTH_MS)) * _TENTH_MS for weight in weights]


def _daily_clocks(rng: Random, control: TimeControl, plies: int, *, is_flagged: bool) -> Clocks:
    base_ms = control.base_s * 1000
    left_ms = []
    length_ms = 0
    for _ in range(plies):
        spent = min(round(rng.lognormvariate(0, 1.6) * _HOUR_MS), base_ms - 1000)
        left_ms.append((base_ms - spent) // _TENTH_MS * _TENTH_MS)
        length_ms += spent
    length_ms += base_ms if is_flagged else rng.randrange(_HOUR_MS)
    return Clocks(left_ms, length_ms // 1000)
