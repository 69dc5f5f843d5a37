"""Who a player is, as far as the registry knows: what games alone may not tell after a rename."""

from chess_assets.domain.player_tables.account import Account
from chess_assets.domain.registry import PlayerRegistry
from chess_assets.domain.store import Store


def registered_account(store: Store, user: str) -> Account:
    """Return the account of a name; of one that is not followed, only the name is known.

    Raises:
        UnreadableRegistry: when the registry is none.
    """
    followed = PlayerRegistry(store).players().get(user)
    if followed is None:
        return Account(user)
    return Account(user, followed.uuid, followed.former_names)
