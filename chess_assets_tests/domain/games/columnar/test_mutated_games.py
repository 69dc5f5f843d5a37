"""No damage to a game makes its columns say what the one-by-one way does not."""

import json
import string
from functools import cache
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from chess_assets.domain.games.columnar.typed_month import type_month
from chess_assets.domain.games.one_by_one import typed_rows
from chess_assets.domain.games.typed_columns import TYPED
from chess_assets_tests.domain.games.columnar.mutations import ON_PAYLOAD, ON_PGN, edited
from chess_assets_tests.domain.games.raw_games import CORPUS, corpus_games, made_games

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)  # smaller seeds are no smaller games
seeds = st.integers(0, 2**32 - 1)


@cache
def real_shaped_games() -> list[dict[str, Any]]:
    """Made games of every kind, and the corpus where it is."""
    real = corpus_games()[::5] if CORPUS.is_dir() else []
    return made_games(months=9) + [game for game in real if len(game["tcn"]) < 240]


def mutated(rng: Random) -> tuple[str, str | None]:
    """A game's payload and PGN after one mutation or two."""
    game = dict(rng.choice(real_shaped_games()))
    for _ in range(rng.choice((1, 1, 1, 2))):
        mutations = (*ON_PGN, *ON_PAYLOAD) if game.get("pgn") else ON_PAYLOAD
        game = rng.choice(mutations)(rng, game)
    pgn = game.pop("pgn", None)
    payload = json.dumps(game, ensure_ascii=rng.random() < 0.5)
    return (edited(rng, payload, string.printable) if rng.random() < 0.1 else payload), pgn


@given(st.lists(seeds, min_size=25, max_size=25))
@settings(max_examples=100, deadline=None, phases=UNSHRUNK)
def test_never_a_wrong_cell(drawn: list[int]) -> None:
    """Of mutated games, those that are still typed by columns are typed as they are one by one."""
    games = [mutated(Random(seed)) for seed in drawn]
    payloads = pa.array([payload for payload, _ in games], pa.string())
    pgns = pa.array([pgn for _, pgn in games], pa.string())
    month = type_month(payloads, pgns)
    by_columns = pa.table([month.columns[name] for name in TYPED.names], schema=TYPED)
    fit = np.flatnonzero(month.is_fit)
    referee = typed_rows(pa.chunked_array([payloads.take(fit)]), pa.chunked_array([pgns.take(fit)]))
    assert by_columns.take(fit).to_pylist() == referee.to_pylist()
