"""The version of what turns raw games into typed ones; nothing that parses is imported for it."""

PARSER_VERSION = "3"
"""Raised whenever the same raw table would give other rows: what is stored is then made anew."""
