"""Ways to damage a game, each by a seeded random choice: what files, networks and hands do to text.

A mutation takes a game as chess.com sends it and returns another; it may also leave it as it is.
"""

import re
import string
from collections.abc import Callable
from random import Random
from typing import Any

Game = dict[str, Any]
Mutation = Callable[[Random, Game], Game]

_SAN = re.compile(r"(?<=\. )\S+(?= \{)")
_PLY = re.compile(r"[0-9]+\.+ \S+ \{[^}]*\} ")
_CLOCK = re.compile(r"(?<=%clk )[^\]]*(?=\])")
_TCN = string.ascii_letters + string.digits + "!?{~}(^)[_]@#$&-*+="
_SAN_CHARACTERS = "abcdefgh12345678KQRBNPx+#=O-@ "
_INSERTED = (
    "  ", " {x} ", " $1 ", " (1. e4) ", "! ", " \n ", "\t", " ;x\n ", " 1-0 ", " e4 ",
    " {[%clk 0:00:01]} ", "\r", "\0", "\x7f", "\xa0",
)  # fmt: skip
_CLOCKS = (
    "0:00:00", "1:02:03.4", "12:00:00", "335:59:52", "595:59:59.9", "596:00:00", "600:00:00",
    "0:60:00", "0:00:60", "0:00:01.23", "0:00:1", "00:00:01", "000:00:01", "0001:00:00",
    "-1:00:00", "0:00:01.", "0:00:01.a", "0.00.01", "99:59:59", "1:0:00:00", "/:00:00", "::00:00",
    "0:/0:00", "0:00:0\u0661", "0:5:0:00", "0:00:01]",
)  # fmt: skip
_TAG_VALUES = (
    "", "x", 'a"b', r'a\"b', r"a\\b", "\xe9", "2022.02.29", "2024.02.29", "24:00:00", "23:59:60",
    "23:59:59", "Z99", "A0", "E99", "0000.01.01", "2022.13.01", '"]', "8/8/8/8/8/8/8/8 w - -",
    "https://www.chess.com/openings/Undefined", "x" * 2_001,
)  # fmt: skip
_TAG_LINES = (
    '[X "y"]', '[ECO "B00"]', '[FEN "8/8"]', "junk", "", '[ECO  "A00"]', '[FEN ""]', "[%x]",
    '[Variant "Atomic"]', '[UTCDate "2020.01.01"]', ' [ECO "C00"]', '[ECO "C00"] ',
    '[ECO "C00"]\t',
)  # fmt: skip
_VALUES: tuple[Any, ...] = (
    None, 1, True, 1500.5, 0.0, -1, 10**12, 10**22, 2**31, "", "x", "win", "x\n", "é", "\x7f",
    "x" * 101, "x" * 2_001, [], {}, {"white": 1}, {"white": -0.0, "black": 100},
)  # fmt: skip
_RESULTS = ("*", "1-0", "0-1", "1/2-1/2", "1/2", "", "1-0 1-0", "1-0 {x}", "1-0 ")


def edited(rng: Random, text: str, characters: str) -> str:
    """Replace, insert or drop one character."""
    if not text:
        return rng.choice(characters)
    place, kept = rng.randrange(len(text)), rng.choice((0, 0, 1))
    new = rng.choice((rng.choice(characters), rng.choice(characters), ""))
    return text[:place] + new + text[place + 1 - kept :]


def edit_movetext(rng: Random, game: Game) -> Game:
    head, body = _cut(game)
    return game | {"pgn": head + edited(rng, body, string.printable)}


def edit_tags(rng: Random, game: Game) -> Game:
    head, body = _cut(game)
    return game | {"pgn": edited(rng, head, string.printable) + body}


def edit_tcn(rng: Random, game: Game) -> Game:
    return game | {"tcn": edited(rng, _tcn(game), _TCN)}


def edit_san(rng: Random, game: Game) -> Game:
    return _with_one(rng, game, _SAN, lambda san: edited(rng, san, _SAN_CHARACTERS))


