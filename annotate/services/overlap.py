"""One judgement more, where the first two disagree."""

from django.db.models import Q

from annotate.enums import CampaignState, CountsAs, Kind
from annotate.models import Ranking, Task
from annotate.selectors.standing import STANDS
from annotate.selectors.task import IS_ASKED_NO_MORE
from annotate.services.closing import TurnToClose
from annotate.services.returning import add_turns
from annotate.stats.disagreement import differ

TWO = 2


def task_that_may_need_a_third(*, turn: TurnToClose) -> Task | None:
    """Lock the task if two judgements of it may disagree: call before its turn is closed.

    Two people who submit at once come one after the other here, and the later one sees both. None
    too where nobody would be given the third turn.
    """
    if turn.third_below is None or turn.kind != Kind.RANK or turn.wanted != TWO:
        return None
    lock = Task.objects.select_for_update(of=("self",)).select_related("lane", "campaign")
    task = lock.get(pk=turn.task)
    return None if task.campaign.state == CampaignState.CLOSED else task


def ask_third(*, task: Task, third_below: float) -> bool:
    """Want one judgement more of a task whose two counted rankings differ; say whether.

    In the transaction that wrote the second one, so that nobody finds the task done in between.
    Never where it was asked again since, or checks people by now: looked up behind the lock.
    """
    if task.third_asked or task.wanted != TWO:
        return False
    asked = Task.objects.filter(~IS_ASKED_NO_MORE, pk=task.pk)
    orders = list(
        Ranking.objects.filter(
            STANDS,
            Q(counts_as=CountsAs.WORK) | Q(counts_as=CountsAs.HELD_OUT),
            assignment__task__in=asked,
            current=True,
        ).values_list("tiers", flat=True)
    )
    if len(orders) != TWO or not differ(*orders, below=third_below):
        return False
    add_turns(task=task, more_wanted=1, third_asked=True)
    return True
