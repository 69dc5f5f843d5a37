"""The chess.com history of the players you follow, as Parquet tables kept fresh by Dagster."""
