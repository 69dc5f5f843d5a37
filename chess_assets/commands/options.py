"""Types of options and arguments that more than one command takes."""

import click

from chess_assets.domain.months import InvalidMonth, Month


class MonthType(click.ParamType[Month]):
    """A month as chess.com files games, written YYYY-MM."""

    name = "YYYY-MM"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> Month:
        """Read a month; what is none becomes click's usage error."""
        try:
            return value if isinstance(value, Month) else Month.parse(value)
        except InvalidMonth as error:
            self.fail(str(error), param, ctx)
