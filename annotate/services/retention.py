"""What of the work is kept for a while only.

Judgements are never let go, superseded revisions included: a snapshot may name any of them. Keys
of requests are columns of what they made, and stay with it.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, JSONField, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from annotate.enums import AssignmentState, ReviewState
from annotate.models import Batch, Draft, ReviewDraft, Snapshot
from annotate.selectors.upload import uploads_over
from annotate.services.access import old_accesses
from annotate.services.picture import (
    files_without_row,
    half_written_files,
    is_uuid,
    prune_files_without_row,
)
from annotate.services.qualification import ended_competences, prune_competences
from annotate.services.snapshot import begin_parts_anew, snapshot_copies, snapshot_store
from annotate.services.snapshot_removal import half_removed, prune_half_removed
from annotate.services.upload import prune_uploads
from commons.artifacts import ArtifactError
from commons.models import RunState
from commons.retention import BATCH, Rule, rule_over

IN_HAND = (AssignmentState.OPEN, AssignmentState.RESERVED)
GOING_ON = (RunState.REQUESTED, RunState.RUNNING)
LEFTOVERS_KEPT = timedelta(days=1)  # since anything of them was written
GB = 1_000_000_000

logger = logging.getLogger(__name__)


def old_drafts() -> QuerySet[Draft]:
    """The drafts of turns that ended so long ago, and that nobody has typed in since."""
    before = _days_ago(settings.DRAFTS_KEPT_DAYS)
    ended = Draft.objects.filter(assignment__closed_at__lt=before, saved_at__lt=before)
    return ended.exclude(assignment__state__in=IN_HAND)


def prune_drafts() -> int:
    """Walk them in the order in which they were begun, a page at a time.

    The first page on which all were saved lately is the last one: what follows was begun later,
    and where one of that is due all the same, a later day finds it. So a day costs what it
    deletes, and needs no index that every keystroke would have to keep up.
    """
    due, before = old_drafts(), _days_ago(settings.DRAFTS_KEPT_DAYS)
    pages = Draft.objects.order_by("pk").values_list("pk", "saved_at")
    deleted = last = 0
    while page := list(pages.filter(pk__gt=last)[:BATCH]):
        first, last = page[0][0], page[-1][0]
        deleted += due.filter(pk__range=(first, last)).delete()[0]
        if all(saved_at >= before for _, saved_at in page):
            break
    return deleted


def old_review_drafts() -> QuerySet[ReviewDraft]:
    """What reviewers had half written over items that were decided, or let go, so long ago."""
    before = _days_ago(settings.DRAFTS_KEPT_DAYS)
    return ReviewDraft.objects.filter(saved_at__lt=before).exclude(review__state=ReviewState.OPEN)


def prune_review_drafts() -> int:
    """There are few: a decision takes its own along."""
    return old_review_drafts().delete()[0]


def detailed_reports() -> QuerySet[Batch]:
    """The arrivals of that long ago whose report still says what became of each row."""
    before = _days_ago(settings.REPORTS_KEPT_DAYS)
    return Batch.objects.filter(created_at__lt=before, report__rows__0__isnull=False)


def prune_reports() -> int:
    """Leave the totals; the rows go. Whoever sends the request again gets what is left."""
    due, pruned, last = detailed_reports(), 0, 0
    ordered = due.order_by("pk").values_list("pk", flat=True)
    while pks := list(ordered.filter(pk__gt=last)[:BATCH]):
        pruned += due.filter(pk__in=pks).update(report=WithoutRows(F("report")))
        last = pks[-1]
    return pruned


class WithoutRows(Func):
    """A report whose list of rows is empty, made in the database: a report may be megabytes."""

    output_field = JSONField()
    function = "JSON_SET"
    template = "%(function)s(%(expressions)s, '$.rows', JSON('[]'))"

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, list[Any]]:
        sql, params = self.as_sql(
            compiler,
            connection,
            function="JSONB_SET",
            template="%(function)s(%(expressions)s, '{rows}', '[]')",
            **extra,
        )
        return sql, list(params)


def leftover_snapshots() -> list[str]:
    """Names of what was written and never published, of snapshots that nobody goes on with."""
    found = snapshot_store().leftovers(older_than=LEFTOVERS_KEPT)
    names = [name for name in found if is_uuid(name)]
    needed = Snapshot.objects.filter(uuid__in=names, state__in=GOING_ON)
    return sorted(set(names) - {str(uuid) for uuid in needed.values_list("uuid", flat=True)})


def prune_leftover_snapshots() -> int:
    return sum(map(_discard, leftover_snapshots()))


def _discard(name: str) -> bool:
    """Let go what was written; False where somebody has asked for it again meanwhile.

    Who asks again for one that failed has all of it written anew: that is committed first, lest a
    process dies between and files are missing that its parts name.
    """
    with transaction.atomic():
        for failed in Snapshot.objects.select_for_update().filter(uuid=name, state=RunState.FAILED):
            begin_parts_anew(failed)
    with transaction.atomic():  # who asks again waits for its end
        locked = Snapshot.objects.select_for_update().filter(uuid=name)
        is_needed = any(snapshot.state in GOING_ON for snapshot in locked)
        if not is_needed:
            snapshot_store().staged(name).discard()
    return not is_needed


def copies_due() -> int:
    return len(snapshot_copies().due(most=settings.SNAPSHOT_COPIES_GB * GB))


def prune_copies() -> int:
    return snapshot_copies().prune(most=settings.SNAPSHOT_COPIES_GB * GB)


def unless_away(act: Callable[[], int]) -> Callable[[], int]:
    """0, and a line in the log, while the store does not answer: other rules wait for nothing."""

    def acted() -> int:
        try:
            return act()
        except (ArtifactError, OSError) as away:
            logger.warning("leftovers stay: %s", away)
            return 0

    return acted


def _days_ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


RULES = (
    Rule("drafts of turns that ended long ago", lambda: old_drafts().count(), prune_drafts),
    Rule(
        "drafts of reviews that ended long ago",
        lambda: old_review_drafts().count(),
        prune_review_drafts,
    ),
    Rule("skills by tests that ended long ago", ended_competences, prune_competences),
    rule_over("who saw and downloaded what, long ago", old_accesses),
    Rule("uploads that are over", lambda: uploads_over().count(), prune_uploads),
    Rule("reports with a line for each row", lambda: detailed_reports().count(), prune_reports),
    Rule(
        "unpublished datasets that nobody goes on with",
        unless_away(lambda: len(leftover_snapshots())),
        unless_away(prune_leftover_snapshots),
    ),
    Rule(
        "datasets let go whose files are there still",
        unless_away(lambda: len(half_removed())),
        unless_away(prune_half_removed),
    ),
    Rule(
        "pictures that no prompt came to have",
        unless_away(lambda: len(files_without_row()) + len(half_written_files())),
        unless_away(prune_files_without_row),
    ),
    Rule("copies of datasets, long unused", copies_due, prune_copies),
)
