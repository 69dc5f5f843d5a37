"""The family an opening belongs to: its name up to the word that says what kind of thing it is.

"Sicilian Defense Open Najdorf Variation" is of the Sicilian Defense. Families are chess.com's, so
the Closed Sicilian Defense is one of its own. How names are read from addresses belongs in
`games.openings`.
"""

import pyarrow as pa
import pyarrow.compute as pc

_UP_TO_ITS_KIND = (
    r"^(.*?\b(?:Attack|Defense|Game|Gambit(?: Accepted| Declined)?|Opening|System)\b).*$"
)


def opening_families(openings: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the families of these openings' names; a name without such a word is its own."""
    return pc.replace_substring_regex(openings, _UP_TO_ITS_KIND, r"\1")
