"""What a person has typed is kept, whatever happens to their page."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction

from annotate.enums import AssignmentState
from annotate.errors import AssignmentClosed, DraftConflict
from annotate.models import Assignment, Draft
from annotate.services.turn import show_assignment
from commons.models import User


@transaction.atomic
def save_draft(
    *, assignment: Assignment, body: Mapping[str, object], version: int, by: User
) -> Draft:
    """Keep a draft that was made from ``version`` (0: none yet); another's newer one is a conflict.

    Whoever has typed something has seen the item. An expired lease keeps its draft too: the text
    may still be submitted. The turn is locked, so that nothing is kept beside what is handed in
    meanwhile, where no page would show it.
    """
    locked = Assignment.objects.select_for_update(no_key=True)
    mine = locked.filter(pk=assignment.pk, person=by).values_list("state", flat=True).first()
    if mine not in (AssignmentState.OPEN, AssignmentState.EXPIRED):
        raise AssignmentClosed(mine or assignment.state)
    draft = _write(assignment, dict(body), version)
    show_assignment(assignment=assignment)
    return draft


def _write(assignment: Assignment, body: dict[str, object], version: int) -> Draft:
    if version == 0:
        try:
            with transaction.atomic():
                return Draft.objects.create(assignment=assignment, body=body)
        except IntegrityError:  # another tab saved first
            pass
    row = Draft.objects.select_for_update().filter(assignment=assignment).first()
    if row is None:
        return Draft.objects.create(assignment=assignment, body=body)
    if is_same(row.body, body):
        return row
    if row.version != version:
        raise DraftConflict(theirs=row.body, version=row.version, saved_at=row.saved_at)
    row.body, row.version = body, row.version + 1
    row.save()
    return row


def is_same(one: object, other: object) -> bool:
    """Equal as JSON has it: 1 is 1.0, which PostgreSQL may make of it, but it is not true."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other
