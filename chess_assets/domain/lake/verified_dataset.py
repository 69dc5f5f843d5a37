"""A dataset over files of a table that are verified when they are read.

A `pyarrow.dataset` decodes files itself and compares no checksums: from damaged files it gives
other rows without an error. So it opens them here, where each is fetched whole (one request) and
verified; older files are completed with the columns they lack.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NoReturn

import pyarrow as pa
import pyarrow.fs

from chess_assets.domain.lake.parquet_file import UnreadableFile, verified
from chess_assets.domain.schemas.table import TableSchema
from chess_assets.domain.store import Store, StoreError

if TYPE_CHECKING:
    import pyarrow.dataset as pads


CannotRead = UnreadableFile | StoreError


class FileGone(StoreError):
    """A file that was listed and is not there any more."""


class VerifiedFiles(pyarrow.fs.FileSystemHandler):  # type: ignore[misc]  # pyarrow has no types
    """The files of one table as a file system from which only they can be opened.

    Args:
        store: Where the lake is.
        schema: The table.
        note: Told why a file cannot be read, for the sentence that Arrow's own error lacks.
    """

    def __init__(
        self, store: Store, schema: TableSchema, note: Callable[[CannotRead], None]
    ) -> None:
        self._store = store
        self._schema = schema
        self._note = note

    def open_input_file(self, path: str) -> pa.NativeFile:
        """Fetch a file, verify it and return it opened; one without bytes where it cannot be read.

        Arrow then fails, naming the path, and the reason has been noted. Raising it here would
        hang: pyarrow 26 waits for Python's lock to format a Python error, on a thread that holds
        the scanner's lock, while `Scanner.to_reader` holds Python's and waits for the scanner's.
        """
        try:
            return _in_arrows_memory(self._verified(path))
        except (UnreadableFile, StoreError) as error:
            self._note(error)
            return _in_arrows_memory(b"")

    def _verified(self, path: str) -> bytes:
        stored, uri = self._store.get(path), self._store.uri_of(path)
        if stored is None:
            raise FileGone(f"{uri} went away while it was to be read: run it again.")
        return verified(stored.body, self._schema, where=uri)

    def open_input_stream(self, path: str) -> pa.NativeFile:
        """Return the same as `open_input_file`."""
        return self.open_input_file(path)

    def get_file_info(self, paths: list[str]) -> list[pyarrow.fs.FileInfo]:
        """Say of each that it is a file: only files that were listed are asked about."""
        return [pyarrow.fs.FileInfo(path, pyarrow.fs.FileType.File) for path in paths]

    def get_type_name(self) -> str:
        """Name the kind of file system."""
        return "verified"

    def normalize_path(self, path: str) -> str:
        """Return the path as it is: keys have one form."""
        return path

    def __eq__(self, other: object) -> bool:
        """Say whether it is the same object."""
        return self is other

    __hash__ = object.__hash__

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise NotImplementedError("the lake is only read here")

    get_file_info_selector = create_dir = delete_dir = delete_dir_contents = _refuse
    delete_root_dir_contents = delete_file = move = copy_file = _refuse
    open_output_stream = open_append_stream = _refuse


def _in_arrows_memory(body: bytes) -> pa.NativeFile:
    """Return bytes, copied, as a file that is closed without Python's lock.

    A thread of Arrow closes it, which may hold the scanner's lock: to free memory of Python's it
    would wait for Python's lock, as above. (A query hung once, on a busy machine.)
    """
    memory = pa.BufferOutputStream()
    memory.write(body)
    return pa.BufferReader(memory.getvalue())


def verified_dataset(
    files: VerifiedFiles, keys: Iterable[str], columns: pa.Schema, path_columns: pa.Schema
) -> "pads.Dataset":
    """Return a dataset over files of a table; it reads when it is asked.

    Args:
        files: The table's files.
        keys: Which of them.
        columns: The columns the dataset has from the files.
        path_columns: The columns that it has from their paths.
    """
    import pyarrow.dataset as pads  # noqa: PLC0415 - loads pandas, which most commands don't need

    return pads.dataset(
        list(keys),
        schema=pa.schema([*columns, *path_columns]),
        format="parquet",
        filesystem=pyarrow.fs.PyFileSystem(files),
        partitioning=pads.partitioning(path_columns, flavor="hive"),
    )
