"""Games from the player's side."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chess_assets.domain.games.results import DRAW_CODES, LOSS_CODES, result_of
from chess_assets.domain.player_tables.account import Account
from chess_assets.domain.player_tables.player_games import GAMES_COLUMNS, player_games
from chess_assets.domain.schemas.tables import GAMES, PLAYER_GAMES
from chess_assets_tests.domain.player_tables.game_rows import USER, USER_UUID, games_table

ME = Account(USER, USER_UUID)
AS_BLACK = {
    "white": "Other",
    "black": "Hikaru",
    "white_uuid": "uuid-of-other",
    "black_uuid": USER_UUID,
}
BLACK_BEGINS = "rnbqkbnr/pppp1ppp/8/8/4Pp2/8/PPPP2PP/RNBQKBNR b KQkq - 0 3"


def seen(**members: Any) -> dict[str, Any]:
    """Return one game as the player saw it."""
    (row,) = player_games(games_table(members), ME).to_pylist()
    assert isinstance(row, dict)
    return row


def test_as_white() -> None:
    """Ratings and accuracies are the player's and the opponent's, whatever the colours."""
    game = seen(white_accuracy=91.5, black_accuracy=80.25)
    assert (game["is_white"], game["rating"], game["opponent_rating"]) == (True, 3200, 2900)
    assert (game["accuracy"], game["opponent_accuracy"]) == (91.5, 80.25)
    assert (game["opponent"], game["opponent_uuid"]) == ("Other", "uuid-of-other")
    assert (game["opening"], game["opening_family"]) == (
        "Sicilian Defense Open",
        "Sicilian Defense",
    )


def test_as_black() -> None:
    """As Black, everything is the other way round."""
    game = seen(**AS_BLACK, white_accuracy=91.5, black_accuracy=80.25)
    assert (game["is_white"], game["rating"], game["opponent_rating"]) == (False, 2900, 3200)
    assert (game["accuracy"], game["opponent_accuracy"]) == (80.25, 91.5)
    assert (game["opponent"], game["opponent_uuid"]) == ("Other", "uuid-of-other")


@pytest.mark.parametrize("code", sorted(LOSS_CODES))
def test_losses(code: str) -> None:
    """Every code of a loss, kingofthehill and threecheck among them, is the loser's."""
    codes = {"white_result": code, "black_result": "win", "result": "0-1"}
    lost, won = seen(**codes), seen(**codes, **AS_BLACK)
    assert (lost["outcome"], lost["score"], lost["how"]) == ("loss", 0.0, code)
    assert (won["outcome"], won["score"], won["how"]) == ("win", 1.0, code)


@pytest.mark.parametrize("code", sorted(DRAW_CODES))
def test_draws(code: str) -> None:
    """A draw is half a point for both, and says which kind."""
    codes = {"white_result": code, "black_result": code, "result": "1/2-1/2"}
    for game in (seen(**codes), seen(**codes, **AS_BLACK)):
        assert (game["outcome"], game["score"], game["how"]) == ("draw", 0.5, code)


def test_no_result() -> None:
    """A game whose codes make no result has no outcome, no score and no how."""
    game = seen(result=None)
    assert (game["outcome"], game["score"], game["how"]) == (None, None, None)


def test_nobody() -> None:
    """A game in which neither side is the player keeps its row, without a player's side."""
    game = seen(white="A", white_uuid="x")
    of_the_side = (
        "is_white rating opponent opponent_rating opponent_uuid outcome score accuracy "
        "opponent_accuracy clock_left_ms"
    )
    assert {game[name] for name in of_the_side.split()} == {None}
    assert (game["game_id"], game["how"], game["moves_uci"][0]) == ("g0", "resigned", "e2e4")


def test_unparsed() -> None:
    """A game that could not be typed keeps its row and identity."""
    nulls = {name: None for name in GAMES.columns.names if name not in {"game_id", "is_listed"}}
    game = seen(**nulls)
    assert {name for name, value in game.items() if value is not None} == {"game_id"}


@pytest.mark.parametrize(
    ("clocks_ms", "initial_fen", "as_white", "as_black"),
    [
        ([9, 8, 7], None, 7, 8),
        ([9, 8, 7, 6], None, 7, 6),
        ([9, 8, 7], BLACK_BEGINS, 8, 7),
        ([9, 8], BLACK_BEGINS, 8, 9),
        ([9], None, 9, None),
        ([9], BLACK_BEGINS, None, 9),
        ([], None, None, None),
        (None, None, None, None),
        ([9, 8, None], None, None, 8),
    ],
)
def test_clock_left(
    clocks_ms: list[int | None] | None,
    initial_fen: str | None,
    as_white: int | None,
    as_black: int | None,
) -> None:
    """The clock left is the one after the player's own last ply, whoever began and ended."""
    members: dict[str, Any] = {"clocks_ms": clocks_ms}
    if initial_fen is not None:
        members["initial_fen"] = initial_fen
    assert seen(**members)["clock_left_ms"] == as_white
    assert seen(**members, **AS_BLACK)["clock_left_ms"] == as_black


CODES = [("win", loss) for loss in sorted(LOSS_CODES)]
CODES += [(loss, win) for win, loss in CODES]
CODES += [(code, code) for code in sorted(DRAW_CODES)]
GAMES_OF_ANY_KIND = st.lists(
    st.tuples(st.sampled_from(CODES), st.booleans(), st.lists(st.integers(0, 9), max_size=4))
)


@given(GAMES_OF_ANY_KIND)
def test_by_hand(drawn: list[tuple[tuple[str, str], bool, list[int]]]) -> None:
    """Many games at once give what each gives on its own, worked out in plain Python."""
    rows, expected = [], []
    for (white, black), is_white, clocks in drawn:
        mine, last = (white if is_white else black), clocks[0 if is_white else 1 :: 2][-1:]
        rows.append(
            {
                **({} if is_white else AS_BLACK),
                "white_result": white,
                "black_result": black,
                "result": result_of(white, black),
                "clocks_ms": clocks,
            }
        )
        outcome = "win" if mine == "win" else "loss" if mine in LOSS_CODES else "draw"
        expected.append((is_white, outcome, black if white == "win" else white, *last))
    table = player_games(games_table(*rows), ME)
    names = ("is_white", "outcome", "how", "clock_left_ms")
    got = zip(*(table[name].to_pylist() for name in names), strict=True)
    assert [tuple(each for each in row if each is not None) for row in got] == expected


@given(st.lists(st.integers(0, 3), max_size=4))
def test_chunks(sizes: list[int]) -> None:
    """How the column chunks of a table are cut changes nothing."""
    whole = games_table(*({"clocks_ms": [n, n + 1], "plies": n} for n in range(sum(sizes))))
    at, parts = 0, [whole.slice(0, 0)]
    for size in sizes:
        parts.append(whole.slice(at, size))
        at += size
    assert player_games(pa.concat_tables(parts), ME).equals(player_games(whole, ME))


def test_table() -> None:
    """The rows are of exactly the declared table, from no more columns than are named."""
    some = games_table({}, {}).select(list(GAMES_COLUMNS))
    table = player_games(some, ME)
    assert table.schema.equals(PLAYER_GAMES.columns, check_metadata=True)
    assert table["game_id"].to_pylist() == ["g0", "g1"]
    assert not {"moves_san", "final_fen", "termination"} & set(GAMES_COLUMNS)
