"""The positions of many games at once, by columns, with nothing taken on trust.

`board_columns` is the entrance. It is for games that follow the rules of chess from a usual start,
chess960 and king of the hill included. A game that can't be proven legal here is left to the
replay that takes games one by one; for the others each cell is the one that the replay would give.
"""
