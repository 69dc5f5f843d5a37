"""Tests of the tables with one file a player."""
