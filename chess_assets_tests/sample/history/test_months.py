"""Months of made games: they read back, agree with themselves and stay the same."""

import io
import re
from collections import defaultdict
from datetime import UTC, datetime
from itertools import pairwise
from operator import methodcaller
from typing import Any

import chess
import chess.pgn
import pytest

from chess_assets.domain.months import Month
from chess_assets.sample import MadeHistories
from chess_assets_tests.sample.history.tcn_reader import moves_of_tcn

_RULES = {
    "chess",
    "chess960",
    "bughouse",
    "kingofthehill",
    "threecheck",
    "crazyhouse",
    "oddschess",
}
_CODES = {
    "win", "checkmated", "timeout", "resigned", "lose", "abandoned", "kingofthehill", "threecheck",
    "bughousepartnerlose", "agreed", "repetition", "stalemate", "insufficient", "50move",
    "timevsinsufficient",
}  # fmt: skip
_TAG = re.compile(r'\[(\w+) "(.*)"\]')


def tags_of(game: dict[str, Any]) -> dict[str, str]:
    """Return the tags of a game's PGN."""
    return dict(_TAG.findall(game["pgn"].partition("\n\n")[0]))


def instant_of(date: str, time: str) -> datetime:
    """Return the UTC instant of a date and a time of the tags."""
    return datetime.strptime(f"{date} {time} +0000", "%Y.%m.%d %H:%M:%S %z")


def movetext_of(game: dict[str, Any]) -> str:
    """Return the line with a game's moves."""
    return str(game["pgn"].partition("\n\n")[2])


