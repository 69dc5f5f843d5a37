"""Tests of the positions out of typed games."""
