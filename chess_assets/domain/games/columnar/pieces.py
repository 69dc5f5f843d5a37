"""Pieces as numbers whose bits say how they move.

The code of a piece is four bits: moves along ranks and files, moves along diagonals, is neither
rook nor bishop nor queen, is black. So a whole position is four bitboards, one a bit, and the
sliders of a kind are found by looking at two of them.
"""

ROOK, BISHOP, QUEEN, PAWN, KNIGHT, KING = range(1, 7)
EMPTY = 0
STRAIGHT, DIAGONAL, OTHER, BLACK = (1 << plane for plane in range(4))
PLANES = range(4)
UNCOLOURED = STRAIGHT | DIAGONAL | OTHER
"""Mask that takes the colour off a piece."""

LETTERS = "?RBQPNK"
"""A piece's letter in SAN and FEN, by its code."""
