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

# One game as an answer may have it: number, text, whether with uuid.
SENT = st.tuples(st.integers(0, 5), st.sampled_from(["a", "b", "c"]), st.booleans())
ANSWERS = st.lists(SENT, max_size=6, unique_by=lambda sent: sent[0])
Sent = tuple[int, str, bool]


def game(sent: Sent) -> dict[str, Any]:
    """Return the game as chess.com would send it."""
    number, text, has_uuid = sent
    plain = {"url": f"https://www.chess.com/game/live/{number}", "pgn": text, "end_time": number}
    return plain | ({"uuid": f"u-{number}"} if has_uuid else {})


class Known:
    """What the model remembers of a game."""

    def __init__(self, at: datetime) -> None:
        self.sent: Sent = (0, "", False)
        self.first_seen_at = self.last_seen_at = at
        self.has_uuid = False


class MergedAnswers(RuleBasedStateMachine):
    """Answers come, some of them late; every game ever served is there once, newest text first."""

    @initialize()
    def begin(self) -> None:
        """Begin with nothing stored."""
        self.now = START
        self.table: pa.Table = RAW_PGN_ARCHIVES.empty()
        self.last_fetched_at: datetime | None = None
        self.known: dict[int, Known] = {}
        self.listed: set[int] = set()

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
        assert merged.new == sum(number not in self.known for number, _, _ in answer)
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
        assert merged.new == sum(number not in self.known for number, _, _ in taken)
        for number, text, has_uuid in taken:
            known = self.known.setdefault(number, Known(at))
            known.sent, known.last_seen_at = (number, text, has_uuid), at
            known.has_uuid |= has_uuid
        if not taken:
            assert merged.table.equals(self.table)
        self.table = merged.table

    def _is_news(self, number: int, at: datetime) -> bool:
        """Whether a late answer is the newest that had this game."""
        known = self.known.get(number)
        return known is None or (number not in self.listed and known.last_seen_at < at)

    def _contents(self) -> set[tuple[Sent, bool, bool]]:
        return {(k.sent, k.has_uuid, n in self.listed) for n, k in self.known.items()}

    def _remember(self, answer: list[Sent]) -> None:
        for number in self.listed:
            assert self.last_fetched_at is not None
            self.known[number].last_seen_at = self.last_fetched_at
        self.listed = {number for number, _, _ in answer}
        for number, text, has_uuid in answer:
            known = self.known.setdefault(number, Known(self.now))
            known.sent, known.last_seen_at = (number, text, has_uuid), self.now
            known.has_uuid |= has_uuid

    @invariant()
    def every_game_is_there_once(self) -> None:
        """Every game ever served has one row, with its newest text, and says when it was seen."""
        rows = {row["url"].rpartition("/")[2]: row for row in self.table.to_pylist()}
        assert self.table.num_rows == len(rows) == len(self.known)
        for number, known in self.known.items():
            row = rows[str(number)]
            assert row["game_id"] == (f"u-{number}" if known.has_uuid else str(number))
            assert row["pgn"] == known.sent[1]
            assert row["is_listed"] == (number in self.listed)
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
