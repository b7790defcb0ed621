"""Whoever reads or takes away what others wrote is written down, in every campaign it is of.

    a download, each time -> note_access
    a look, once an hour  -> note_look, note_look_at_people

Rows are never changed, hold public ids alone, and go after a while (``old_accesses``).
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from annotate.enums import RaterKind, Taken
from annotate.models import Access, Campaign, Rater
from commons.lately import not_lately, remember
from commons.models import User

LONGEST = Access._meta.get_field("subject").max_length


def note_access(
    *,
    by: User,
    taken: Taken,
    subject: str,
    campaigns: Iterable[Campaign],
    part: str = "",
    rows: int | None = None,
    token: UUID | None = None,
) -> None:
    """Write down one download, of so many rows; ``token`` names the program's key."""
    Access.objects.bulk_create(
        Access(
            campaign=each,
            person=by,
            taken=taken,
            subject=subject[:LONGEST],
            part=part,
            rows=rows,
            token=token,
        )
        for each in campaigns
    )


def note_look(
    *,
    by: User,
    taken: Taken,
    subjects: Sequence[str],
    campaigns: Iterable[Campaign | None],
    part: str = "",
    token: UUID | None = None,
) -> None:
    """Write down that somebody looks at something: once an hour, however often they do.

    A campaign may be named several times. None: it is of no campaign.
    """
    rows = {
        _name_of(row): row
        for campaign in dict.fromkeys(campaigns)
        for row in (
            Access(
                campaign=campaign,
                person=by,
                taken=taken,
                subject=subject[:LONGEST],
                part=part,
                token=token,
            )
            for subject in subjects
        )
    }
    fresh = not_lately(list(rows))
    if fresh:
        Access.objects.bulk_create(rows[name] for name in fresh)
        transaction.on_commit(partial(remember, fresh))


def note_look_at_people(
    *,
    by: User,
    people: Iterable[User | Rater],
    campaigns: Iterable[Campaign | None],
    part: str,
    token: UUID | None = None,
) -> None:
    """Write down that somebody looks at what is kept of these people, each by themselves.

    One's own is one's own, and a machine is nobody.
    """
    accounts = [(each.user or each) if isinstance(each, Rater) else each for each in people]
    subjects = [_named(each) for each in accounts if each != by and not _is_machine(each)]
    note_look(
        by=by, taken=Taken.ONE, subjects=subjects, campaigns=campaigns, part=part, token=token
    )


def note_admin_page(*, by: User, page: str) -> None:
    """Write down that somebody reads a table, or a row of it, in Django's admin."""
    note_look(by=by, taken=Taken.ADMIN, subjects=[page], campaigns=[None])


def old_accesses() -> QuerySet[Access]:
    before = timezone.now() - timedelta(days=settings.ACCESSES_KEPT_DAYS)
    return Access.objects.filter(at__lt=before)


def _named(who: User | Rater) -> str:
    """As in the audit record; a source of imported judgements has no account."""
    return f"{who._meta.model_name}:{who.uuid}"


def _is_machine(who: User | Rater) -> bool:
    return isinstance(who, Rater) and who.kind == RaterKind.MACHINE


def _name_of(row: Access) -> str:
    """What tells one look from another; public ids alone, so that nothing else can be it."""
    campaign = row.campaign.uuid if row.campaign else ""
    said = (row.person.uuid, campaign, row.taken, row.subject, row.part, row.token or "")
    return hashlib.sha256("\n".join(map(str, said)).encode()).hexdigest()
