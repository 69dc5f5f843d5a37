"""The opening book: lines in SAN with their ECO code and the name chess.com's URLs give them.

Games follow a line; a played game is filed under the longest line it begins with. What is played
after the line belongs in `moves`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import chess

_BOOK = """
A00 Grob-Opening: g4
A00 Polish-Opening: b4
A00 Van-t-Kruijs-Opening: e3
A01 Nimzowitsch-Larsen-Attack-Modern-Variation: b3 e5
A01 Nimzowitsch-Larsen-Attack-Classical-Variation: b3 d5 Bb2 Nf6 e3 Bf5
A02 Birds-Opening: f4
A02 Birds-Opening-Dutch-Variation: f4 d5 Nf3 Nf6 e3 g6
A04 Reti-Opening: Nf3
A07 Kings-Indian-Attack: Nf3 d5 g3 Nf6 Bg2 c6 O-O Bg4
A10 English-Opening: c4
A20 English-Opening-Kings-English-Variation: c4 e5
A22 English-Opening-Carls-Bremen-System: c4 e5 Nc3 Nf6 g3
A34 English-Opening-Symmetrical-Normal-Variation: c4 c5 Nc3 Nf6
A40 Queens-Pawn-Opening: d4
A40 Englund-Gambit: d4 e5
A43 Benoni-Defense-Old-Benoni-Defense: d4 c5
A45 Trompowsky-Attack: d4 Nf6 Bg5
A45 Indian-Game: d4 Nf6
A57 Benko-Gambit-Accepted: d4 Nf6 c4 c5 d5 b5 cxb5 a6 bxa6 Bxa6
A80 Dutch-Defense: d4 f5
A87 Dutch-Defense-Leningrad-Variation: d4 f5 c4 Nf6 g3 g6 Bg2 Bg7 Nf3
B00 Kings-Pawn-Opening: e4
B00 Nimzowitsch-Defense: e4 Nc6
B00 Owens-Defense: e4 b6
B01 Scandinavian-Defense: e4 d5
B01 Scandinavian-Defense-Mieses-Kotrc-Main-Line: e4 d5 exd5 Qxd5 Nc3 Qa5 d4 Nf6 Nf3 c6
B02 Alekhines-Defense: e4 Nf6
B06 Modern-Defense-Standard-Line: e4 g6 d4 Bg7 Nc3 d6
B08 Pirc-Defense-Classical-Variation: e4 d6 d4 Nf6 Nc3 g6 Nf3 Bg7 Be2 O-O
B10 Caro-Kann-Defense: e4 c6
B12 Caro-Kann-Defense-Advance-Variation: e4 c6 d4 d5 e5 Bf5
B18 Caro-Kann-Defense-Classical-Variation: e4 c6 d4 d5 Nc3 dxe4 Nxe4 Bf5 Ng3 Bg6 h4 h6
B20 Sicilian-Defense: e4 c5
B21 Sicilian-Defense-McDonnell-Attack: e4 c5 f4
B22 Alapin-Sicilian-Defense: e4 c5 c3 Nf6 e5 Nd5 d4 cxd4
B23 Closed-Sicilian-Defense: e4 c5 Nc3 Nc6 g3 g6 Bg2 Bg7
B33 Sicilian-Defense-Open-Sveshnikov-Variation: e4 c5 Nf3 Nc6 d4 cxd4 Nxd4 Nf6 Nc3 e5 Ndb5 d6
B40 Sicilian-Defense-French-Variation: e4 c5 Nf3 e6
B76 Sicilian-Defense-Open-Dragon-Yugoslav-Attack: e4 c5 Nf3 d6 d4 cxd4 Nxd4 Nf6 Nc3 g6 Be3 Bg7 f3
B90 Sicilian-Defense-Open-Najdorf-Variation: e4 c5 Nf3 d6 d4 cxd4 Nxd4 Nf6 Nc3 a6 Be3 e5 Nb3 Be6
C00 French-Defense: e4 e6
C02 French-Defense-Advance-Variation: e4 e6 d4 d5 e5 c5 c3 Nc6 Nf3 Qb6
C11 French-Defense-Classical-Steinitz-Variation: e4 e6 d4 d5 Nc3 Nf6 e5 Nfd7 f4 c5
C20 Kings-Pawn-Opening-1...e5: e4 e5
C25 Vienna-Game: e4 e5 Nc3
C29 Vienna-Game-Falkbeer-Vienna-Gambit: e4 e5 Nc3 Nf6 f4 d5 fxe5 Nxe4
C34 Kings-Gambit-Accepted-Kings-Knights-Gambit: e4 e5 f4 exf4 Nf3
C41 Philidor-Defense: e4 e5 Nf3 d6
C42 Petrovs-Defense-Classical-Variation: e4 e5 Nf3 Nf6 Nxe5 d6 Nf3 Nxe4 d4 d5 Bd3
C44 Kings-Pawn-Opening-Kings-Knight-Variation: e4 e5 Nf3 Nc6
C45 Scotch-Game-Schmidt-Variation: e4 e5 Nf3 Nc6 d4 exd4 Nxd4 Nf6 Nc3 Bb4
C50 Italian-Game-Giuoco-Pianissimo-Variation: e4 e5 Nf3 Nc6 Bc4 Bc5 d3 Nf6 c3 d6 O-O O-O
C55 Italian-Game-Two-Knights-Modern-Bishops-Opening: e4 e5 Nf3 Nc6 Bc4 Nf6 d3 Be7 O-O O-O
C57 Italian-Game-Two-Knights-Knight-Attack-Fried-Liver: e4 e5 Nf3 Nc6 Bc4 Nf6 Ng5 d5 exd5 Nxd5 Nxf7
C65 Ruy-Lopez-Opening-Berlin-Defense: e4 e5 Nf3 Nc6 Bb5 Nf6 O-O Nxe4 d4 Nd6 Bxc6 dxc6 dxe5 Nf5
C69 Ruy-Lopez-Opening-Exchange-Variation: e4 e5 Nf3 Nc6 Bb5 a6 Bxc6 dxc6 O-O f6
C84 Ruy-Lopez-Opening-Morphy-Defense-Closed: e4 e5 Nf3 Nc6 Bb5 a6 Ba4 Nf6 O-O Be7 Re1 b5 Bb3 d6
D00 Queens-Pawn-Opening-1...d5: d4 d5
D00 Blackmar-Diemer-Gambit: d4 d5 e4 dxe4 Nc3 Nf6 f3
D02 Queens-Pawn-Opening-Accelerated-London-System: d4 d5 Bf4 Nf6 e3 c5 c3 Nc6 Nd2
D10 Slav-Defense-Exchange-Variation: d4 d5 c4 c6 cxd5 cxd5 Nc3 Nf6 Bf4 Nc6
D20 Queens-Gambit-Accepted: d4 d5 c4 dxc4 Nf3 Nf6 e3 e6 Bxc4 c5
D37 Queens-Gambit-Declined-Three-Knights-Variation: d4 d5 c4 e6 Nc3 Nf6 Nf3 Be7 Bf4 O-O e3
D45 Semi-Slav-Defense: d4 d5 c4 c6 Nc3 Nf6 Nf3 e6 e3 Nbd7
D85 Gruenfeld-Defense-Exchange-Variation: d4 Nf6 c4 g6 Nc3 d5 cxd5 Nxd5 e4 Nxc3 bxc3 Bg7
E06 Catalan-Opening-Closed: d4 Nf6 c4 e6 g3 d5 Bg2 Be7 Nf3 O-O O-O
E20 Nimzo-Indian-Defense: d4 Nf6 c4 e6 Nc3 Bb4 e3 O-O Bd3 d5
E61 Kings-Indian-Defense: d4 Nf6 c4 g6 Nc3 Bg7 e4 d6 Nf3 O-O Be2 e5
"""
_TRAPS = (  # games that are over by their moves: mates, and the shortest known stalemate
    "e4 e5 Qh5 Nc6 Bc4 Nf6 Qxf7#",
    "f3 e5 g4 Qh4#",
    "e4 e5 Nf3 d6 Bc4 Bg4 Nc3 g6 Nxe5 Bxd1 Bxf7+ Ke7 Nd5#",
    "e4 c6 d4 d5 Nc3 dxe4 Nxe4 Nd7 Qe2 Ngf6 Nd6#",
    "d4 Nf6 c4 e5 dxe5 Ng4 Nf3 Nc6 Bf4 Bb4+ Nbd2 Qe7 a3 Ngxe5 axb4 Nd3#",
    "d4 e5 dxe5 Nc6 Nf3 Qe7 Bf4 Qb4+ Bd2 Qxb2 Bc3 Bb4 Qd2 Bxc3 Qxc3 Qc1#",
    "e4 e5 Nf3 Nc6 Bc4 Nd4 Nxe5 Qg5 Nxf7 Qxg2 Rf1 Qxe4+ Be2 Nf3#",
)
_STALEMATE = "e3 a5 Qh5 Ra6 Qxa5 h5 h4 Rah6 Qxc7 f6 Qxd7+ Kf7 Qxb7 Qd3 Qxb8 Qh7 Qxc8 Kg6 Qe6"


@dataclass(frozen=True, slots=True)
class Opening:
    """A line of the book, and what it is called."""

    eco: str
    slug: str
    sans: tuple[str, ...]
    moves: tuple[chess.Move, ...]


UNDEFINED = Opening("A00", "Undefined", (), ())


@cache
def book() -> tuple[Opening, ...]:
    """Return the openings, parsed."""
    return tuple(_opening(line) for line in _BOOK.strip().splitlines())


@cache
def mating_lines() -> tuple[tuple[chess.Move, ...], ...]:
    """Return short games that end in mate."""
    return tuple(_moves(line.split()) for line in _TRAPS)


@cache
def stalemating_line() -> tuple[chess.Move, ...]:
    """Return a game of ten moves that ends in stalemate."""
    return _moves(_STALEMATE.split())


def opening_of(sans: Sequence[str]) -> Opening:
    """Return the longest line of the book that a game from the usual position begins with."""
    known = (opening for opening in book() if opening.sans == tuple(sans[: len(opening.sans)]))
    return max(known, key=lambda opening: len(opening.sans), default=UNDEFINED)


def slug_with_moves(opening: Opening, sans: Sequence[str], more: int) -> str:
    """Return the slug, with up to `more` plies after the line as chess.com appends them.

    For example `Vienna-Game-2...Nf6-3.Bc4`.
    """
    slug = opening.slug
    known = len(opening.sans)
    if not known:
        return slug
    for ply, san in enumerate(sans[known : known + more], start=known):
        number = (
            f"{ply // 2 + 1}." if ply % 2 == 0 else f"{ply // 2 + 1}..." if ply == known else ""
        )
        slug += f"-{number}{san.rstrip('+#').replace('=', '')}"
    return slug


def _opening(line: str) -> Opening:
    name, _, text = line.partition(": ")
    eco, slug = name.split()
    sans = tuple(text.split())
    return Opening(eco, slug, sans, _moves(sans))


def _moves(sans: Sequence[str]) -> tuple[chess.Move, ...]:
    board = chess.Board()
    return tuple(board.push_san(san) for san in sans)