def edit_delimiter(rng: Random, game: Game) -> Game:
    place = re.compile(r"(?<=O-O) |(?<=[+#QRBN]) | (?=\{)|\} | (?=[0-9])|[.\]:{%]")
    return _with_one(rng, game, place, lambda found: edited(rng, found, string.printable))


def drop_disambiguation(rng: Random, game: Game) -> Game:
    move = re.compile(r"(?<=[. ][QRBN])[a-h1-8]{1,2}(?=x?[a-h][1-8])")
    return _with_one(rng, game, move, lambda _: "")


def change_disambiguation(rng: Random, game: Game) -> Game:
    move = re.compile(r"(?<=[. ][QRBN])[a-h1-8]{0,2}(?=x?[a-h][1-8])")
    return _with_one(rng, game, move, lambda _: rng.choice(_SAN_CHARACTERS[:16]))


def swap_castling(_: Random, game: Game) -> Game:
    head, body = _cut(game)
    return game | {"pgn": head + re.sub(r"\bO-O\b(?!-O)", "O-O-O", body)}


def change_clock(rng: Random, game: Game) -> Game:
    return _with_one(rng, game, _CLOCK, lambda _: rng.choice(_CLOCKS))


def insert_between_words(rng: Random, game: Game) -> Game:
    return _with_one(rng, game, re.compile(" "), lambda _: rng.choice(_INSERTED))


def drop_ply(rng: Random, game: Game) -> Game:
    """Drop one ply from the PGN, from the tcn, or from both."""
    head, body = _cut(game)
    plies = list(_PLY.finditer(body))
    if not plies:
        return game
    place, tcn = rng.randrange(len(plies)), _tcn(game)
    if rng.random() < 0.6:
        body = body[: plies[place].start()] + body[plies[place].end() :]
    if rng.random() < 0.6:
        tcn = tcn[: 2 * place] + tcn[2 * place + 2 :]
    return game | {"pgn": head + body, "tcn": tcn}


def cut_short(rng: Random, game: Game) -> Game:
    """End the game earlier in PGN and tcn, but not in the final position."""
    head, body = _cut(game)
    plies = list(_PLY.finditer(body))
    if not plies:
        return game
    place = rng.randrange(len(plies))
    body = body[: plies[place].start()] + body.split()[-1] + "\n"
    return game | {"pgn": head + body, "tcn": _tcn(game)[: 2 * place]}


def swap_sans(rng: Random, game: Game) -> Game:
    head, body = _cut(game)
    sans = list(_SAN.finditer(body))
    if len(sans) < 2:
        return game
    one, other = sorted(rng.sample(sans, 2), key=lambda san: san.start())
    between = body[one.end() : other.start()]
    body = body[: one.start()] + other[0] + between + one[0] + body[other.end() :]
    return game | {"pgn": head + body}


def swap_tcn_moves(rng: Random, game: Game) -> Game:
    moves = re.findall("..", _tcn(game))
    if len(moves) < 2:
        return game
    one, other = rng.sample(range(len(moves)), 2)
    moves[one], moves[other] = moves[other], moves[one]
    return game | {"tcn": "".join(moves)}


