"""Tests of the positions computed by columns."""
