"""Whether a profile is that of the account which is followed, or is to be, by this name.

chess.com's `player_id` stays the same when a player takes a new name, and differs when a name goes
to another account. What the games themselves tell belongs in `raw_archives/account_check`.
"""

from collections.abc import Iterable

from chess_assets.domain.chess_com import OtherAccount, PlayerRenamed, Profile
from chess_assets.domain.chess_com.questions import Question
from chess_assets.domain.registry import FollowedPlayer


class NotThisName(ValueError):
    """A name whose player has another name, on chess.com or in the registry."""


def check_name(name: str, profile: Profile, followed: Iterable[FollowedPlayer]) -> None:
    """Compare a name that is to be followed with its profile and with who is followed already.

    Raises:
        NotThisName: when it leads to another name, or the account is followed by another one.
    """
    known = next((each for each in followed if each.player_id == profile.player_id), None)
    if known is not None and known.name != profile.username:
        raise NotThisName(
            f"{profile.username} is the player followed as {known.name} (player "
            f"{profile.player_id}): `chess-assets players rename {known.name} {profile.username}` "
            "keeps what is stored and goes on under the new name."
        )
    if profile.username != name:
        raise NotThisName(f"{name} is called {profile.username} on chess.com now: name that.")


def check_account(followed: FollowedPlayer, profile: Profile) -> None:
    """Compare a followed player with the profile that their name has now.

    Raises:
        PlayerRenamed: when the name leads to another one.
        OtherAccount: when the name is another account's now.
    """
    question = Question.profile(followed.name)
    if profile.username != followed.name:
        cause = f"chess.com calls this player {profile.username} now"
        raise PlayerRenamed(question, cause, profile.username)
    if profile.player_id != followed.player_id:
        cause = (
            f"the name is player {profile.player_id} on chess.com now, "
            f"the one followed is player {followed.player_id}"
        )
        raise OtherAccount(question, cause)