@pytest.fixture(scope="module")
def with_pgn(year_games: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The games that have a PGN."""
    return [game for game in year_games if "pgn" in game]


@pytest.fixture(scope="module")
def read_games(with_pgn: list[dict[str, Any]]) -> list[tuple[dict[str, Any], chess.pgn.Game]]:
    """The games beside what python-chess reads from their PGN."""
    read = [chess.pgn.read_game(io.StringIO(game["pgn"])) for game in with_pgn]
    return [(game, pgn) for game, pgn in zip(with_pgn, read, strict=True) if pgn is not None]


def test_every_pgn_reads_back(
    read_games: list[tuple[dict[str, Any], chess.pgn.Game]], with_pgn: list[dict[str, Any]]
) -> None:
    """python-chess reads every PGN without an error and comes to the `fen` of the JSON."""
    assert len(read_games) == len(with_pgn) > 400
    for game, pgn in read_games:
        assert not pgn.errors, game["pgn"]
        board = pgn.end().board()
        turn = "w" if board.turn else "b"
        assert game["fen"].split()[:2] == [board.board_fen(promoted=False), turn]


def test_tcn_are_the_moves(read_games: list[tuple[dict[str, Any], chess.pgn.Game]]) -> None:
    """`tcn` decodes to the PGN's moves, in every variant."""
    for game, pgn in read_games:
        if "tcn" in game:
            assert moves_of_tcn(game["tcn"], pgn.board()) == list(pgn.mainline_moves())


def test_endings_are_what_the_board_says(
    read_games: list[tuple[dict[str, Any], chess.pgn.Game]],
) -> None:
    """A mate, stalemate, bare board, third repetition or fiftieth move is one on the board."""
    checks = {
        "checkmated": methodcaller("is_checkmate"),
        "stalemate": methodcaller("is_stalemate"),
        "insufficient": methodcaller("is_insufficient_material"),
        "repetition": methodcaller("is_repetition"),
        "50move": methodcaller("is_fifty_moves"),
        "kingofthehill": methodcaller("is_variant_end"),
        "threecheck": methodcaller("is_variant_end"),
    }
    for game, pgn in read_games:
        for code in {game["white"]["result"], game["black"]["result"]} & checks.keys():
            assert checks[code](pgn.end().board()), game["pgn"]


def test_tags_agree_with_the_json(with_pgn: list[dict[str, Any]]) -> None:
    """The tags say what the JSON says, wherever real games always agree."""
    for game in with_pgn:
        tags = tags_of(game)
        assert (tags["White"], tags["Black"]) == (
            game["white"]["username"],
            game["black"]["username"],
        )
        assert [int(tags["WhiteElo"]), int(tags["BlackElo"])] == [
            game[side]["rating"] for side in ("white", "black")
        ]
        assert tags["TimeControl"] == game["time_control"]
        assert tags["CurrentPosition"] == game["fen"]
        assert "eco" not in game or tags["ECOUrl"] == game["eco"]
        assert instant_of(tags["EndDate"], tags["EndTime"]).timestamp() == game["end_time"]


def test_results_agree(with_pgn: list[dict[str, Any]]) -> None:
    """Result, result codes and Termination tell of the same winner."""
    for game in with_pgn:
        tags = tags_of(game)
        codes = game["white"]["result"], game["black"]["result"]
        winner = {"1-0": "White", "0-1": "Black", "1/2-1/2": None}[tags["Result"]]
        assert movetext_of(game).endswith(f"{tags['Result']}\n")
        if winner is None:
            assert codes[0] == codes[1]
            assert tags["Termination"].startswith("Game drawn by ")
        else:
            assert codes.index("win") == (winner == "Black")
            assert tags["Termination"].startswith(f"{tags[winner]} won ")


def test_ids_of_sides_and_games(year_games: list[dict[str, Any]]) -> None:
    """The tail of `@id` is the lower-cased username, and no two games share a uuid or a link."""
    for game in year_games:
        for side in (game["white"], game["black"]):
            assert side["@id"].rpartition("/")[2] == side["username"].lower()
    uuids = [game["uuid"] for game in year_games if "uuid" in game]
    links = [tags_of(game)["Link"] for game in year_games if "pgn" in game]
    assert len(set(uuids)) == len(uuids)
    assert len(set(links)) == len(links)


def test_games_are_in_their_month(year: MadeHistories) -> None:
    """Every game of a month ends in it, by the clock of Los Angeles, and they come by end time."""
    for player in year.players():
        for month in year.months(player):
            games = year.games(player, month)
            assert 20 <= len(games) <= 40
            ends = [(game["end_time"], game.get("uuid", "")) for game in games]
            assert ends == sorted(ends)
            assert {Month.of(datetime.fromtimestamp(end, UTC)) for end, _ in ends} == {month}


def test_same_seed_same_games(year: MadeHistories) -> None:
    """A month is made alike again, alone and at another time; another seed makes another."""
    month = Month(2025, 9)
    games = year.games("tamsintempo", month)
    in_october = MadeHistories(lambda: datetime(2025, 10, 31, tzinfo=UTC), months=12)
    other_seed = MadeHistories(lambda: datetime(2025, 10, 31, tzinfo=UTC), seed=8, months=12)
    assert in_october.games("tamsintempo", month) == games
    assert other_seed.games("tamsintempo", month) != games


def test_ratings_move_plausibly(year: MadeHistories) -> None:
    """From one rated blitz game to the next a rating moves by a few points, months included."""
    for player in year.players():
        ratings = [
            game[side]["rating"]
            for month in year.months(player)
            for game in year.games(player, month)
            for side in ("white", "black")
            if (game["rules"], game["time_class"]) == ("chess", "blitz")
            and game[side]["username"].lower() == player
        ]
        steps = [abs(after - before) for before, after in pairwise(ratings)]
        assert len(set(ratings)) > 20
        assert sorted(steps)[len(steps) * 9 // 10] < 30


def test_every_rule_and_result_appears(year_games: list[dict[str, Any]]) -> None:
    """A year of two players has every `rules`, every time class and every result code."""
    assert {game["rules"] for game in year_games} == _RULES
    assert {game["time_class"] for game in year_games} == {"bullet", "blitz", "rapid", "daily"}
    codes = {game[side]["result"] for game in year_games for side in ("white", "black")}
    assert codes == _CODES


def test_optional_keys(year_games: list[dict[str, Any]]) -> None:
    """Keys are missing where they are in real games."""
    for game in year_games:
        assert ("pgn" in game) == (game["rules"] != "bughouse")
        assert ("start_time" in game) == (game["time_class"] == "daily")
        assert ("eco" in game) == (game["rules"] not in {"chess960", "oddschess"})
    accuracies = [value for g in year_games for value in g.get("accuracies", {}).values()]
    assert {type(value) for value in accuracies} == {int, float}
    assert any("tournament" in game for game in year_games)
    assert any("match" in game for game in year_games)
    assert any(game.get("eco", "").endswith("/openings/Undefined") for game in year_games)


def test_oldest_payloads(year: MadeHistories) -> None:
    """The oldest months lack `uuid`, `tcn` and `initial_setup`; the later ones have them."""
    for player in year.players():
        months = year.months(player)
        for month in (months[0], months[-1]):
            for game in year.games(player, month):
                is_old = month == months[0]
                assert {"uuid", "tcn", "initial_setup"}.isdisjoint(game) == is_old
                assert ("uuid" in game["white"]) != is_old


def test_forms_of_urls(year_games: list[dict[str, Any]]) -> None:
    """All forms of a game's URL appear, and the Link always has its number."""
    forms = {re.sub(r"[0-9a-f-]{9,}$", "…", game["url"]) for game in year_games}
    forms_by_path = {form.removeprefix("https://www.chess.com") for form in forms}
    assert forms_by_path == {
        "/live/game/…", "/daily/game/…", "/game/live/…", "/game/daily/…", "/game/…",
    }  # fmt: skip
    links = [tags_of(game)["Link"] for game in year_games if "pgn" in game]
    assert all(link.rpartition("/")[2].isdecimal() for link in links)


def test_odd_movetexts(with_pgn: list[dict[str, Any]]) -> None:
    """There are games without moves, games that black begins, and clocks of three-digit hours."""
    texts = [movetext_of(game) for game in with_pgn]
    assert {"1-0\n", "0-1\n", "1/2-1/2\n"} & set(texts)
    assert any(re.match(r"\d+\.\.\. ", text) for text in texts)
    assert any(re.search(r"clk \d{3}:", text) for text in texts)


def test_clocks(with_pgn: list[dict[str, Any]]) -> None:
    """Every ply has its clock, but for the oldest daily games, which have none at all."""
    without = 0
    for game in with_pgn:
        text = movetext_of(game)
        clocks = re.findall(r"\{\[%clk \d+:[0-5]\d:[0-5]\d(?:\.[1-9])?\]\}", text)
        plies = len(re.sub(r"\{.*?\}|\d+\.+", "", text).split()) - 1
        assert len(clocks) in {0, plies}
        without += plies > 0 and not clocks
        assert clocks or game["time_class"] == "daily" or not plies
    assert without


def test_a_rival_is_renamed(year: MadeHistories) -> None:
    """One opponent's uuid comes with two names."""
    for player in year.players():
        names = defaultdict(set)
        for month in year.months(player):
            for game in year.games(player, month):
                for side in (game["white"], game["black"]):
                    names[side.get("uuid")].add(side["username"])
        names.pop(None)
        assert sorted(map(len, names.values()))[-2:] == [1, 2]


def test_times_that_are_odd(year: MadeHistories) -> None:
    """Some games begin in the month before, live ones too, and some end in the same second."""
    begun_before = set()
    ties = 0
    for player in year.players():
        for month in year.months(player):
            games = year.games(player, month)
            ties += len(games) - len({game["end_time"] for game in games})
            for game in (game for game in games if "pgn" in game):
                tags = tags_of(game)
                if Month.of(instant_of(tags["UTCDate"], tags["UTCTime"])) < month:
                    begun_before.add(game["time_class"] == "daily")
    assert begun_before == {True, False}
    assert ties
