"""The assets, run by a real Dagster instance against the look-alike and a real lake."""
