"""Tests of the report: what it counts, what it draws, what the page says, and when it is made."""
