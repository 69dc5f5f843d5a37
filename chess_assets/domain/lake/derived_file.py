"""One player's file that follows another table, made anew only when content or computation changed.

What it should be is known by its content version, without reading any rows: where the stored
footer has that version, nothing is read, computed or written.
"""

from collections.abc import Callable

from chess_assets.domain.lake.derived_table import Computation, NotComputed, SourceMissing
from chess_assets.domain.lake.placement import place_facts
from chess_assets.domain.lake.player_file import PlayerFile
from chess_assets.domain.lake.player_table import CONTENT_VERSION, PartitionState
from chess_assets.domain.lake.row_groups import EncodedFile, RowGroupWriter
from chess_assets.domain.outcomes import Action, Done
from chess_assets.domain.store import Conflict

_ATTEMPTS = 10


def keep_or_replace(
    target: PlayerFile, content_version: str, encode: Callable[[], EncodedFile]
) -> Done:
    """Leave the file if it has this content version, else store what `encode` returns.

    Raises:
        UnreadableFile: when what is stored is no Parquet file.
        Conflict: when other writers are first again and again.
    """
    for attempt in range(_ATTEMPTS):
        current = target.state()
        if current and current.content_version == content_version and not current.lacking:
            return Done(Action.KEPT, current)
        try:
            return Done(Action.COMPUTED, target.write(encode(), replacing=current))
        except Conflict:
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def update_from_file(source: PlayerFile, target: PlayerFile, computation: Computation) -> Done:
    """Bring a file up to date with the player's file of another table.

    Args:
        source: The file it follows from.
        target: The file.
        computation: What is made of the source's rows.

    Raises:
        SourceMissing: when the source is not stored.
        NotComputed: when the computation stumbles over its rows.
        UnreadableFile: when one of the two is no Parquet file.
        Conflict: when other writers are first again and again.
    """
    upstream = source.state()
    if upstream is None:
        raise SourceMissing(source.schema.name, source.user)
    return keep_or_replace(
        target,
        computation.content_version(upstream),
        lambda: _encode(source, target, computation),
    )


def _encode(source: PlayerFile, target: PlayerFile, computation: Computation) -> EncodedFile:
    stored = source.read(computation.columns)
    if stored is None:
        raise SourceMissing(source.schema.name, source.user)
    rows, state = stored
    writer = RowGroupWriter(target.schema)
    try:
        computed = computation.compute(rows)
        writer.add(computed)
    except Exception as error:
        raise NotComputed(target.schema.name, target.user, error) from error
    said = computed.schema.metadata or {}
    facts = {name.decode(): text.decode() for name, text in said.items()}
    return writer.finish(_facts(computation, state, target) | facts)


def _facts(computation: Computation, source: PartitionState, target: PlayerFile) -> dict[str, str]:
    return {
        CONTENT_VERSION: computation.content_version(source),
        "source_uri": source.uri,
        "source_content_version": source.content_version,
        "computation_version": computation.version,
        **place_facts(target.schema.name, target.user, None),
    }
