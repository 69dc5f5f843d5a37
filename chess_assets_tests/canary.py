"""A secret that every test who speaks to S3 signs with, looked for wherever a secret may get out.

What a test printed or logged, its failure included, fails it; what tests left in their folders
(lakes, Dagster's event logs and compute logs, answers) fails the last of them. Compressed pages of
Parquet are not unpacked, and what went over a socket is not seen.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from chess_assets_tests.s3_server import SECRET_KEY

_FORMS = (SECRET_KEY, quote(SECRET_KEY, safe=""))
_PIECE_BYTES = 2**20
_LONGEST_FORM = max(map(len, _FORMS))


def is_in(text: str) -> bool:
    """Whether a text shows the secret, as it is or as URLs have it."""
    return any(form in text for form in _FORMS)


def files_with_it(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder that hold the secret."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and _is_in_file(path):
            yield path


def _is_in_file(path: Path) -> bool:
    before = b""
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            seen = before + piece
            if any(form.encode() in seen for form in _FORMS):
                return True
            before = seen[-_LONGEST_FORM:]
    return False
