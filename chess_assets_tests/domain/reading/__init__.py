"""Tests of the lake for those who only read it."""
