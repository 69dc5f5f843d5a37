"""Numbers, dates and foreign text as the page shows them: the template's filters."""

from datetime import date, datetime

_MOST_LETTERS = 60
_GAMES_PREFIX = "https://www.chess.com/"


def number(value: float) -> str:
    """Return `12,345`."""
    return f"{value:,.0f}"


def percent(share: float) -> str:
    """Return a share of one as `53.2%`."""
    return f"{100 * share:.1f}%"


def points(value: float) -> str:
    """Return points to a tenth, `1,234.5`, whole ones without it."""
    return f"{value:,.1f}".removesuffix(".0")


def signed(value: float) -> str:
    """Return points with their sign: `+12.5`, `±0`, and a real minus."""
    sign = "±" if not round(value, 1) else "+" if value > 0 else "\N{MINUS SIGN}"
    return sign + points(abs(value))


def day(moment: date) -> str:
    """Return a day as `6 Jan 2014`."""
    return f"{moment.day} {moment:%b %Y}"


def days(first: date, last: date) -> str:
    """Return a span of days as briefly as it can be said: `6–9 Jan 2014`, `30 Jan – 2 Feb 2014`."""
    if first == last:
        return day(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%b} – {day(last)}"
    return f"{day(first)} – {day(last)}"


def month(moment: date) -> str:
    """Return a month as `Jan 2014`."""
    return f"{moment:%b %Y}"


def minute(moment: datetime) -> str:
    """Return a moment as `6 Jan 2014 17:05 UTC`, if that is its zone."""
    return f"{day(moment)} {moment:%H:%M} {moment.tzname()}"


def shown(text: str | None) -> str:
    """Return foreign text as it may be seen: without control and bidi characters, cut if long."""
    clean = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for letter in (text or "?")[: _MOST_LETTERS + 1]
    )
    return clean if len(clean) <= _MOST_LETTERS else f"{clean[:_MOST_LETTERS]}…"


def game_link(url: str | None) -> str | None:
    """Return the address of a game if it is a page of chess.com; None for anything else."""
    return url if url is not None and url.startswith(_GAMES_PREFIX) else None


def tone(score: float) -> int:
    """Return where a score's colour lies between loss (0) and win (100): 20 % to 80 % fill it."""
    return round(100 * min(1.0, max(0.0, (score - 0.2) / 0.6)))
