"""The embedded look-alike of chess.com's API: a local HTTP server with the games of two players.

The demo runs on it and tests talk to it. `server` has the server, `histories` where its games come
from, `history` how games are made.
"""

from chess_assets.sample.faults import Fault
from chess_assets.sample.histories import FixedHistories, Histories, MadeHistories
from chess_assets.sample.server import SampleChessCom

__all__ = ["Fault", "FixedHistories", "Histories", "MadeHistories", "SampleChessCom"]
