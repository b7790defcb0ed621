"""What of the work is kept for a while only.

Judgements are never let go, superseded revisions included: a snapshot may name any of them. Keys
of requests are columns of what they made, and stay with it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, JSONField, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from annotate.enums import AssignmentState, ReviewState
from annotate.models import Batch, Draft, ReviewDraft
from annotate.selectors.upload import uploads_over
from annotate.services.upload import prune_uploads
from commons.retention import BATCH, Rule

IN_HAND = (AssignmentState.OPEN, AssignmentState.RESERVED)


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


def _days_ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


RULES = (
    Rule("drafts of turns that ended long ago", lambda: old_drafts().count(), prune_drafts),
    Rule(
        "drafts of reviews that ended long ago",
        lambda: old_review_drafts().count(),
        prune_review_drafts,
    ),
    Rule("uploads that are over", lambda: uploads_over().count(), prune_uploads),
    Rule("reports with a line for each row", lambda: detailed_reports().count(), prune_reports),
)
