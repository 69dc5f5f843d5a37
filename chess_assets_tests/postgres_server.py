"""A real Postgres server for tests, of this machine's own binaries, on a free port of 127.0.0.1."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "chess"
DATABASE = "dagster"
_PATIENCE_S = 60


def postgres_binaries() -> Path | None:
    """Return the folder with `initdb` and `postgres`; None on machines without them."""
    places = [str(place) for place in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    found = max(places, default=None) or shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def serve_postgres(binaries: Path) -> Iterator[int]:
    """Run a server with an empty database until the block ends; give its port."""
    as_user = {"user": "postgres"} if os.geteuid() == 0 else {}  # it refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="chess-postgres-"))
    folder.chmod(0o777)
    data, port = folder / "data", _free_port()
    try:
        init = [binaries / "initdb", "-D", data, "-U", USER, "-A", "trust", "--no-sync"]
        subprocess.run(init, check=True, capture_output=True, cwd=folder, **as_user)  # type: ignore[call-overload]
        options = ["-h", "127.0.0.1", "-p", str(port), "-k", folder, "-F"]
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, *options],
            cwd=folder,
            stderr=subprocess.DEVNULL,
            **as_user,  # type: ignore[call-overload]
        )
        try:
            _create_database(binaries, port, server)
            yield port
        finally:
            server.terminate()
            server.wait(_PATIENCE_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _create_database(binaries: Path, port: int, server: "subprocess.Popen[bytes]") -> None:
    create = [binaries / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", USER, DATABASE]
    deadline = time.monotonic() + _PATIENCE_S
    while subprocess.run(create, check=False, capture_output=True).returncode:
        assert server.poll() is None, "postgres ended"
        assert time.monotonic() < deadline, "postgres does not answer"
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
