"""What became of a month, and why it failed."""

from chess_assets.domain.lake.outcomes import Failed, MonthOutcome
from chess_assets.domain.months import Month

FIRST, SECOND = ValueError("first"), ValueError("second")


def test_error() -> None:
    """A month's reason is the raw table's, which comes first, else the games'."""
    month = Month(2022, 5)

    assert MonthOutcome("anna", month, Failed(FIRST), Failed(SECOND)).error is FIRST
    assert MonthOutcome("anna", month, None, Failed(SECOND)).error is SECOND
    assert MonthOutcome("anna", month, None, None).error is None
