"""What a process that freezes does, how many parts it wrote, and what it cost."""

import os
import time
from contextlib import suppress
from pathlib import Path

from django.db import connection

from annotate.models import Snapshot
from annotate.services.freezing import freeze_snapshot
from annotate.services.snapshot_member import freeze_members
from annotate.services.snapshot_part import claim_part, write_part
from commons.runs import claim_run

Figures = dict[str, float]


def write(uuid: str) -> Figures:
    """Freeze the snapshot, or write parts of it until another process has.

    ``serial_cpu_seconds``: what nobody can help with, the writing down of members.
    ``database_cpu_seconds``: of this process's connection, where the database is on this machine.
    """
    asked = Snapshot.objects.filter(uuid=uuid)
    claimed = claim_run(asked)
    if claimed is None:
        return {"parts": _help(uuid), "serial_cpu_seconds": 0.0, **_of_database()}
    begun = time.process_time() + _database_seconds()
    freeze_members(snapshot=claimed)  # found there again by what follows
    serial = time.process_time() + _database_seconds() - begun
    freeze_snapshot(snapshot=claimed)
    parts = claimed.parts.filter(attempts__gt=0).count()
    return {"parts": parts, "serial_cpu_seconds": serial, **_of_database()}


def _help(uuid: str) -> int:
    asked, parts = Snapshot.objects.filter(uuid=uuid), 0
    while not asked.get().is_over:
        part = claim_part(asked.get())
        if part is None:
            time.sleep(0.2)
        else:
            write_part(part=part)
            parts += 1
    return parts


def _of_database() -> Figures:
    return {"database_cpu_seconds": _database_seconds()}


def _database_seconds() -> float:
    """Processor seconds of the server process behind this connection; 0 where none is seen."""
    if connection.vendor != "postgresql":
        return 0.0
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    with suppress(OSError):
        said = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        if Path(f"/proc/{pid}/comm").read_text().startswith("postgres"):
            return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0
