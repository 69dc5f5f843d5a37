"""chess.com's published data, fetched politely: `ChessComClient`, its answers and its errors.

Knows HTTP and the API's own shapes. What to fetch belongs in `freshness`, what to keep in the lake.
"""

from chess_assets.domain.chess_com.answers import (
    ArchivesList,
    MonthAnswer,
    NotModified,
    Profile,
)
from chess_assets.domain.chess_com.client import CHESS_COM_API_URL, ChessComClient
from chess_assets.domain.chess_com.errors import (
    BadAnswer,
    ChessComError,
    Forbidden,
    FutureMonth,
    Gone,
    IncompleteAnswer,
    InvalidSetting,
    MonthUnavailable,
    NotFound,
    NotItsTurn,
    OtherAccount,
    OtherDocument,
    PermanentError,
    PlayerRenamed,
    RateLimited,
    RedirectRefused,
    ServerFault,
    TooLarge,
    TransientError,
    UnexpectedStatus,
    UnknownPlayer,
    Unreachable,
)
from chess_assets.domain.chess_com.limits import Limits
from chess_assets.domain.chess_com.response_times import ResponseTimes

__all__ = [
    "CHESS_COM_API_URL",
    "ArchivesList",
    "BadAnswer",
    "ChessComClient",
    "ChessComError",
    "Forbidden",
    "FutureMonth",
    "Gone",
    "IncompleteAnswer",
    "InvalidSetting",
    "Limits",
    "MonthAnswer",
    "MonthUnavailable",
    "NotFound",
    "NotItsTurn",
    "NotModified",
    "OtherAccount",
    "OtherDocument",
    "PermanentError",
    "PlayerRenamed",
    "Profile",
    "RateLimited",
    "RedirectRefused",
    "ResponseTimes",
    "ServerFault",
    "TooLarge",
    "TransientError",
    "UnexpectedStatus",
    "UnknownPlayer",
    "Unreachable",
]
