"""SAN taken apart, and the tcn of the same moves."""

import chess
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chess_assets.domain.games.columnar import pieces
from chess_assets.domain.games.columnar.tcn import read_tcn
from chess_assets.domain.games.columnar.text_bytes import word
from chess_assets.domain.games.columnar.written_moves import (
    A_SIDE,
    H_SIDE,
    Fields,
    WrittenMoves,
    read_moves,
)
from chess_assets.sample.history.tcn import tcn_of

ANY = 2**64 - 1
PROMOTIONS = {
    chess.QUEEN: pieces.QUEEN,
    chess.ROOK: pieces.ROOK,
    chess.BISHOP: pieces.BISHOP,
    chess.KNIGHT: pieces.KNIGHT,
}


def read(*sans: str) -> WrittenMoves:
    """The moves taken apart, each with a space behind it, as movetext has them."""
    return read_moves(np.array([word(f"{san} ".rjust(8, "\0")) for san in sans], np.uint64))


@pytest.mark.parametrize(
    ("san", "piece", "target", "origins"),
    [
        ("e4", pieces.PAWN, "e4", chess.BB_FILE_E),
        ("exd5+", pieces.PAWN, "d5", chess.BB_FILE_E),
        ("Nf3", pieces.KNIGHT, "f3", ANY),
        ("Nbxd2#", pieces.KNIGHT, "d2", chess.BB_FILE_B),
        ("R1a3", pieces.ROOK, "a3", chess.BB_RANK_1),
        ("Qh4xe1+", pieces.QUEEN, "e1", chess.BB_H4),
        ("Kxa8", pieces.KING, "a8", ANY),
        ("bxa8=Q#", pieces.PAWN, "a8", chess.BB_FILE_B),
        ("N@f3+", pieces.KNIGHT, "f3", ANY),
        ("@d2", pieces.PAWN, "d2", ANY),
        ("P@e5", pieces.PAWN, "e5", ANY),
    ],
)
def test_moves(san: str, piece: int, target: str, origins: int) -> None:
    """A move says who moves, where to, and where from as far as it does."""
    moves = read(san)
    (fields,) = moves.fields.tolist()
    assert moves.text.to_pylist() == [san]
    assert fields >> Fields.PIECE & Fields.PIECE_BITS == piece
    assert fields & Fields.TARGET == chess.parse_square(target)
    assert moves.origins.tolist() == [origins]
    assert bool(fields & Fields.CAPTURE) == ("x" in san)
    assert bool(fields >> Fields.DROP & Fields.PIECE_BITS) == ("@" in san)
    assert bool(fields >> Fields.PROMOTION & Fields.PIECE_BITS) == ("=" in san)
    assert not fields & Fields.ODD_SAN


def test_castling() -> None:
    """Castling says its side, with or without a sign of check."""
    fields = read("O-O", "O-O+", "O-O-O", "O-O-O#").fields
    assert (fields >> Fields.CASTLING & 3).tolist() == [H_SIDE, H_SIDE, A_SIDE, A_SIDE]
    assert not (fields & Fields.ODD_SAN).any()


@pytest.mark.parametrize(
    "san",
    [
        "", "e", "e9", "i4", "ed5", "axb", "e4x", "e8", "e1", "a8=K", "a8Q", "e4=Q", "Ne4=Q", "@a8",
        "P@a1", "K@e4", "@e8=Q", "Nx@e4", "Nabc4", "N12c4", "Nxxe4", "xe4", "O-O-O-O", "0-0", "O-o",
        "O-O-O#+", "e4++", "e4!", "--", "Z0", "pe4", "bd3x", "Qh4h5h6",
    ],
)  # fmt: skip
def test_other_texts(san: str) -> None:
    """What chess.com does not write is marked as odd."""
    assert read(san[:7]).fields[0] & Fields.ODD_SAN


@pytest.mark.parametrize("end", ["e4:", "O-O\n", "O-O}", "Nf3."])
def test_missing_space(end: str) -> None:
    """So is a move with anything but a space behind it."""
    words = np.array([word(end.rjust(8, "\0"))], np.uint64)
    assert read_moves(words).fields[0] & Fields.ODD_SAN


squares = st.integers(0, 63)
ordinary = st.builds(chess.Move, squares, squares)
drops = squares.flatmap(
    lambda at: st.integers(chess.PAWN, chess.QUEEN).map(
        lambda piece: chess.Move(at, at, drop=piece)
    )
)
promotions = st.builds(
    lambda file, step, color, piece: chess.Move(
        chess.square(file, 6 if color else 1),
        chess.square(min(max(file + step, 0), 7), 7 if color else 0),
        piece,
    ),
    st.integers(0, 7),
    st.integers(-1, 1),
    st.booleans(),
    st.sampled_from(sorted(PROMOTIONS)),
)


@given(st.lists(ordinary | drops | promotions, max_size=40))
@settings(deadline=None)
def test_tcn(moves: list[chess.Move]) -> None:
    """A tcn is read back as the moves it was written from."""
    found = read_tcn([tcn_of(moves[:7]), tcn_of(moves[7:])])
    assert found.origin.tolist() == [move.from_square for move in moves]
    assert (found.witness & Fields.TARGET).tolist() == [move.to_square for move in moves]
    promoted = found.witness >> Fields.PROMOTION & Fields.PIECE_BITS
    assert promoted.tolist() == [PROMOTIONS.get(move.promotion or 0, 0) for move in moves]
    dropped = found.witness >> Fields.DROP & Fields.PIECE_BITS != 0
    assert dropped.tolist() == [move.drop is not None for move in moves]
    assert not (found.witness & Fields.ODD_TCN).any()


def test_unknown_tcn() -> None:
    """A character that is none of the tcn's is marked, wherever it stands."""
    assert (read_tcn(["a ", " b", "~a", '""', "a%", "{{", "= "]).witness & Fields.ODD_TCN).all()


def test_texts_are_arrow() -> None:
    """The texts come as one string a ply, repeated ones too."""
    assert read("e4", "Nf3", "e4").text.equals(pa.array(["e4", "Nf3", "e4"]))
