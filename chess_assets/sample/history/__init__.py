"""Makes players' histories: games that are played here, written down as chess.com writes them.

Everything follows from a seed, a player and a month, so the same month is always the same bytes.
How histories are kept and served belongs one folder up.
"""
