"""The part of the measurement that runs inside the product; ``bench.near`` sets it up."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from unittest.mock import patch

from django.db import connection

from annotate.enums import Kind
from annotate.importing import laurel
from annotate.models import Campaign, Prompt, PromptBand
from annotate.services.campaign import Work, create_campaign
from annotate.services.importing import import_records

TABLE = "annotate_promptband"


def imported(rows: Sequence[dict[str, object]], *, looks: bool) -> tuple[float, float]:
    """Prompts a second and the processor's microseconds a prompt of one import without tasks."""
    campaign = _campaign()
    records = [laurel.prompt_in(row, number) for number, row in enumerate(rows, start=1)]
    with ExitStack() as patched:
        patched.enter_context(patch("annotate.services.importing.open_tasks", return_value=0))
        if not looks:
            patched.enter_context(patch("annotate.services.intake.keeping.settle"))
        begun, busy = time.perf_counter(), time.process_time()
        import_records(campaign=campaign, records=iter(records))
        taken, busy = time.perf_counter() - begun, time.process_time() - busy
    return round(len(rows) / taken), round(busy / len(rows) * 1e6)


def stored() -> dict[str, object]:
    """What was found, and the bytes that the keys take for each prompt that was looked at."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT pg_total_relation_size('{TABLE}')"
            if connection.vendor == "postgresql"
            else f"SELECT sum(pgsize) FROM dbstat WHERE name = '{TABLE}'"
        )
        size = cursor.fetchone()[0]
    looked_at = PromptBand.objects.values("prompt").distinct().count()
    return {
        "bytes_per_prompt": round(size / looked_at) if size else None,
        "joined": Prompt.objects.filter(cluster__isnull=False, quarantined=False).count(),
        "quarantined": Prompt.objects.filter(quarantined=True).count(),
    }


def _campaign() -> Campaign:
    name = f"Measured {Campaign.objects.count()}"
    return create_campaign(name=name, works=[Work(Kind.RANK, answers=4)], by=None)
