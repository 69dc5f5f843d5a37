"""Movetext of a whole month into plies: `12. Nf3 {[%clk 0:02:58.6]} 12... Nc6 {…} … 1-0`.

Fit is movetext in exactly that layout: each ply with its number, one space between all things,
a clock behind each ply, and a result. What the moves say belongs in `written_moves`.
"""

from dataclasses import dataclass

import numpy as np

from chess_assets.domain.games.columnar.arrays import Bools, Ints, Words, offsets_of, spans
from chess_assets.domain.games.columnar.clock_comments import Milliseconds, read_clocks
from chess_assets.domain.games.columnar.header_lines import Headers
from chess_assets.domain.games.columnar.text_bytes import KEEP, KEEP_LAST, TextBytes, word
from chess_assets.domain.games.columnar.written_moves import WrittenMoves, read_moves

_RESULTS = ("1-0", "0-1", "1/2-1/2")
_MOST_HALF_MOVES = 2 * 999  # " 999... " is eight characters
_NUMBERS = [f" {half // 2 + 1}{'...' if half % 2 else '.'} " for half in range(_MOST_HALF_MOVES)]
_NUMBER_WORDS: Words = np.array([word(number) for number in _NUMBERS], np.uint64)
_NUMBER_LENGTHS: Ints = np.array([len(number) for number in _NUMBERS])
_NUMBER_KEPT: Words = KEEP[_NUMBER_LENGTHS]
_NEWLINE_TO_SPACE = np.uint64(ord("\n") ^ ord(" "))
_LONGEST = 8


@dataclass(frozen=True, slots=True)
class Plies:
    """One entry a ply, game after game: whose it is, its half-move, its text, its clock.

    `offsets` has where each game's plies start, and their total at the end; a game that is not
    fit has none. A half-move is even where White moves.
    """

    offsets: Ints
    game: Ints
    half_move: Ints
    written: WrittenMoves
    clock_ms: Milliseconds


def read_plies(
    pgns: TextBytes, headers: Headers, plies: Ints, half_moves_before: Ints, is_fit: Bools
) -> Plies:
    """Cut movetexts into plies; games whose movetext is not in the usual layout become unfit.

    Args:
        pgns: the texts.
        headers: where each game's movetext is, behind a newline, and all opening braces.
        plies: how many plies each must have.
        half_moves_before: 0 where the first is White's first move, 1 where it is Black's, …
        is_fit: which games are read; it is changed.
    """
    movetext = headers.movetext
    last = movetext.start + movetext.length
    first_open = np.searchsorted(headers.braces, movetext.start)
    is_fit &= np.searchsorted(headers.braces, last) - first_open == plies
    is_fit &= half_moves_before + plies <= _MOST_HALF_MOVES
    plies = np.where(is_fit, plies, 0)
    offsets, played = offsets_of(plies), np.flatnonzero(plies)
    game = np.repeat(np.arange(len(plies)), plies)
    half_move = np.arange(len(game)) + np.repeat(half_moves_before - offsets[:-1], plies)
    opens = headers.braces.take(spans(first_open, plies))
    before, opening, rest = pgns.words_from(opens - _LONGEST, 3)
    clocks = read_clocks(pgns, opens, opening, rest)
    start, end = np.roll(clocks.end, 1), movetext.start - 1
    start[offsets[played]] = end[played]
    end[played] = clocks.end[offsets[played + 1] - 1]

    numbers = pgns.words_at(start)
    numbers[offsets[played]] ^= _NEWLINE_TO_SPACE
    is_usual = clocks.is_usual
    is_usual &= numbers & _NUMBER_KEPT.take(half_move) == _NUMBER_WORDS.take(half_move)
    start += _NUMBER_LENGTHS.take(half_move)
    length = opens - start
    is_usual &= (length > 0) & (length <= _LONGEST)
    written = read_moves(before & KEEP_LAST.take(length, mode="clip"))
    is_fit[game[np.flatnonzero(~is_usual)]] = False
    is_fit &= _is_result(pgns, end + 1, last - end - 1)
    is_fit &= (pgns.data[end] == ord(" ")) | (plies == 0)
    return Plies(offsets, game, half_move, written, clocks.left_ms)


def _is_result(pgns: TextBytes, start: Ints, length: Ints) -> Bools:
    words = pgns.words_at(start) & KEEP.take(length, mode="clip")
    is_result = np.zeros(len(start), np.bool_)
    for result in _RESULTS:
        is_result |= (words == word(result)) & (length == len(result))
    return is_result
