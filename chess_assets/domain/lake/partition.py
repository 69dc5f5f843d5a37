"""A partition's address: its dimensions and their values, as the lake's Hive paths have them."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from chess_assets.domain.months import Month
from chess_assets.domain.players import parse_player

USER = "user"
MONTH = "month"

_NULL = "__HIVE_DEFAULT_PARTITION__"  # what Hive writes for an empty value; readers make it null
_PLAIN = re.compile(r"[A-Za-z0-9_+-][A-Za-z0-9._+-]*")
_ESCAPED = re.compile(r"[^A-Za-z0-9._+-]|\A\.")


def escaped(text: str) -> str:
    """Return a text as one part of a path, escaped as Hive does: `a/b` is `a%2Fb`."""
    if _PLAIN.fullmatch(text):
        return text
    return _ESCAPED.sub(_percent, text) or _NULL


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode(errors="surrogatepass"))


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """One partition of a table; without dimensions, all of an unpartitioned one.

    Attributes:
        dimensions: Names and values, in the order of the path: `(("user", "hikaru"), …)`.
    """

    dimensions: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of_player(cls, user: str, month: Month | None = None) -> Self:
        """Return a player's partition, or one of their months.

        Raises:
            InvalidPlayerName: for a text that is no player's name in lower case.
        """
        player = ((USER, parse_player(user)),)
        return cls(player if month is None else (*player, (MONTH, str(month))))

    @property
    def user(self) -> str | None:
        """The player, where the table has a partition per player or per player and month."""
        names = [name for name, _ in self.dimensions]
        return self.dimensions[0][1] if names in ([USER], [USER, MONTH]) else None

    @property
    def month(self) -> Month | None:
        """The month, where the table has a partition per player and month."""
        has_month = self.user is not None and len(self.dimensions) > 1
        return Month.parse(self.dimensions[1][1]) if has_month else None

    @property
    def folder(self) -> str:
        """The path below the table's folder, with its last slash: `user=hikaru/month=2022-05/`."""
        return "".join(f"{escaped(name)}={escaped(value)}/" for name, value in self.dimensions)

    def only(self, names: Collection[str]) -> "Partition":
        """Return the partition with only these of its dimensions."""
        return Partition(tuple(each for each in self.dimensions if each[0] in names))

    def within(self, group: "Partition") -> str:
        """Return the values of the dimensions that a group of partitions does not have."""
        own = (value for name, value in self.dimensions if (name, value) not in group.dimensions)
        return " ".join(own)

    def __str__(self) -> str:
        return " ".join(value for _, value in self.dimensions) or "everything"
