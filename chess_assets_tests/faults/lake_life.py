"""Any life of a lake, against a model that knows what was served, and what may be asked.

Runs begin, go on and end in any order, two at a time; they die before or after any write; the API
flickers and fails; clocks move. Whatever happened, each game of an answer that was stored is there
once; with its newest text, unless two runs were at it at once; and nothing was asked that the
freshness rule forbids. At the end, when all is well, both tables have exactly what chess.com has.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from chess_assets.domain.chess_com import ChessComError
from chess_assets.domain.lake.outcomes import Action, Done
from chess_assets.domain.lake.player_table import PlayerTable
from chess_assets.domain.months import Month
from chess_assets.domain.raw_archives.archive import NotAsked
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.schemas.tables import RAW_PGN_ARCHIVES
from chess_assets.domain.store import FolderStore, Store
from chess_assets_tests.domain.raced_store import RacedStore
from chess_assets_tests.faults.flickering_api import FlickeringApi, Served
from chess_assets_tests.faults.lake_run import RULE, Crash, Run, die, go_on, open_run
from chess_assets_tests.faults.stored_texts import number_of, stored_texts
from chess_assets_tests.faults.synced_months import Typing, sync_months
from chess_assets_tests.made_games import USER

MEMORY = Path("/dev/shm")  # noqa: S108 - a disk that need not be flushed, where there is one
MONTHS = (Month(2024, 1), Month(2024, 2))
UNCERTAIN = -1
STEPS = 15

slots = st.sampled_from(["one", "other"])
months = st.sampled_from(MONTHS)
texts = st.integers(1000, 1002)
answers = st.fixed_dictionaries({}, optional={1: texts, 2: texts, 3: texts})
hours = st.sampled_from([0, 1, 7, 25, 24 * 12])


class LakeLife(RuleBasedStateMachine):
    """A lake, an API, runs; and what must be true of them."""

    typing: Typing

    @initialize(first=answers, second=answers)
    def begin(self, first: dict[int, int], second: dict[int, int]) -> None:
        """Begin with an empty lake and nobody at work, two days before a month ends."""
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
        self.lake: Store = FolderStore(self.folder)
        self.api = FlickeringApi(MONTHS[0].end - timedelta(days=2))
        self.is_time_in_order = True
        self.runs: dict[str, Run] = {}
        self.kept: dict[Month, dict[int, int]] = {month: {} for month in MONTHS}
        self.fetched_at: dict[Month, datetime | None] = dict.fromkeys(MONTHS)
        for month, shown in zip(MONTHS, (first, second), strict=True):
            self.chess_com_shows(month=month, shown=shown)

    # What chess.com does, and time.

    @rule(month=months, shown=answers)
    def chess_com_shows(self, month: Month, shown: dict[int, int]) -> None:
        """Games are new, changed, gone for a while, or back."""
        self.api.shows(month, {number_of(month, each): text for each, text in shown.items()})

    @rule(month=st.sampled_from((None, *MONTHS)))
    def answers_fail_or_recover(self, month: Month | None) -> None:
        """A month, or the list of months, answers 500, or does so no longer."""
        self.api.failing ^= {month}

    @precondition(lambda self: not self.runs)
    @rule(hours=hours)
    def a_clock_is_set_back(self, hours: int) -> None:
        """What was fetched lies in the future."""
        self.api.now -= timedelta(hours=hours)
        self.is_time_in_order = False

    @rule(folder=st.sampled_from(["_index", "games"]))
    def something_is_deleted(self, folder: str) -> None:
        """What can be made again is lost: all indexes, or all games."""
        shutil.rmtree(self.folder / folder, ignore_errors=True)
        self.fetched_at = dict.fromkeys(MONTHS)

    # Whole runs.

    @rule(hours=hours, is_refresh=st.booleans())
    def a_run(self, hours: int, *, is_refresh: bool) -> None:
        """After a while a run goes from its beginning to its end; others may be under way."""
        self.api.now += timedelta(hours=hours)
        begun = [month for month in MONTHS if month.start <= self.api.now]
        with self._only_what_is_due(is_refresh=is_refresh):
            self._sync(begun, is_refresh=is_refresh)
        if not self.runs:
            for month in begun:
                raw, games = self._texts(month), self._texts(month, self.typing.schema)
                assert games in (raw, {}), "games follow raw"

    @rule(month=months, puts=st.integers(0, 3))
    def a_run_dies_before_a_write(self, month: Month, puts: int) -> None:
        """A run is gone after some writes, at the next."""
        lake = RacedStore(self.lake, *[go_on] * puts, die)
        with suppress(Crash):
            self._sync([month], lake)

    @precondition(lambda self: self.is_time_in_order)
    @rule(month=months, puts=st.integers(0, 3), shown=answers)
    def a_run_is_overtaken(self, month: Month, puts: int, shown: dict[int, int]) -> None:
        """Just before a run writes, answers change and another run goes to its end."""

        def another() -> None:
            self.chess_com_shows(month=month, shown=shown)
            self._sync([month], is_refresh=True, is_inside_another=True)

        lake = RacedStore(self.lake, *[go_on] * puts, another)
        self._sync([month], lake, is_refresh=True)
        self._note_race()

    # Runs bit by bit, two at a time.

    @rule(slot=slots, is_refresh=st.booleans())
    def a_run_begins(self, slot: str, *, is_refresh: bool) -> None:
        """A run looks at the lake, and from then on knows what it saw."""
        if slot not in self.runs:
            self.runs[slot] = open_run(self.lake, self.api, self.typing, is_refresh=is_refresh)
            self.runs[slot].raw.table.states()

    @precondition(lambda self: self.runs)
    @rule(slot=slots, month=months)
    def it_fetches(self, slot: str, month: Month) -> None:
        """A run under way asks for a month, once."""
        run = self.runs.get(slot)
        if run is not None and month not in run.tried and month.start <= self.api.now:
            run.tried.add(month)
            before = len(self.api.answers)
            with suppress(ChessComError, NotAsked):
                fetched = run.raw.fetch(month)
                run.fetched[month] = (fetched, next(iter(self.api.answers[before:]), None))

    @precondition(lambda self: self.runs)
    @rule(slot=slots, month=months)
    def it_stores(self, slot: str, month: Month) -> None:
        """A run under way stores what it fetched, whatever the others did meanwhile."""
        run = self.runs.get(slot)
        if run is not None and month in run.fetched:
            fetched, served = run.fetched.pop(month)
            run.raw.store(month, fetched)
            run.update_games(month)
            self._keep(served)
            self._note_race()
            self._check_kept()

    @precondition(lambda self: self.runs)
    @rule(slot=slots, is_saved=st.booleans())
    def it_ends(self, slot: str, *, is_saved: bool) -> None:
        """A run under way ends well, or is gone."""
        run = self.runs.pop(slot, None)
        if run is not None and is_saved:
            run.save()
            self.fetched_at = dict.fromkeys(MONTHS)

    def teardown(self) -> None:
        """When all is well again, one more run has everything, and the next asks nothing."""
        if not hasattr(self, "folder"):
            return
        try:
            self.api.withheld.clear()
            self.api.failing.clear()
            self.api.now = max(self.api.now, MONTHS[-1].start) + timedelta(days=60)
            self._sync(MONTHS, is_refresh=True)
            for month in MONTHS:
                for table in (RAW_PGN_ARCHIVES, self.typing.schema):
                    assert self._texts(month, table) == self.api.games[month]
            asked = len(self.api.asked)
            self._sync(MONTHS)
            assert len(self.api.asked) == asked
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _sync(
        self,
        wanted: Sequence[Month],
        lake: Store | None = None,
        *,
        is_refresh: bool = False,
        is_inside_another: bool = False,
    ) -> None:
        """Bring both tables up to date; what reached the store counts, told or not."""
        answers, asked = len(self.api.answers), len(self.api.asked)
        before = self._etags()
        try:
            outcomes = sync_months(
                lake or self.lake,
                self.api.client(),
                lambda: self.api.now,
                wanted,
                is_refresh=is_refresh,
                typing=self.typing,
            )
        finally:
            written = {month for month, etag in self._etags().items() if before.get(month) != etag}
            for served in self.api.answers[answers:]:
                if served.month in written:
                    self._keep(served)
                    self.fetched_at[served.month] = served.at
            if not is_inside_another:  # what the other has stored is noted when it is over
                self._check_kept()
        times = dict(self.api.asked[asked:])
        for outcome in outcomes:
            if isinstance(outcome.raw, Done) and outcome.raw.action is not Action.KEPT:
                self.fetched_at[outcome.month] = times.get(outcome.month, times.get(None))

    @contextmanager
    def _only_what_is_due(self, *, is_refresh: bool) -> Iterator[None]:
        before, known = len(self.api.asked), dict(self.fetched_at)
        yield
        asked = self.api.asked[before:]
        assert len({month for month, _ in asked}) == len(asked), "nothing is asked twice"
        for month, at in asked:
            if month is not None and not is_refresh and known[month] is not None:
                assert RULE.judge(month, known[month], at).is_due

    def _keep(self, served: Served | None) -> None:
        if served is not None:
            self.kept[served.month] |= served.texts

    def _note_race(self) -> None:
        """Which of two texts is the newer one, and when a month was fetched, is not known."""
        self.kept = {month: dict.fromkeys(known, UNCERTAIN) for month, known in self.kept.items()}
        self.fetched_at = dict.fromkeys(MONTHS)

    def _check_kept(self) -> None:
        for month, known in self.kept.items():
            rows = self._texts(month)
            assert set(rows) >= set(known), "no game is lost"
            for number, text in known.items():
                assert text in {UNCERTAIN, rows[number]}, "the newest text is there"

    def _texts(self, month: Month, table: TableSchema = RAW_PGN_ARCHIVES) -> dict[int, int]:
        return stored_texts(self.lake, table, month)

    def _etags(self) -> dict[Month, str]:
        states = PlayerTable(self.lake, RAW_PGN_ARCHIVES, USER).states()
        return {month: state.etag for month, state in states.items()}
