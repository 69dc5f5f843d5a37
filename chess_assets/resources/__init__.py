"""Resources: Dagster's wrapping of chess.com's client, the clock and the freshness rule."""
