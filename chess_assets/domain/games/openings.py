"""The readable name of an opening, from its page's address on chess.com.

`…/openings/Caro-Kann-Defense-Two-Knights-Attack...8.f3-Ng5` is "Caro-Kann Defense Two Knights
Attack". The address has no apostrophes, and neither has the name ("Kings Indian Defense").
"""

import re

from chess_assets.domain.games.faults import Untypable, excerpt

_SLUG = re.compile(r"/openings/([^/?#]+)")
_MOVES = re.compile(r"(?:\.\.\.|(?:^|-)[0-9]+\.).*")
_PREFIXES = "Anglo|Anti|Bogo|Dzindzi|Franco|Neo|Nimzo|Pseudo|Semi|Ultra"
_COMPOUNDS = (
    "Blackmar-Diemer|Caro-Kann|Gubinsky-Melts|Lasker-Dunne|Mieses-Kotrc|Milner-Barry"
    "|Nimzowitsch-Larsen|Nyezhmetdinov-Rossolimo|Richter-Rauzer|Richter-Veresov|Smith-Morra"
)
_WORD = re.compile(rf"(?:(?:{_PREFIXES})-)*(?:(?:{_COMPOUNDS})(?![^-])|[^-]+)")


def opening_name(eco_url: str) -> str | None:
    """Return the name of the opening and variation, without moves; None where undefined.

    Hyphens become spaces, except after prefixes (Nimzo-Indian, Semi-Slav) and in a closed list of
    compound names (Caro-Kann, Smith-Morra): the address doesn't tell the two kinds apart.

    Raises:
        Untypable: for an address that is not an opening's, or has nothing but moves.
    """
    slug = _SLUG.search(eco_url)
    if slug is None:
        raise Untypable(f"eco_url {excerpt(eco_url)} is not the address of an opening")
    name = " ".join(_WORD.findall(_MOVES.sub("", slug[1])))
    if not name:
        raise Untypable(f"eco_url {excerpt(eco_url)} names no opening")
    return None if name == "Undefined" else name
