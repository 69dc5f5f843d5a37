"""The freshness rule and the clock it is judged by, as resources: their settings are Dagster's."""

from datetime import UTC, datetime, timedelta

from dagster import ConfigurableResource
from pydantic import Field

from chess_assets.domain.freshness import FreshnessRule


class FreshnessResource(ConfigurableResource[FreshnessRule]):
    """When a stored month is fetched again: the rule that replaces an input-hash cache."""

    fresh_for_hours: float = Field(
        default=6, gt=0, description="How long an answer about an unsettled month counts as new."
    )
    settles_after_hours: float = Field(
        default=24, ge=0, description="How long after its end a month may change at chess.com."
    )

    def rule(self) -> FreshnessRule:
        """Return the rule with these settings."""
        return FreshnessRule(
            timedelta(hours=self.fresh_for_hours), timedelta(hours=self.settles_after_hours)
        )


class Clock(ConfigurableResource[datetime]):
    """The time; a resource, so that a year of ticks can be tested in a second."""

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
        return datetime.now(UTC)
