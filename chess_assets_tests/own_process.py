"""Python in a process of its own, for promises about what a whole process does or loads."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def run_python(*command: str, cwd: Path, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run a command of this environment's with nothing of Dagster's in the environment."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("CHESS_", "DAGSTER_"))}
    environment |= more.pop("env", {})
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        **more,
    )