def move_elsewhere(rng: Random, game: Game) -> Game:
    """Change one move's target in the SAN and in the tcn alike."""
    head, body = _cut(game)
    sans, tcn = list(_SAN.finditer(body)), _tcn(game)
    if not sans or len(tcn) != 2 * len(sans):
        return game
    place, square = rng.randrange(len(sans)), rng.randrange(64)
    name = "abcdefgh"[square % 8] + str(square // 8 + 1)
    san = re.sub(r"[a-h][1-8](?=[+#=]|$)", name, sans[place][0], count=1)
    body = body[: sans[place].start()] + san + body[sans[place].end() :]
    tcn = tcn[: 2 * place + 1] + _TCN[square] + tcn[2 * place + 2 :]
    return game | {"pgn": head + body, "tcn": tcn}


def change_result(rng: Random, game: Game) -> Game:
    head, body = _cut(game)
    return game | {"pgn": head + re.sub(r"\S+\n$", rng.choice(_RESULTS), body) + "\n"}


def change_tag(rng: Random, game: Game) -> Game:
    head, body = _cut(game)
    lines = head.split("\n")
    place = rng.randrange(len(lines))
    value = rng.choice(_TAG_VALUES)
    lines[place] = re.sub(r'"(.*)"', lambda _: f'"{value}"', lines[place])
    return game | {"pgn": "\n".join(lines) + body}


def change_tag_lines(rng: Random, game: Game) -> Game:
    """Drop, repeat, shuffle or insert lines of tags."""
    head, body = _cut(game)
    lines = head.rstrip("\n").split("\n")
    place = rng.randrange(len(lines))
    match rng.randrange(4):
        case 0:
            del lines[place]
        case 1:
            lines.insert(place, rng.choice(lines))
        case 2:
            rng.shuffle(lines)
        case _:
            lines.insert(place, rng.choice(_TAG_LINES))
    return game | {"pgn": "\n".join(lines) + "\n\n" + body}


def change_member(rng: Random, game: Game) -> Game:
    return game | {rng.choice([name for name in game if name != "pgn"]): rng.choice(_VALUES)}


def change_side(rng: Random, game: Game) -> Game:
    side = rng.choice(("white", "black"))
    name = rng.choice(("rating", "result", "username", "uuid"))
    player = game.get(side)
    return game | {
        side: {**(player if isinstance(player, dict) else {}), name: rng.choice(_VALUES)}
    }


def drop_member(rng: Random, game: Game) -> Game:
    dropped = rng.choice(list(game))
    return {name: value for name, value in game.items() if name != dropped}


def change_rules(rng: Random, game: Game) -> Game:
    rules = "chess chess960 crazyhouse kingofthehill threecheck oddschess bughouse atomic"
    return game | {"rules": rng.choice(rules.split())}


def change_positions(rng: Random, game: Game) -> Game:
    """Take away a square, a rook, a right or a field, wherever the position is named."""
    name = rng.choice(("fen", "initial_setup"))
    fen = str(game.get(name) or "")
    changed = edited(rng, fen, "12345678pnbrqkPNBRQK/ wb-KQkqHAha0")
    pgn = game.get("pgn")
    if pgn and fen and rng.random() < 0.7:
        pgn = pgn.replace(fen, changed)
    return game | {name: changed} | ({"pgn": pgn} if pgn else {})


def double_or_halve(rng: Random, game: Game) -> Game:
    pgn = game["pgn"]
    return game | {"pgn": rng.choice((pgn + pgn, pgn[: rng.randrange(len(pgn))], "\n" + pgn, ""))}


def _tcn(game: Game) -> str:
    tcn = game.get("tcn")
    return tcn if isinstance(tcn, str) else ""


def _cut(game: Game) -> tuple[str, str]:
    """Return the tags with the empty line behind them, and the movetext."""
    head, empty, body = str(game["pgn"]).partition("\n\n")
    return head + empty, body


def _with_one(
    rng: Random, game: Game, pattern: re.Pattern[str], change: Callable[[str], str]
) -> Game:
    """Change one place of the movetext that the pattern finds."""
    head, body = _cut(game)
    found = list(pattern.finditer(body))
    if not found:
        return game
    place = rng.choice(found)
    changed = body[: place.start()] + change(place[0]) + body[place.end() :]
    return game | {"pgn": head + changed}


ON_PGN: tuple[Mutation, ...] = (
    edit_movetext, edit_tags, edit_tcn, edit_san, edit_delimiter, drop_disambiguation,
    change_disambiguation, swap_castling, change_clock, insert_between_words, drop_ply, cut_short,
    swap_sans, swap_tcn_moves, move_elsewhere, change_result, change_tag, change_tag_lines,
    double_or_halve,
)  # fmt: skip
ON_PAYLOAD: tuple[Mutation, ...] = (
    change_member, change_side, drop_member, change_rules, change_positions,
)  # fmt: skip
