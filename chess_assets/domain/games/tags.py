"""The columns that a PGN's tags give. Which source wins belongs in `game_row`."""

import re
from datetime import UTC, datetime
from typing import Any

from chess_assets.domain.games.faults import Faults, Untypable, excerpt
from chess_assets.domain.games.fens import parse_fen, parse_start_fen
from chess_assets.domain.games.limits import MAX_TEXT_CHARS
from chess_assets.domain.games.pgn_text import PgnText
from chess_assets.domain.games.texts import storable_text

_ECO = re.compile(r"[A-E][0-9]{2}")
_DATE, _TIME = "UTCDate", "UTCTime"
_READ = (_DATE, _TIME, "Termination", "ECO", "ECOUrl", "FEN", "CurrentPosition")


def tag_columns(pgn: PgnText, faults: Faults) -> dict[str, Any]:
    """Return the columns by name; a tag that is missing gives None, one that can't be typed too."""
    tags = pgn.tags
    for tag in _READ:
        if tag in pgn.unreadable:
            faults.note(f"the {tag} tag cannot be read")
    for tag, other in ((_DATE, _TIME), (_TIME, _DATE)):
        if tag not in tags and other in tags:
            faults.note(f"the {tag} tag is missing beside {other}")

    def text(tag: str) -> str | None:
        return faults.attempt(storable_text, f"the {tag} tag", tags.get(tag), MAX_TEXT_CHARS)

    return {
        "start_time": faults.attempt(_utc, tags.get(_DATE), tags.get(_TIME)),
        "termination": text("Termination"),
        "eco": faults.attempt(_parse_eco, tags.get("ECO")),
        "eco_url": text("ECOUrl"),
        "initial_fen": faults.attempt(parse_start_fen, "the FEN tag", tags.get("FEN")),
        "final_fen": faults.attempt(
            parse_fen, "the CurrentPosition tag", tags.get("CurrentPosition")
        ),
    }


def _utc(date: str, time: str) -> datetime:
    try:
        return datetime.strptime(f"{date} {time}", "%Y.%m.%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        raise Untypable(
            f"the UTCDate and UTCTime tags {excerpt(date)} and {excerpt(time)} are not a time"
        ) from None


def _parse_eco(eco: str) -> str:
    if _ECO.fullmatch(eco) is None:
        raise Untypable(f"the ECO tag {excerpt(eco)} is not a code from A00 to E99")
    return eco
