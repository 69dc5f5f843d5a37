"""Tests of what the commands do, through the command line."""
