"""Tests of the domain, which needs no Dagster."""
