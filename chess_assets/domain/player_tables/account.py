"""Which side of a game is the followed player: by their account's uuid, else by their name.

A player who renames keeps the uuid, and games of before carry the old name. Old payloads have no
uuids: there the name, in any case of letters, has to do.
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

ACCOUNT_COLUMNS = ("white", "black", "white_uuid", "black_uuid")


@dataclass(frozen=True, slots=True)
class Account:
    """Who the followed player is.

    Attributes:
        name: The name they are followed by, in lower case.
        uuid: Their account; None where no game tells.
        former_names: Names they had before, in lower case.
    """

    name: str
    uuid: str | None = None
    former_names: tuple[str, ...] = ()


def account_uuid(name: str, games: pa.Table, former_names: tuple[str, ...] = ()) -> str | None:
    """Return the uuid that a name has in the last of these games that tells; None if none does.

    Args:
        name: A player's name in lower case.
        former_names: Names the player had before, in lower case.
        games: `ACCOUNT_COLUMNS` of `games`, ascending by time.
    """
    is_white = is_white_side(games, Account(name, None, former_names))
    uuids = pc.if_else(is_white, games["white_uuid"], games["black_uuid"]).drop_null()
    return uuids[-1].as_py() if len(uuids) else None


def is_white_side(games: pa.Table, account: Account) -> pa.ChunkedArray:
    """Return for each game whether the player had White; null where that cannot be told.

    Exactly one side has the account's uuid, or else exactly one side has its name.
    """
    names = pa.array([account.name, *account.former_names])
    by_name = _which(
        pc.is_in(pc.utf8_lower(games["white"]), names),
        pc.is_in(pc.utf8_lower(games["black"]), names),
    )
    if account.uuid is None:
        return by_name
    by_uuid = _which(
        pc.equal(games["white_uuid"], account.uuid), pc.equal(games["black_uuid"], account.uuid)
    )
    return pc.coalesce(by_uuid, by_name)


def _which(is_white: pa.ChunkedArray, is_black: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return White's column where the two differ, null where neither or both are true."""
    white, black = pc.fill_null(is_white, False), pc.fill_null(is_black, False)  # noqa: FBT003 - pyarrow's signature
    return pc.if_else(pc.xor(white, black), white, pa.scalar(None, pa.bool_()))
