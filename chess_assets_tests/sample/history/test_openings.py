"""The opening book."""

import chess

from chess_assets.sample.history.openings import (
    UNDEFINED,
    book,
    mating_lines,
    opening_of,
    slug_with_moves,
    stalemating_line,
)


def test_lines_are_filed_under_themselves() -> None:
    """Every line of the book is legal and its own longest match, under a code of chess."""
    assert len({opening.sans for opening in book()}) == len(book()) > 50
    for opening in book():
        assert opening_of(opening.sans) is opening
        assert opening.eco[0] in "ABCDE"
        assert opening.eco[1:].isdecimal()


def test_short_games_end_as_they_say() -> None:
    """The mating lines mate, and the stalemating line stalemates."""
    for line in (*mating_lines(), stalemating_line()):
        board = chess.Board()
        for move in line:
            assert board.is_legal(move)
            board.push(move)
        assert board.is_checkmate() != (line == stalemating_line())
        assert not any(board.legal_moves)


def test_names_go_on_with_moves() -> None:
    """The moves after the line are appended as chess.com does."""
    sans = ("e4", "e5", "Nc3", "Nc6", "Bc4", "Bc5")
    vienna = opening_of(sans)
    assert slug_with_moves(vienna, sans, 0) == "Vienna-Game"
    assert slug_with_moves(vienna, sans, 3) == "Vienna-Game-2...Nc6-3.Bc4-Bc5"


def test_unknown_openings() -> None:
    """A game that no line begins is filed under Undefined, A00."""
    assert opening_of(["a4", "e5"]) is UNDEFINED
    assert opening_of([]) is UNDEFINED
    assert slug_with_moves(UNDEFINED, ["a4", "e5"], 3) == "Undefined"
