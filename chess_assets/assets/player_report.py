"""`player_report`: a page with plots for each player, and its pictures in the UI."""

import re
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from dagster import (
    AssetCheckResult,
    AssetExecutionContext,
    AssetKey,
    AssetSpec,
    BackfillPolicy,
    MarkdownMetadataValue,
    MaterializeResult,
    MetadataValue,
    ResourceParam,
    multi_asset,
)

from chess_assets.asset_checks import check_specs
from chess_assets.assets.partition_events import PartitionEvents
from chess_assets.assets.player_files import FAILS_ITS_PLAYER_ONLY
from chess_assets.assets.player_games import PLAYER_GAMES_KEY
from chess_assets.domain.checks.check import Stored
from chess_assets.domain.checks.stored_files import report_as_stored
from chess_assets.domain.lake.outage import Outage
from chess_assets.domain.lake.paths import PLAYER_REPORT
from chess_assets.domain.lake.player_file import PlayerFile
from chess_assets.domain.report import REPORT_VERSION
from chess_assets.domain.report.report import Picture
from chess_assets.domain.report.stored_report import ReportDone, update_report
from chess_assets.domain.schemas.tables import PLAYER_GAMES
from chess_assets.domain.sentences import human_size
from chess_assets.io_managers.parquet import ParquetIOManager
from chess_assets.partitions import address_of, users
from chess_assets.resources.freshness import Clock
from chess_assets.run_range import partition_keys_of

PLAYER_REPORT_KEY = AssetKey(PLAYER_REPORT)

_SPEC = AssetSpec(
    PLAYER_REPORT_KEY,
    deps=[PLAYER_GAMES_KEY],
    description=(
        "One HTML page a player, which loads nothing from anywhere: rating over time, results, "
        "openings, score against rating difference, time trouble, accuracy, activity, streaks, "
        "opponents. It is `report.html` in the player's folder.\n\n"
        "From `player_games`, and only when its content or the report's program changed."
    ),
    group_name="players",
    kinds={"python", "html"},
    partitions_def=users,
    code_version=REPORT_VERSION,
).with_io_manager_key("lake")


@multi_asset(
    name=PLAYER_REPORT,
    specs=[_SPEC],
    check_specs=check_specs(PLAYER_REPORT_KEY),
    backfill_policy=BackfillPolicy.single_run(),
)
def player_report(
    context: AssetExecutionContext, clock: Clock, lake: ResourceParam[ParquetIOManager]
) -> Iterator[MaterializeResult[None] | AssetCheckResult]:
    """Bring one player's report after the other up to date."""
    stored, outage = [], Outage()
    with PartitionEvents(context, called="players") as events:
        for key in partition_keys_of(context):
            try:
                outage.check()
                user, _ = address_of(key)
                done = update_report(lake.store, user, clock.now())
                stored.append(_stored(lake, user, done))
            except FAILS_ITS_PLAYER_ONLY as error:
                outage.note(error)
                context.log.error(str(error))  # noqa: TRY400 - a sentence says it all
                events.fail(key, error)
                continue
            context.log.info(_sentence(user, done))
            version = done.stored.facts.content_version
            events.land_as(PLAYER_REPORT_KEY, key, _metadata(done), version)
        events.judge(PLAYER_REPORT_KEY, stored)
    yield from events.results()
    yield from events.check_results()


def _stored(lake: ParquetIOManager, user: str, done: ReportDone) -> Stored:
    return report_as_stored(
        user, done.stored.facts, PlayerFile(lake.store, PLAYER_GAMES, user).state()
    )


def _sentence(user: str, done: ReportDone) -> str:
    return f"{user}  {done.action.value:9} a report of {human_size(done.stored.size_bytes)}"


def _metadata(done: ReportDone) -> dict[str, Any]:
    stored = done.stored
    return {
        **stored.facts.numbers,
        **{_name(picture): _image(picture) for picture in stored.facts.pictures},
        "report": MetadataValue.path(stored.uri),
        "dagster/uri": MetadataValue.text(stored.uri),
        "size_bytes": stored.size_bytes,
        "action": done.action.value,
        "content_version": stored.facts.content_version,
    }


def _name(picture: Picture) -> str:
    return re.sub(r"[^a-z]+", "_", picture.title.lower())


def _image(picture: Picture) -> MarkdownMetadataValue:
    """Return Markdown that is nothing but the picture; its title has no text from outside."""
    image = b64encode(picture.png).decode()
    return MetadataValue.md(f"![{picture.title}](data:image/png;base64,{image})")
