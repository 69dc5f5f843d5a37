"""Any sequence of answers, against a model that remembers everything it was ever told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chess_assets.domain.raw_archives.merge import (
    content_version_of,
    merge_answer,
    merge_late_answer,
)
from chess_assets.domain.raw_archives.rows import raw_games
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES

START = datetime(2024, 1, 10, 12, tzinfo=UTC)
STEP = timedelta(minutes=1)

LINKS = ("game/{0}/{1}", "{0}/game/{1}", "game/{0}/{1}?username=x", "game/some-name")
UUIDS = (None, "a", "b")

Name = tuple[str, int]
"""Kind and number: what a game is, whatever else is said of it."""
Sent = tuple[Name, str, str | None, str]
"""One game as an answer may have it: which, its text, its uuid then, the form of its link."""

NAMES = st.tuples(st.sampled_from(["live", "daily"]), st.integers(0, 3))
SENT = st.tuples(
    NAMES, st.sampled_from(["a", "b", "c"]), st.sampled_from(UUIDS), st.sampled_from(LINKS)
)
ANSWERS = st.lists(SENT, max_size=6, unique_by=lambda sent: sent[0])


def game(sent: Sent) -> dict[str, Any]:
    """Return the game as chess.com would send it; the Link in its PGN always has the number."""
    (kind, number), text, uuid, link = sent
    plain = {
        "url": f"https://www.chess.com/{link.format(kind, number)}",
        "pgn": f'[Link "https://www.chess.com/game/{kind}/{number}"]\n\n{text}',
        "end_time": number,
    }
    return plain | ({"uuid": uuid_of((kind, number), uuid)} if uuid else {})


def uuid_of(name: Name, version: str) -> str:
    """Return one of the uuids that a game has had."""
    return f"u-{name[0]}-{name[1]}-{version}"


class Known:
    """What the model remembers of a game."""

    def __init__(self, at: datetime) -> None:
        self.sent: Sent = (("", 0), "", None, "")
        self.first_seen_at = self.last_seen_at = at
        self.game_id = ""

    def take(self, sent: Sent, at: datetime) -> None:
        """Remember what was sent; the first uuid is the identity for good."""
        (kind, number), _, uuid, _ = sent
        self.sent, self.last_seen_at = sent, at
        if not self.game_id.startswith("u-"):
            plain = f"daily/{number}" if kind == "daily" else str(number)
            self.game_id = uuid_of(sent[0], uuid) if uuid else plain


class MergedAnswers(RuleBasedStateMachine):
    """Answers come, some of them late; every game ever served is there once, newest text first."""

    @initialize()
    def begin(self) -> None:
        """Begin with nothing stored."""
        self.now = START
        self.table: pa.Table = RAW_PGN_ARCHIVES.empty()
        self.last_fetched_at: datetime | None = None
        self.known: dict[Name, Known] = {}
        self.listed: set[Name] = set()

    @rule(answer=ANSWERS)
    def answer_comes(self, answer: list[Sent]) -> None:
        """An answer comes that is newer than all before."""
        self.now += STEP
        version, contents = content_version_of(self.table), self._contents()
        merged = merge_answer(
            self.table,
            raw_games(map(game, answer)),
            fetched_at=self.now,
            last_fetched_at=self.last_fetched_at,
        )
        assert merged.new == sum(sent[0] not in self.known for sent in answer)
        assert merged.contradictions == ()
        self._remember(answer)
        assert merged.unlisted == len(self.known) - len(self.listed)
        self.table, self.last_fetched_at = merged.table, self.now
        is_changed = merged.content_version != version
        assert is_changed == (self._contents() != contents)

    @rule()
    def nothing_changed(self) -> None:
        """chess.com says that nothing has changed: who is listed was seen."""
        if self.last_fetched_at is not None:
            self.now += STEP
            self.last_fetched_at = self.now

    @rule(answer=ANSWERS)
    def late_answer_comes(self, answer: list[Sent]) -> None:
        """An answer comes that was asked for before the one that is stored."""
        if self.last_fetched_at is None:
            return
        at = self.last_fetched_at - STEP / 2
        merged = merge_late_answer(self.table, raw_games(map(game, answer)), fetched_at=at)
        taken = [sent for sent in answer if self._is_news(sent[0], at)]
        assert merged.new == sum(sent[0] not in self.known for sent in taken)
        assert merged.contradictions == ()
        for sent in taken:
            self.known.setdefault(sent[0], Known(at)).take(sent, at)
        if not taken:
            assert merged.table.equals(self.table)
        self.table = merged.table

    def _is_news(self, name: Name, at: datetime) -> bool:
        """Whether a late answer is the newest that had this game."""
        known = self.known.get(name)
        return known is None or (name not in self.listed and known.last_seen_at < at)

    def _contents(self) -> set[tuple[Sent, str, bool]]:
        return {(k.sent, k.game_id, n in self.listed) for n, k in self.known.items()}

    def _remember(self, answer: list[Sent]) -> None:
        for name in self.listed:
            assert self.last_fetched_at is not None
            self.known[name].last_seen_at = self.last_fetched_at
        self.listed = {sent[0] for sent in answer}
        for sent in answer:
            self.known.setdefault(sent[0], Known(self.now)).take(sent, self.now)

    @invariant()
    def every_game_is_there_once(self) -> None:
        """Every game ever served has one row, with its newest text, and says when it was seen."""
        rows = {row["game_id"]: row for row in self.table.to_pylist()}
        assert self.table.num_rows == len(rows) == len(self.known)
        for name, known in self.known.items():
            row = rows[known.game_id]
            sent = game(known.sent)
            assert (row["url"], row["pgn"]) == (sent["url"], sent["pgn"])
            assert row["is_listed"] == (name in self.listed)
            assert row["first_seen_at"] == known.first_seen_at
            if not row["is_listed"]:
                assert row["last_seen_at"] == known.last_seen_at

    @invariant()
    def rows_are_ordered(self) -> None:
        """Rows are ordered by their end, and every one fits the declared schema."""
        RAW_PGN_ARCHIVES.enforce(self.table)
        ends = self.table["end_time"].to_pylist()
        assert ends == sorted(ends)


MergedAnswers.TestCase.settings = settings(max_examples=60, stateful_step_count=15)
TestMergedAnswers = MergedAnswers.TestCase
