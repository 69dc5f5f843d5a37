"""dlt with a resource that does what its `chess` source does: append, and skip checked archives.

It does not parse moves: the PGN stays text.
"""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import dlt
from dlt.sources.helpers import requests

HEADERS = {"User-Agent": "chess notebook (contact: me@example.org)"}


@dlt.resource(write_disposition="append", columns={"end_time": {"data_type": "timestamp"}})
def players_games(api: str, players: list[str]) -> Iterator[Callable[[], Any]]:
    """Yield the games of every archive that was not asked for before."""
    checked = dlt.current.resource_state().setdefault("archives", [])

    @dlt.defer
    def games(url: str) -> Any:
        return requests.get(url, headers=HEADERS).json()["games"]

    for player in players:
        answer = requests.get(f"{api}/player/{player}/games/archives", headers=HEADERS)
        for url in answer.json()["archives"]:
            if url not in checked:
                checked.append(url)
                yield games(url)


if __name__ == "__main__":
    api, folder, *players = sys.argv[1:]
    pipeline = dlt.pipeline(
        pipeline_name="chess",
        destination=dlt.destinations.filesystem(bucket_url=folder),
        dataset_name="chess_data",
    )
    print(pipeline.run(players_games(api, players), loader_file_format="parquet"))
