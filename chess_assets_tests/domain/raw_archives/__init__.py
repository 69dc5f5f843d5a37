"""Tests of the raw archive: identity, merge, and the months kept over real HTTP."""
