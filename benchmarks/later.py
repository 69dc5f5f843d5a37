"""`chess-assets` with its clock set forward: `python -m benchmarks.later HOURS ARGUMENT…`.

A late run has to come hours after the cold one, or the open month counts as fresh.
"""

import sys
from datetime import UTC, datetime, timedelta

from chess_assets import cli
from chess_assets.commands import workplace
from chess_assets.resources.freshness import Clock

_AHEAD = timedelta(hours=float(sys.argv.pop(1)))


class ClockAhead(Clock):
    """A clock that is ahead."""

    def now(self) -> datetime:
        """Return the present moment and some hours, in UTC."""
        return datetime.now(UTC) + _AHEAD


if __name__ == "__main__":
    vars(workplace)["Clock"] = ClockAhead  # what `open_workplace` makes its clock of
    cli.main(prog_name="chess-assets")
