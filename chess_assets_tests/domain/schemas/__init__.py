"""Tests of the declared schemas."""
