"""What a lease's object says: who holds it, and since when, for programs and for people to read."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from chess_assets.domain.processes import ProcessIdentity

_MAX_BYTES = 2**16
_MAX_LENGTH = 100
_MAX_DURATION_S = 600.0
_SHOWN_RUN_ID = 8
_NO_RECORD = (ValueError, TypeError, KeyError, RecursionError)


@dataclass(frozen=True, slots=True)
class LeaseRecord:
    """A lease as it is stored.

    Attributes:
        holder: What names this holding of the lease; None: nobody holds it.
        renewals: Grows with each renewal, so that no two states of the object are the same.
        duration_s: How long the lease lasts without a renewal.
        process: The process that holds it, or held it last.
        run_id: The Dagster run that it is held for; None without one.
        since: When it was taken (ISO 8601, by the holder's clock): for people, never compared.
    """

    holder: str | None
    renewals: int
    duration_s: float
    process: ProcessIdentity
    run_id: str | None
    since: str

    @classmethod
    def read(cls, body: bytes) -> Self | None:
        """Return what an object says; None where it is not a lease of ours."""
        try:
            if len(body) > _MAX_BYTES:
                return None
            said = json.loads(body)
            process = said["process"]
            duration_s = float(said["duration_s"])
            if not 0 < duration_s <= _MAX_DURATION_S:
                return None
            return cls(
                holder=None if said["holder"] is None else _text(said["holder"]),
                renewals=_number(said["renewals"]),
                duration_s=duration_s,
                process=ProcessIdentity(
                    _text(process["host"]),
                    _number(process["pid"]),
                    _text(process["boot_id"]),
                    _text(process["pid_namespace"]),
                    _number(process["started_at"]),
                ),
                run_id=None if said["run_id"] is None else _text(said["run_id"]),
                since=_text(said["since"]),
            )
        except _NO_RECORD:
            return None

    def body(self) -> bytes:
        """Return the object's content."""
        document = {each.name: getattr(self, each.name) for each in fields(self)}
        return json.dumps(document | {"process": asdict(self.process)}, indent=2).encode()

    def __str__(self) -> str:
        run = f", run {self.run_id[:_SHOWN_RUN_ID]}" if self.run_id else ""
        return f"host {self.process.host}, process {self.process.pid}{run}, since {self.since}"


def _text(value: Any) -> str:
    """Return a text that a terminal can show as it is."""
    if not isinstance(value, str) or len(value) > _MAX_LENGTH:
        raise TypeError
    if not (value.isascii() and value.isprintable()):
        raise ValueError
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value
