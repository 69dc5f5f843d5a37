"""Tests of the made histories."""
