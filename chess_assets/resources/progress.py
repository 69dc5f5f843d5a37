"""Who is told of each partition as soon as it is stored: commands, which print it."""

from chess_assets.domain.lake.outcomes import PartitionOutcome
from chess_assets.domain.schemas.table import TableSchema


class Progress:
    """Told of every partition's outcome while a run goes on; the command line overrides it."""

    def note(self, schema: TableSchema, outcome: PartitionOutcome) -> None:
        """Take notice of a partition; here, nothing: the run's log has what matters.

        Args:
            schema: The table.
            outcome: The partition and what became of it.
        """
