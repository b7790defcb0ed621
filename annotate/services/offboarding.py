"""Who has left holds nothing: their leases and what is set aside for them go to others at once.

What they had on their screen may be handed in all the same, as of any lease that ran out.
"""

from django.db import transaction
from django.db.models import QuerySet

from annotate.enums import AssignmentState
from annotate.models import Assignment, Campaign
from annotate.services.returning import end_turns
from commons.models import User

OUT = (AssignmentState.OPEN, AssignmentState.RESERVED)
CHUNK = 500  # turns of one transaction


@transaction.atomic
def release_turns_of(*, person: User, campaign: Campaign | None = None) -> int:
    """Give back all that a person holds, in one campaign or everywhere; say how many turns."""
    held = Assignment.objects.filter(person=person, state__in=OUT)
    if campaign is not None:
        held = held.filter(task__campaign=campaign)
    return end_turns(held)


def release_turns_of_the_gone() -> int:
    """The same for everybody whose account is off, however that came; say how many turns."""
    ended = 0
    while turns := list(_of_the_gone().values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            now = end_turns(Assignment.objects.filter(pk__in=turns))
        if not now:  # others ended them meanwhile
            break
        ended += now
    return ended


def _of_the_gone() -> QuerySet[Assignment]:
    return Assignment.objects.filter(person__is_active=False, state__in=OUT).order_by("pk")
