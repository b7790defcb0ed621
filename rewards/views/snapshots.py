"""The frozen rankings that a person may train on."""

from datetime import datetime
from typing import Protocol, cast
from uuid import UUID

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from annotate import gateway
from commons.models import Run, RunState, User
from rewards.models import RewardModel

MOST = 50


class Frozen(Protocol):
    """What is read of a snapshot here."""

    uuid: UUID
    requested_at: datetime
    digest: str
    manifest: dict[str, dict[str, int]]


def ranked_snapshots(user: User) -> list[tuple[str, str]]:
    """Id and name of the newest frozen ``ranked`` snapshots that the person may see.

    Reached through our own foreign key: the gateway answers for one snapshot at a time.
    """
    snapshots = RewardModel._meta.get_field("snapshot").related_model._default_manager
    frozen = snapshots.filter(kind=gateway.SnapshotKind.RANKED, state=RunState.DONE)
    # A check has no files, and others were let go.
    frozen = frozen.exclude(digest="").filter(removed_at=None)
    newest = cast(QuerySet[Run], frozen.order_by("-requested_at", "-pk")[:MOST])
    return [
        (str(snapshot.uuid), _name(snapshot))
        for snapshot in cast(list[Frozen], list(newest))
        if gateway.may_see_snapshot(user, snapshot.uuid)
    ]


def _name(snapshot: Frozen) -> str:
    """As a person tells snapshots apart: when, how many rankings to learn from, which hash."""
    said = {
        "when": date_format(snapshot.requested_at, "j F Y H:i"),
        "rows": snapshot.manifest.get("rows", {}).get("train", 0),
        "hash": snapshot.digest[:8],
    }
    return _("%(when)s UTC: %(rows)d rankings to learn from (%(hash)s)") % said
