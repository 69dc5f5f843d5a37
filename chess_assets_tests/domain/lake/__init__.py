"""Tests of the lake: paths, files, a player's table, the index, tables that follow others."""
