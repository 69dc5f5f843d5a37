"""A file on this machine that is there whole or not at all, for what people take out of the lake.

The lake's own objects are written by `store`, which also decides between two writers.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from chess_assets.domain.reading.errors import NotWritten


@contextmanager
def whole_file(path: Path) -> Generator[BinaryIO]:
    """Open a file for writing; it takes its place when the block ends, and only if it ends well.

    Raises:
        NotWritten: when it cannot be written, or when what is there is no file.
    """
    if path.exists() and not path.is_file():
        raise NotWritten(f"{path} is there and is no file: name another.")
    temporary = path.with_name(f".{path.name[:100]}.{uuid4().hex}.tmp")
    try:
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        cause = os.strerror(error.errno) if error.errno else type(error).__name__
        raise NotWritten(
            f"{path} could not be written ({cause}); what was there before is untouched."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
