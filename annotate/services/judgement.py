"""What handing in a demonstration and handing in a ranking have in common."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TypeVar
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotate.enums import AssignmentState, CountsAs, Origin
from annotate.errors import AlreadySubmitted, EditTimeOver, KeyReused, NotSubmitted
from annotate.models import Assignment, Demonstration, Ranking
from annotate.services.closing import Facts
from annotate.services.rater import rater_of
from commons.models import User

Kept = TypeVar("Kept", Demonstration, Ranking)
Columns = Mapping[str, object]


def submit_once(
    submit: Callable[[], Kept],
    kept: type[Kept],
    *,
    assignment: Assignment,
    key: UUID | None,
    columns: Columns,
) -> Kept:
    """Submit in one transaction; a repeat under the same ``key`` finds what the first one kept.

    The same key with other ``columns``, or for another item, is refused.
    """
    try:
        with transaction.atomic():
            return submit()
    except AlreadySubmitted:
        assignment.refresh_from_db()
        if key is None or assignment.closing_key != key:
            raise
        return _same(kept.objects.get(assignment=assignment, revision=1), columns)
    except IntegrityError as broken:
        used = Assignment.objects.filter(person=assignment.person_id, closing_key=key)
        if key and used.exclude(pk=assignment.pk).exists():
            raise KeyReused from broken
        raise


def _same(before: Kept, columns: Columns) -> Kept:
    if any(getattr(before, name) != said for name, said in columns.items()):
        raise KeyReused
    return before


def keep_first(
    kept: type[Kept],
    *,
    assignment: Assignment,
    facts: Facts,
    counts_as: CountsAs,
    by: User,
    columns: Columns,
) -> Kept:
    """Write the first revision of a judgement that is work."""
    uuid, task = uuid4(), assignment.task
    return kept.objects.create(
        uuid=uuid,
        root=uuid,
        campaign_id=task.campaign_id,
        prompt_id=task.prompt_id,
        rater_id=facts.rater or rater_of(by).pk,
        origin=Origin.WORK,
        counts_as=counts_as,
        assignment=assignment,
        instructions_id=assignment.instructions_id,
        **columns,
    )


def edit_until(assignment: Assignment, minutes: int) -> bool:
    """Whether what was submitted may still be changed."""
    closed = assignment.closed_at
    return closed is not None and timezone.now() <= closed + timedelta(minutes=minutes)


def revise_judgement(
    kept: type[Kept],
    *,
    assignment: Assignment,
    facts: Facts,
    by: User,
    key: UUID | None,
    columns: Columns,
) -> tuple[Kept, Kept | None]:
    """Write the next revision of a person's own judgement; the old one stays, no longer current.

    Returns the new one and the one it replaces; that is None where the same ``key`` had already
    written it, or where nothing was changed. Call inside a transaction.
    """
    if assignment.person_id != by.pk or assignment.state != AssignmentState.SUBMITTED:
        raise NotSubmitted
    rows = kept.objects.select_for_update().filter(assignment=assignment)
    old = rows.get(current=True)  # two edits at once come one after the other
    if key and (before := kept.objects.filter(rater=old.rater_id, key=key).first()):
        if before.assignment_id != assignment.pk:
            raise KeyReused
        return _same(before, columns), None
    if not edit_until(assignment, facts.edit_minutes):
        raise EditTimeOver(facts.edit_minutes)
    if all(getattr(old, name) == said for name, said in columns.items()):
        return old, None
    rows.filter(pk=old.pk).update(current=False)
    new = kept.objects.create(
        root=old.root,
        revision=old.revision + 1,
        key=key,
        campaign_id=old.campaign_id,
        prompt_id=old.prompt_id,
        rater_id=old.rater_id,
        origin=old.origin,
        counts_as=old.counts_as,
        assignment=assignment,
        instructions_id=old.instructions_id,
        **columns,
    )
    return new, old
