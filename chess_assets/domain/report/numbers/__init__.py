"""What the report says in numbers: one topic a module, from `player_games` to small dataclasses.

Nothing here draws or writes HTML.
"""
