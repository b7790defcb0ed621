"""The part of the measurement that runs inside the product; ``bench.difference`` sets it up."""

import os
import resource
import time
from uuid import uuid4

from django.db import connection, transaction

from annotate.enums import SnapshotKind
from annotate.export.policy import Policy
from annotate.models import Campaign, Ranking, Snapshot
from annotate.selectors.snapshot_difference import Difference, difference_of
from annotate.services.snapshot import request_snapshot
from annotate.services.snapshot_member import freeze_members
from bench.export_inside import PAIRS, say

REVISED, REMOVED = 100, 1000  # one in so many
AGAIN = 2
Figures = dict[str, object]


def measured() -> Figures:
    older = _frozen()
    revised, removed = _change()
    newer = _frozen()
    found, seconds = _timed(older, newer)
    again = [_timed(older, newer)[1] for _ in range(AGAIN)]
    done = {"added": 0, "removed": removed, "changed": revised}
    figures: Figures = {
        "database": connection.vendor,
        "comparisons": older.members.count() * PAIRS,
        "as_done": dict(found.counts) == done and found.relabelled == revised,
        "seconds": seconds,
        "again": again,
        **found.counts,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
    }
    Snapshot.objects.filter(pk__in=[older.pk, newer.pk]).delete()
    return figures


def _timed(older: Snapshot, newer: Snapshot) -> tuple[Difference, float]:
    begun = time.perf_counter()
    found = difference_of(older, newer)
    seconds = round(time.perf_counter() - begun, 2)
    say(f"difference: {seconds} s, {dict(found.counts)}, {found.relabelled} relabelled")
    return found, seconds


def _frozen() -> Snapshot:
    snapshot = request_snapshot(
        kind=SnapshotKind.PREFERENCE,
        campaigns=list(Campaign.objects.all()),
        by=None,
        policy=Policy(report=False),
    )
    begun = time.perf_counter()
    members = freeze_members(snapshot=snapshot)
    say(f"{members} members written down in {time.perf_counter() - begun:.1f} s")
    return snapshot


@transaction.atomic
def _change() -> tuple[int, int]:
    """How many rankings were revised, and how many count no more."""
    standing = Ranking.objects.filter(current=True).order_by("pk")
    tenth = list(standing.values_list("pk", flat=True))[:: REVISED // 10]
    revised, removed = tenth[::10], tenth[1 :: REMOVED // 10]
    before = list(standing.filter(pk__in=revised))
    Ranking.objects.filter(pk__in=[*revised, *removed]).update(current=False)
    Ranking.objects.bulk_create(map(_revision, before), batch_size=500)
    return len(revised), len(removed)


def _revision(ranking: Ranking) -> Ranking:
    first, second, *rest = ranking.tiers
    ranking.pk, ranking.uuid, ranking.revision = None, uuid4(), ranking.revision + 1
    ranking.current, ranking.key, ranking.tiers = True, None, [second, first, *rest]
    return ranking
