"""chess.com's published data, fetched politely: `ChessComClient`, its answers and its errors.

Knows HTTP and the API's own shapes. What to fetch belongs in `freshness`, what to keep in the lake.
"""

from chess_assets.domain.chess_com.answers import MonthAnswer, Profile
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
    PermanentError,
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

__all__ = [
    "CHESS_COM_API_URL",
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
    "PermanentError",
    "Profile",
    "RateLimited",
    "RedirectRefused",
    "ServerFault",
    "TooLarge",
    "TransientError",
    "UnexpectedStatus",
    "UnknownPlayer",
    "Unreachable",
]
