"""What a process that freezes does, and how many parts it wrote."""

import time

from annotate.models import Snapshot
from annotate.services.freezing import freeze_snapshot
from annotate.services.snapshot_part import claim_part, write_part
from commons.runs import claim_run


def write(uuid: str) -> int:
    """Freeze the snapshot, or write parts of it until another process has."""
    asked = Snapshot.objects.filter(uuid=uuid)
    claimed = claim_run(asked)
    if claimed is not None:
        freeze_snapshot(snapshot=claimed)
        return claimed.parts.filter(attempts__gt=0).count()
    parts = 0
    while not asked.get().is_over:
        part = claim_part(asked.get())
        if part is None:
            time.sleep(0.2)
        else:
            write_part(part=part)
            parts += 1
    return parts
