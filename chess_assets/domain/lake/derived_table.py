"""A table computed month by month from another, and only when content or computation changed.

The target's content version is a hash of the source's and the computation's: where it is the
stored one, nothing is read, computed or written. A month's work is bytes in and bytes out, so that
it can be done in any process; many months at once belong in `backlog`.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from chess_assets.domain.lake.lost_games import IDENTITY_COLUMNS, games_missing, missing_games
from chess_assets.domain.lake.parquet_file import UnreadableFile, decode, encode
from chess_assets.domain.lake.placement import place_facts
from chess_assets.domain.lake.player_table import CONTENT_VERSION, PartitionState, PlayerTable
from chess_assets.domain.lake.row_groups import EncodedFile
from chess_assets.domain.months import Month
from chess_assets.domain.outcomes import Action, Done
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.store import Conflict

COMPUTATION_VERSION = "computation_version"
"""The fact that says which version of the computation made a file. A computation that is done in
other processes says it in its rows' metadata, since those may have another version installed."""

_ATTEMPTS = 10
_CAUSE_LENGTH = 200


class SourceMissing(LookupError):
    """A file that cannot be computed because what it follows from is not stored.

    Args:
        source: The name of the table upstream.
        whose: The player, and the month if it is a month's.
    """

    def __init__(self, source: str, whose: str) -> None:
        super().__init__(f"{whose}: {source} is not stored; materialize {source} for it first.")


class NotComputed(Exception):
    """A file over whose rows the computation stumbled.

    Args:
        target: The name of the table that should have been computed.
        whose: The player, and the month if it is a month's.
        error: What the computation raised.
    """

    def __init__(self, target: str, whose: str, error: Exception) -> None:
        cause = " ".join(f"{type(error).__name__}: {error}".split())[:_CAUSE_LENGTH]
        super().__init__(
            f"{whose}: {target} could not be computed ({cause}). "
            "This is a fault of the program: report it."
        )


class OtherVersion(Exception):
    """A month that was computed by another version of the program than the one that asked.

    Args:
        target: The name of the table.
        whose: The player and the month.
        done_by: The version that computed it.
        wanted: The version that asked.
    """

    def __init__(self, target: str, whose: str, done_by: str, wanted: str) -> None:
        super().__init__(
            f"{whose}: {target} was computed by version {done_by} of the computation and not by "
            f"{wanted}: install the same chess_assets wherever months are computed."
        )


