"""Tests of the checks: what is counted, what it means, what is said."""
