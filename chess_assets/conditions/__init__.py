"""Conditions on which Dagster makes partitions by itself, decided by looking at the lake.

Which asset has which condition belongs in `automation`; what is due at all, and for how long to
leave alone what fails, in `domain/upkeep` and `domain/backoff`.
"""
