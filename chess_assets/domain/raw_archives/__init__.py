"""`raw_pgn_archives`: chess.com's answers as rows, merged so that a game once seen is never lost.

How an answer is fetched belongs in `chess_com`; how games are typed belongs in `games`.
"""
