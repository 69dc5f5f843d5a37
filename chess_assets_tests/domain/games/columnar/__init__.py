"""Tests of games typed by columns."""
