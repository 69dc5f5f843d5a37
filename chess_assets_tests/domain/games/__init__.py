"""Tests of typed games."""
