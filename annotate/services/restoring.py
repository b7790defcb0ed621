"""What a restore means for the work: nobody holds what was leased when the backup was made."""

from django.db import transaction

from annotate.enums import AssignmentState
from annotate.models import Assignment
from annotate.services.returning import return_turn

CHUNK = 500  # turns of one transaction


def end_open_leases() -> int:
    """End every lease and give its turn back to the queue; say how many.

    What its person still hands in is kept, as it is of any lease that ran out.
    """
    ended = 0
    still_open = Assignment.objects.filter(state=AssignmentState.OPEN).order_by("pk")
    while turns := list(still_open.values_list("pk", "task_id")[:CHUNK]):
        with transaction.atomic():
            ended += sum(
                return_turn(assignment=pk, task=task, to=AssignmentState.EXPIRED)
                for pk, task in turns
            )
    return ended
