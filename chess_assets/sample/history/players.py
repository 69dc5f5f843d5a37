"""The two sample players, and the opponents they meet. None of them exists.

How strong they are on a given day belongs in `ratings`; what they play, in `programme`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from uuid import UUID

_FIRST_WORDS = (
    "Quiet", "Mossy", "Bold", "Sleepy", "Copper", "Velvet", "Nimble", "Salty", "Crooked", "Amber",
    "Thirsty", "Polite", "Stormy", "Lucky", "Hasty", "Silver",
)  # fmt: skip
_SECOND_WORDS = (
    "Bishop", "Otter", "Gambit", "Fork", "Pawnlet", "Rook", "Tempo", "Heron", "Skewer", "Castle",
    "Badger", "Zwischenzug", "Endgame", "Knightly",
)  # fmt: skip
_OPPONENTS = 45


@dataclass(frozen=True, slots=True)
class SamplePlayer:
    """A player whose history is made.

    Attributes:
        username: as chess.com shows it; the API's paths have it in lower case.
        level: about their rating, in every pool.
        tastes: weights of the time classes of their live games.
        title: chess.com's title, if any.
    """

    username: str
    player_id: int
    level: int
    tastes: Mapping[str, float]
    country: str
    title: str | None = None

    @property
    def name(self) -> str:
        """The name in the API's paths."""
        return self.username.lower()


@dataclass(frozen=True, slots=True)
class Opponent:
    """Somebody a sample player meets; `offset` is their rating compared with the player's."""

    username: str
    uuid: str
    offset: int


SAMPLE_PLAYERS = (
    SamplePlayer(
        "TamsinTempo", 91_402_117, 1720, {"blitz": 6, "bullet": 3, "rapid": 1}, "NZ", title="WCM"
    ),
    SamplePlayer("BramblePawn", 118_560_233, 1240, {"rapid": 5, "blitz": 4, "bullet": 1}, "IE"),
)


def uuid_of(name: str) -> str:
    """Return the account's uuid, which a rename doesn't change."""
    return str(UUID(int=Random(f"account/{name}").getrandbits(128), version=1))


def opponents_of(player: SamplePlayer) -> tuple[Opponent, ...]:
    """Return everybody the player meets; the first is the rival, met in every month."""
    rng = Random(f"opponents/{player.name}")
    words = [first + second for first in _FIRST_WORDS for second in _SECOND_WORDS]
    return tuple(
        Opponent(name, uuid_of(name), round(rng.gauss(0, 90)))
        for name in (_styled(rng, word) for word in rng.sample(words, _OPPONENTS))
    )


def renamed(opponent: Opponent) -> Opponent:
    """Return the same account under its new name."""
    return Opponent(f"{opponent.username}_II", opponent.uuid, opponent.offset)


def _styled(rng: Random, name: str) -> str:
    """Return the name as accounts are named: as it is, in lower case, with a number or a dash."""
    styles = (
        name,
        name.lower(),
        f"{name}{rng.randrange(60, 2010)}",
        f"{name.lower()}-x",
        f"_{name}",
    )
    return rng.choice(styles)[:25]
