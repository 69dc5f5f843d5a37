"""Tests of the stores: one suite for both, then what only one of them can do wrong."""
