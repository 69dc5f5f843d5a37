"""A report read back as a browser would: its tags, its words, and its tables by section."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "img", "br", "hr", "input"}


@dataclass
class Page:
    """What an HTML text holds.

    Attributes:
        tags: Every start tag with its attributes, in order.
        unclosed: Tags that were opened and not closed, or closed and not opened.
        text: All words outside of `<style>`, by spaces.
        tables: The cells' words by row, of each table, by the id of the section.
    """

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)
    text: str = ""
    tables: dict[str, list[list[list[str]]]] = field(default_factory=dict)

    def row(self, section: str, *begins: str) -> list[str]:
        """Return the one row of a section's tables whose first cells are these."""
        rows = [row for table in self.tables[section] for row in table]
        (found,) = [row for row in rows if tuple(row[: len(begins)]) == begins]
        return found


def read_page(html: str) -> Page:
    """Parse a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.page.text = " ".join(" ".join(reader.words).split())
    reader.page.unclosed += reader.open
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.words: list[str] = []
        self.open: list[str] = []
        self.section = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)
        if tag == "section":
            self.section = dict(attrs)["id"] or ""
        if tag == "table":
            self.page.tables.setdefault(self.section, []).append([])
        if tag == "tr":
            self.page.tables[self.section][-1].append([])
        if tag in {"td", "th"}:
            self.page.tables[self.section][-1][-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.page.unclosed.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.words.append(data)
        if {"td", "th"} & set(self.open):
            row = self.page.tables[self.section][-1][-1]
            row[-1] = " ".join(f"{row[-1]} {data}".split())