@dataclass(frozen=True, slots=True)
class Computation:
    """How a table's rows follow from another's.

    Attributes:
        version: Changes whenever the rows may.
        compute: Makes them; what it says in the schema's metadata becomes facts of the file.
        columns: The columns upstream that `compute` is given; None for all.
    """

    version: str
    compute: Callable[[pa.Table], pa.Table]
    columns: Sequence[str] | None = None

    def content_version(self, source: PartitionState) -> str:
        """Return the content version of what this makes of a source month."""
        return hashlib.sha256(f"{source.content_version} {self.version}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class MonthWork:
    """A month to be computed: all that it takes, in any process that has this package.

    Attributes:
        user: The player whose month it is.
        month: The month.
        source: The file of the table upstream.
        source_state: What is known of that file.
        source_schema: The table upstream.
        schema: The table.
        computation: How its rows follow.
        replacing: What the result takes the place of; None where there is nothing.
    """

    user: str
    month: Month
    source: bytes = field(repr=False)
    source_state: PartitionState
    source_schema: TableSchema
    schema: TableSchema
    computation: Computation
    replacing: PartitionState | None

    def file(self) -> EncodedFile:
        """Return the computed file.

        Raises:
            UnreadableFile: when the source is no Parquet file of its table.
            Exception: whatever the computation stumbles over.
        """
        computation, source = self.computation, self.source_state
        where = source.uri
        given = decode(self.source, self.source_schema, computation.columns, where=where).table
        rows = computation.compute(given)
        facts = {
            CONTENT_VERSION: computation.content_version(source),
            "source_uri": source.uri,
            "source_content_version": source.content_version,
            COMPUTATION_VERSION: computation.version,
            **place_facts(self.schema.name, self.user, self.month),
        }
        said = rows.schema.metadata or {}
        facts |= {name.decode(): text.decode() for name, text in said.items()}
        return EncodedFile(encode(self.schema.enforce(rows), facts), rows.num_rows, facts)


class DerivedTable:
    """One player's months of a table that follows another."""

    def __init__(self, source: PlayerTable, target: PlayerTable, computation: Computation) -> None:
        self.source = source
        self.target = target
        self._computation = computation

    def is_current(self, month: Month) -> bool:
        """Whether the stored month is what would be computed from the source as it is.

        Raises:
            UnreadableFile: when the source or what is stored is no Parquet file.
        """
        source, target = self.source.state(month), self.target.state(month)
        if source is None or target is None or target.lacking:
            return False
        return target.content_version == self._computation.content_version(source)

    def kept(self, month: Month) -> Done | None:
        """Return a month that is current; None where there is work to be done.

        Raises:
            UnreadableFile: when the source or what is stored is no Parquet file.
        """
        current = self.target.state(month)
        return Done(Action.KEPT, current) if current and self.is_current(month) else None

    def work(self, month: Month) -> MonthWork:
        """Read what it takes to compute a month.

        Raises:
            SourceMissing: when the source month is not stored.
            GamesMissing: when it lacks games that are stored as the target.
            UnreadableFile: when the source or what is stored is no Parquet file.
        """
        replacing = self.target.state(month)
        stored = self.source.read_file(month)
        if stored is None:
            raise SourceMissing(self.source.schema.name, f"{self.source.user} {month}")
        if replacing is not None and replacing.rows:
            self._check_games_kept(month, stored, replacing.uri)
        return MonthWork(
            self.target.user,
            month,
            *stored,
            self.source.schema,
            self.target.schema,
            self._computation,
            replacing,
        )

    def _check_games_kept(
        self, month: Month, source: tuple[bytes, PartitionState], uri: str
    ) -> None:
        """Raise, if the target has games that the source lacks; a GET of what is replaced."""
        tables = (self.source.schema, self.target.schema)
        if not all(set(IDENTITY_COLUMNS) <= set(each.columns.names) for each in tables):
            return  # not a table of games
        kept = self.target.read(month, IDENTITY_COLUMNS)
        if kept is None:
            return
        file, state = source
        given = decode(file, self.source.schema, IDENTITY_COLUMNS, where=state.uri).table
        if missing := missing_games(kept[0], [given]):
            whose, source_name = f"{self.target.user} {month}", self.source.schema.name
            raise games_missing(whose, self.target.schema.name, uri, source_name, missing)

    def store(self, work: MonthWork, file: EncodedFile) -> Done:
        """Store what a month's work gave.

        Raises:
            Conflict: when another writer was first.
            OtherVersion: when it was done by a program of another version.
        """
        done_by, wanted = file.facts[COMPUTATION_VERSION], work.computation.version
        if done_by != wanted:
            whose = f"{work.user} {work.month}"
            raise OtherVersion(self.target.schema.name, whose, done_by, wanted)
        state = self.target.write_file(work.month, file, replacing=work.replacing)
        return Done(Action.COMPUTED, state)

    def not_computed(self, month: Month, error: Exception) -> NotComputed:
        """Return what to call it when a month's work stumbled over an error."""
        return NotComputed(self.target.schema.name, f"{self.target.user} {month}", error)

    def update(self, month: Month) -> Done:
        """Bring a month up to date with its source, here and now.

        Raises:
            SourceMissing: when the source month is not stored.
            GamesMissing: when it lacks games that are stored as the target.
            NotComputed: when the computation stumbles over its rows.
            UnreadableFile: when the source or what is stored is no Parquet file.
            Conflict: when other writers are first again and again.
        """
        for attempt in range(_ATTEMPTS):
            kept = self.kept(month)
            if kept is not None:
                return kept
            work = self.work(month)
            try:
                return self.store(work, self._computed(work))
            except Conflict:
                if attempt == _ATTEMPTS - 1:
                    raise
                self.target.look_again(month)
        raise AssertionError("unreachable")

    def _computed(self, work: MonthWork) -> EncodedFile:
        try:
            return work.file()
        except UnreadableFile:
            raise
        except Exception as error:
            raise self.not_computed(work.month, error) from error
