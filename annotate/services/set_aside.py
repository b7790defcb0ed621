"""A turn that is set aside for a person is taken by name, before all that waits for them."""

from contextlib import suppress

from django.db import IntegrityError, transaction

from annotate.enums import AssignmentState
from annotate.errors import GuidelineNotAcknowledged, NothingToDo
from annotate.models import Assignment
from annotate.services.assignment import TRIES, open_kept, terms_of
from annotate.services.queue import plan_of
from commons.models import User


def take_set_aside(*, by: User, turn: Assignment) -> Assignment:
    """Lease the very turn that is set aside for a person; one that they hold already stays so."""
    for _ in range(TRIES):
        plan = plan_of(person=by.pk, campaign=turn.task.campaign_id)
        kept = next((each for each in plan.kept if each.assignment == turn.pk), None)
        if kept is None:
            break
        if not kept.is_acknowledged:
            raise GuidelineNotAcknowledged(kept.campaign_name)
        with suppress(IntegrityError), transaction.atomic():  # another request took the seat
            if opened := open_kept(kept, terms_of(by, plan, None)):
                return opened
    turn.refresh_from_db()
    if turn.state == AssignmentState.RESERVED:
        raise NothingToDo
    return turn
