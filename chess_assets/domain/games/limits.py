"""The largest values a game's columns take; whatever is larger is noted and left null."""

INT32_MAX = 2**31 - 1
"""Ratings, seconds and milliseconds are stored in 32 bits."""

MAX_TEXT_CHARS = 2_000
"""URLs, FENs, sentences."""

MAX_NAME_CHARS = 100
"""Usernames, uuids and codes."""

MAX_PGN_CHARS = 256 * 1024
"""A whole PGN: 24 times the longest of 4,496 real ones."""
