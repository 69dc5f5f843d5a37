"""Tests of the embedded look-alike of chess.com."""
