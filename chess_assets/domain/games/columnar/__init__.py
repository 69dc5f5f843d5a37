"""The usual games of a whole month typed at once, by columns, with nothing taken on trust.

`type_month` is the entrance. A game that is not in exactly chess.com's usual form, or that can't
be proven here, is left to the reader that takes games one by one; for the others each cell is the
one that it would give. Python-chess is not used here, which is what a replay of some of the games
is then worth.
"""
