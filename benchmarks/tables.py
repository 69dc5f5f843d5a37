"""The results as Markdown: `python -m benchmarks.tables` puts them into README.md, between markers.

What is a table already (`results/*.md`) goes between the markers of its name. What the tables mean
is written in the README by hand.
"""

import json
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.compare import RESULTS
from benchmarks.contestants import HERE

Result = dict[str, Any]

_OURS = "chess_assets"
_WARM_SLOPE_FROM_MONTHS = 24
_TITLES = {
    "cold": "Cold: nothing is stored",
    "warm": "Warm: the same again at once",
    "late": "Late: seven hours later, the open month has grown by 12 games a player",
}


def comparison(results: Sequence[Result]) -> str:
    """Return a table a scenario: every contestant's cost, and how many times ours it is."""
    by_scenario = groupby(results, key=lambda result: result["scenario"])
    return "\n\n".join(_scenario_table(scenario, list(rows)) for scenario, rows in by_scenario)


def growth_by_players(results: Sequence[Result]) -> str:
    """Return how the cost of a year grows with the number of players."""
    (months,) = {each["months"] for each in results if each["players"] > 1}
    rows = [each for each in results if each["months"] == months]
    sizes = sorted({each["players"] for each in rows})
    table = [_growth_cells(rows, f"{size} × {months}", players=size) for size in sizes]
    return _markdown(_GROWTH_HEADINGS, table)


def growth_by_months(results: Sequence[Result]) -> str:
    """Return how the cost of one player grows with the months, and Dagster's part in it."""
    months = sorted({each["months"] for each in results if each["what"] == "empty"})
    table = [_growth_cells(results, f"1 × {size}", players=1, months=size) for size in months]
    return "\n".join((_markdown(_GROWTH_HEADINGS, table), "", *_per_month(results, months)))


def _scenario_table(scenario: Result, rows: list[Result]) -> str:
    ours = next(row["measurement"] for row in rows if row["contestant"] == _OURS)
    data = {"made": "made games", "corpus": "recorded games, variants too"}[scenario["data"]]
    title = f"### {_TITLES[scenario['run']]} ({scenario['latency_ms']} ms, {data})"
    return f"{title}\n\n{_markdown(_HEADINGS, [_cells(row, ours) for row in rows])}"


_HEADINGS = (
    *("", "wall s", "×", "CPU s", "×", "peak MiB", "×", "requests (at once)"),
    *("rows", "columns", "B a game", "kept MB", "lost / doubled / wrong"),
)


def _cells(row: Result, ours: Result) -> list[str]:
    cost, traffic, left = row["measurement"], row["traffic"], row["stored"]
    wrong = "–" if left["wrong"] is None else f"{left['wrong']:,}"
    return [
        row["contestant"],
        *_with_ratio(cost["wall_s"], ours["wall_s"]),
        *_with_ratio(cost["cpu_s"], ours["cpu_s"]),
        f"{cost['peak_mib']:,.0f}",
        f"{cost['peak_mib'] / ours['peak_mib']:.1f}",
        f"{traffic['requests']} ({traffic['max_in_flight']})",
        f"{left['rows']:,}",
        str(left["columns"]),
        f"{left['bytes'] / max(1, left['rows']):,.0f}",
        f"{left['all_bytes'] / 1e6:.1f}",
        f"{left['lost']:,} / {left['doubled']:,} / {wrong}",
    ]


def _with_ratio(figure: float, ours: float) -> tuple[str, str]:
    return f"{figure:.1f}", f"{figure / ours:.1f}"


_GROWTH_HEADINGS = (
    *("players × months", "cold wall s", "cold CPU s", "peak MiB", "requests", "lake MB"),
    *("warm wall s", "warm CPU s", "warm peak MiB", "Dagster alone, CPU s"),
)


def _growth_cells(results: Sequence[Result], name: str, **which: int) -> list[str]:
    rows = [row for row in results if all(row[key] == value for key, value in which.items())]
    cold = next(row for row in rows if row["what"] == "cold")
    alone = [_cpu_s(rows, "empty")] if any(row["what"] == "empty" for row in rows) else []
    return [
        name,
        f"{cold['measurement']['wall_s']:.1f}",
        f"{cold['measurement']['cpu_s']:.1f}",
        f"{cold['measurement']['peak_mib']:.0f}",
        str(cold["requests"]),
        f"{cold['stored_bytes'] / 1e6:.1f}",
        f"{_median(rows, 'warm', 'wall_s'):.1f}",
        f"{_cpu_s(rows, 'warm'):.1f}",
        f"{_median(rows, 'warm', 'peak_mib'):.0f}",
        *([f"{cpu_s:.1f}" for cpu_s in alone] or ["–"]),
    ]


def _per_month(results: Sequence[Result], months: list[int]) -> Iterable[str]:
    """Say what each further month of a warm run costs, and what of it is Dagster's."""
    first, last = _WARM_SLOPE_FROM_MONTHS, months[-1]
    slopes = {}
    for what in ("warm", "empty"):
        few, many = (
            [row for row in results if row["players"] == 1 and row["months"] == size]
            for size in (first, last)
        )
        slopes[what] = 1000 * (_cpu_s(many, what) - _cpu_s(few, what)) / (last - first)
    start_s = _cpu_s(results, "start")
    colds = [
        row["measurement"]["peak_mib"]
        for row in results
        if row["what"] == "cold" and row["players"] == 1 and row["months"] in {first, last}
    ]
    yield f"- Start-up alone (`chess-assets players list`): {start_s:.1f} CPU s."
    yield (
        f"- A further month of a warm run: {slopes['warm']:.0f} CPU ms, of which Dagster's events "
        f"for two assets that do nothing take {slopes['empty']:.0f}: "
        f"{slopes['warm'] - slopes['empty']:.1f} are ours, for two partitions."
    )
    yield f"- Peak memory of {last} months: {max(colds) / min(colds):.2f} × that of {first}."


def _cpu_s(rows: Sequence[Result], what: str) -> float:
    return _median(rows, what, "cpu_s")


def _median(rows: Sequence[Result], what: str, figure: str) -> float:
    return float(median(row["measurement"][figure] for row in rows if row["what"] == what))


def _markdown(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---", *["---:"] * (len(headings) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _put(text: str, name: str, content: str) -> str:
    begin, end = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    return pattern.sub(lambda _: f"{begin}{content}{end}", text)


def main() -> None:
    """Put the tables into README.md."""
    compared, grown = (
        json.loads((RESULTS / f"{name}.json").read_text()) for name in ("compare", "growth")
    )
    readme: Path = HERE / "README.md"
    text = readme.read_text()
    text = _put(text, "comparison", comparison(compared))
    text = _put(text, "players", growth_by_players(grown))
    text = _put(text, "months", growth_by_months(grown))
    for table in sorted(RESULTS.glob("*.md")):
        text = _put(text, table.stem, table.read_text().strip())
    readme.write_text(text)


if __name__ == "__main__":
    main()
