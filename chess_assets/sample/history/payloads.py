"""One game as the API's month has it: its JSON object, PGN included, keys in chess.com's order.

How the PGN is laid out belongs in `pgn`; what is played, in `programme` and `games`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

import chess

from chess_assets.sample.history.clocks import Clocks
from chess_assets.sample.history.eras import Era
from chess_assets.sample.history.games import PlayedGame
from chess_assets.sample.history.identity import (
    GameId,
    match_api_url,
    match_tag,
    opening_url,
    tournament_api_url,
    tournament_tag,
)
from chess_assets.sample.history.openings import UNDEFINED, opening_of, slug_with_moves
from chess_assets.sample.history.pgn import event_tag, movetext_of, pgn_text, variant_tag
from chess_assets.sample.history.positions import written_fen
from chess_assets.sample.history.programme import Session
from chess_assets.sample.history.tcn import tcn_of, with_castling_onto_rooks
from chess_assets.sample.history.timetable import Times

_ANALYSED = {"chess", "chess960", "oddschess"}
_WITHOUT_ECO = {"chess960", "oddschess"}


@dataclass(frozen=True, slots=True)
class Side:
    """One player of a game; `rating` is the one after it."""

    username: str
    uuid: str
    rating: int


@dataclass(frozen=True, slots=True)
class DatedGame:
    """A played game with everything that its payload says."""

    game: PlayedGame
    session: Session
    clocks: Clocks
    times: Times
    game_id: GameId
    white: Side
    black: Side
    era: Era

    @property
    def rules(self) -> str:
        """The API's `rules`."""
        return self.game.start.rules

    @property
    def is_daily(self) -> bool:
        """Whether it is a daily game."""
        return self.session.control.is_daily


def payload_of(rng: Random, dated: DatedGame) -> dict[str, Any]:
    """Return the game's JSON object; `rng` decides what chess.com may or may not have added."""
    eco, slug = _opening(rng, dated)
    game, era = dated.game, dated.era
    payload = {
        "url": era.url_of(dated.game_id),
        "pgn": None if dated.rules == "bughouse" else _pgn(rng, dated, eco, opening_url(slug)),
        "time_control": dated.session.control.text,
        "end_time": dated.times.end_s,
        "rated": dated.session.is_rated,
        "accuracies": _accuracies(rng, dated),
        "tcn": _tcn(rng, dated) if era.has_uuids else None,
        "uuid": dated.game_id.uuid if era.has_uuids else None,
        "initial_setup": game.start.initial_setup if era.has_uuids else None,
        "fen": written_fen(game.board, is_daily=dated.is_daily),
        "start_time": dated.times.start_s if dated.is_daily else None,
        "time_class": dated.session.control.time_class,
        "rules": dated.rules,
        "white": _side(dated, chess.WHITE),
        "black": _side(dated, chess.BLACK),
        "eco": None if dated.rules in _WITHOUT_ECO else opening_url(slug),
        "tournament": tournament_api_url(t) if (t := dated.session.tournament) else None,
        "match": match_api_url(m) if (m := dated.session.match) else None,
    }
    return {key: value for key, value in payload.items() if value is not None}


def _opening(rng: Random, dated: DatedGame) -> tuple[str, str]:
    """Return ECO code and slug."""
    start, sans = dated.game.start, dated.game.sans
    if start.opening is not None:
        return start.opening
    opening = UNDEFINED if dated.rules == "bughouse" else opening_of(sans)
    return opening.eco, slug_with_moves(opening, sans, rng.choice((0, 1, 3)))


def _side(dated: DatedGame, color: chess.Color) -> dict[str, Any]:
    side = dated.white if color else dated.black
    payload = {
        "rating": side.rating,
        "result": dated.game.ending.result_of(color),
        "@id": f"https://api.chess.com/pub/player/{side.username.lower()}",
        "username": side.username,
    }
    return {**payload, "uuid": side.uuid} if dated.era.has_uuids else payload


def _tcn(rng: Random, dated: DatedGame) -> str:
    moves = dated.game.moves
    if dated.is_daily and dated.rules == "chess" and rng.random() < 0.25:
        return tcn_of(with_castling_onto_rooks(moves, dated.game.sans))
    return tcn_of(moves)


def _accuracies(rng: Random, dated: DatedGame) -> dict[str, float] | None:
    """Return both sides' accuracies if somebody had the game analysed."""
    if dated.rules not in _ANALYSED or len(dated.game.sans) < 8 or rng.random() < 0.4:
        return None
    return {"white": _accuracy(rng), "black": _accuracy(rng)}


def _accuracy(rng: Random) -> float:
    """Return a percentage with two decimals; whole ones come as integers."""
    accuracy = round(min(99.6, max(12.0, rng.gauss(77, 12))), 2)
    return round(accuracy) if rng.random() < 0.06 or accuracy.is_integer() else accuracy


def _pgn(rng: Random, dated: DatedGame, eco: str, eco_url: str) -> str:
    game, ending = dated.game, dated.game.ending
    start, end = (datetime.fromtimestamp(s, UTC) for s in (dated.times.start_s, dated.times.end_s))
    has_eco = dated.rules != "oddschess" or rng.random() < 0.6
    white, black = dated.white, dated.black
    tags = {
        "Event": event_tag(dated.rules, is_daily=dated.is_daily),
        "Site": "Chess.com",
        "Date": f"{start:%Y.%m.%d}",
        "Round": "-",
        "White": white.username,
        "Black": black.username,
        "Result": ending.pgn_result,
        "Variant": variant_tag(dated.rules),
        "SetUp": "1" if game.start.fen_tag else None,
        "FEN": game.start.fen_tag,
        "Tournament": tournament_tag(t) if (t := dated.session.tournament) else None,
        "Match": match_tag(m) if (m := dated.session.match) else None,
        "CurrentPosition": written_fen(game.board, is_daily=dated.is_daily),
        "Timezone": "UTC",
        "ECO": eco if has_eco else None,
        "ECOUrl": eco_url if has_eco else None,
        "UTCDate": f"{start:%Y.%m.%d}",
        "UTCTime": f"{start:%H:%M:%S}",
        "WhiteElo": str(white.rating),
        "BlackElo": str(black.rating),
        "TimeControl": dated.session.control.text,
        "Termination": ending.termination(white.username, black.username),
        "StartTime": f"{start:%H:%M:%S}",
        "EndDate": f"{end:%Y.%m.%d}",
        "EndTime": f"{end:%H:%M:%S}",
        "Link": dated.era.link_of(dated.game_id),
    }
    has_clocks = dated.era.has_daily_clocks or not dated.is_daily
    clocks_ms = dated.clocks.left_ms if has_clocks else None
    return pgn_text(tags, movetext_of(game.start.board, game.sans, clocks_ms, ending.pgn_result))
