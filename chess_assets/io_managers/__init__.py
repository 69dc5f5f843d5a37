"""IO managers: how Dagster's values become files of the lake, and files values.

What a file is belongs in `domain/lake`; which bytes lie where, in `domain/store`.
"""
