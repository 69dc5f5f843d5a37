"""What chess_assets knows: chess.com, months, PGN, freshness and the lake.

Plain Python that never imports Dagster (ruff's `banned-api` says so): it works from a notebook as
it is. Dagster's wrapping of it belongs one floor up, in `resources/` and `io_managers/`.
"""
