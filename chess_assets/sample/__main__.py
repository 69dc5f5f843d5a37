"""Starts the look-alike on its own: `python -m chess_assets.sample`."""

from threading import Event

import click

from chess_assets.sample.server import SampleChessCom


@click.command()
@click.option("--port", default=0, help="Where to listen; 0: any free port.")
@click.option("--latency-ms", default=0, help="Milliseconds every answer takes.")
def main(port: int, latency_ms: int) -> None:
    """Serve the sample players as chess.com would, until Ctrl-C; the first line is the URL."""
    with SampleChessCom(port=port, latency_s=latency_ms / 1000) as sample:
        click.echo(sample.url)
        players = ", ".join(sample.histories.players())
        click.echo(f"Players: {players}. Ctrl-C stops it.", err=True)
        Event().wait()


if __name__ == "__main__":
    main()
