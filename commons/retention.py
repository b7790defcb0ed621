"""What is kept for a while only, and how it is let go: little by little, so that nobody waits."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from commons.models import ApiToken, DeliveryState, Notice, WorkerHeartbeat

BATCH = 1000  # rows let go in one statement
TOKENS_KEPT = timedelta(days=30)  # so that a person sees why a program of theirs is refused
HEARTBEATS_KEPT = timedelta(days=7)
NOTICES_KEPT = timedelta(days=90)
MINUTE = 60  # seconds

Rows = QuerySet[Any, Any]


@dataclass(frozen=True)
class Rule:
    """Something that is kept for a while: ``count`` says how much of it is due, ``prune`` lets it
    go and says how much that was. Safe to run twice, at once, and to be killed."""

    what: str
    count: Callable[[], int]
    prune: Callable[[], int]
    size: Callable[[], int] | None = None  # bytes that the disk gets back, where they are many


def rule_over(what: str, due: Callable[[], Rows]) -> Rule:
    """A rule over few rows, or over rows that an index finds."""
    return Rule(what, lambda: due().count(), lambda: delete_in_batches(due()))


def delete_in_batches(due: Rows) -> int:
    """Delete rows that nothing refers to; one that is no longer due when its turn comes stays."""
    deleted = 0
    while pks := list(due.order_by().values_list("pk", flat=True)[:BATCH]):
        deleted += due.filter(pk__in=pks).delete()[0]
    return deleted


def sessions_over() -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=timezone.now())


def dead_tokens() -> QuerySet[ApiToken]:
    """The audit trail goes on saying that they were made and revoked."""
    before = timezone.now() - TOKENS_KEPT
    return ApiToken.objects.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before))


def silent_workers() -> QuerySet[WorkerHeartbeat]:
    return WorkerHeartbeat.objects.filter(seen_at__lt=timezone.now() - HEARTBEATS_KEPT)


def old_notices() -> QuerySet[Notice]:
    """With their deliveries and the log of these; what still waits to be sent stays."""
    before = timezone.now() - NOTICES_KEPT
    waiting = Notice.objects.filter(deliveries__state=DeliveryState.WAITING)
    return Notice.objects.filter(at__lt=before).exclude(pk__in=waiting.values("pk"))


def counts_of_past_minutes() -> list[Path]:
    """The folders in which hosts without Redis count requests (``commons.throttling``)."""
    root, past = settings.VAR_DIR / "requests", int(time.time()) // MINUTE - 1
    folders = root.iterdir() if root.is_dir() else ()
    return [each for each in folders if each.name.isdigit() and int(each.name) < past]


def remove_past_counts() -> int:
    folders = counts_of_past_minutes()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)  # the next request may do the same
    return len(folders)


RULES = (
    rule_over("sessions that are over", sessions_over),
    rule_over("API tokens that ended 30 days ago", dead_tokens),
    rule_over("signs of workers silent for a week", silent_workers),
    rule_over("notices of 90 days ago and what became of them", old_notices),
    Rule("minutes of counted requests", lambda: len(counts_of_past_minutes()), remove_past_counts),
)


def all_rules() -> list[Rule]:
    """Those of every app, as ``RETENTION_RULES`` names them."""
    return [rule for name in settings.RETENTION_RULES for rule in import_string(name)]
