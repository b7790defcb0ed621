"""A second opinion is drawn when the first is in, oftener where its rater is less reliable.

Off until a campaign says so; then nothing is drawn when a task is made. The chance depends on the
first judgement's rater alone and is kept with the task, whether it was drawn or not: what comes
second has no part in it, so agreement weighted by it is that of all items.
"""

from annotate.enums import CampaignState, CountsAs
from annotate.models import CampaignWork, QualityReport, RaterQuality, Task
from annotate.selectors.task import is_asked_no_more
from annotate.services.closing import TurnToClose
from annotate.services.intake.draws import is_drawn_for_second
from annotate.services.returning import add_turns
from annotate.stats.reliability.weights import UNKNOWN_RATER
from annotate.stats.second_opinion import chance_of_second
from commons.models import RunState

COUNTED = (CountsAs.WORK, CountsAs.HELD_OUT)


def task_that_may_get_a_second(*, turn: TurnToClose) -> Task | None:
    """Lock the task if its second opinion is still to be drawn: before the turn is closed."""
    if turn.second_up_to is None:
        return None
    lock = Task.objects.select_for_update(of=("self",)).select_related("lane", "campaign")
    task = lock.get(pk=turn.task)
    is_over = task.campaign.state == CampaignState.CLOSED or task.propensity is not None
    return None if is_over or is_asked_no_more(task.pk) else task


def draw_second(*, task: Task, rater: int, most: float) -> bool:
    """Draw whether the locked task is judged once more, by who judged it; say whether."""
    work = CampaignWork.objects.get(campaign=task.campaign_id, kind=task.kind)
    chance = chance_of_second(
        consistency_of(rater, task.campaign_id), floor=work.second_opinion_share, most=most
    )
    if not is_drawn_for_second(task.uuid, share=chance):
        Task.objects.filter(pk=task.pk).update(propensity=chance)
        return False
    add_turns(task=task, more_wanted=1, second_opinion=True, propensity=chance)
    return True


def consistency_of(rater: int, campaign: int) -> float:
    """The lower end of what the newest report knows of a rater."""
    newest = QualityReport.objects.filter(campaign=campaign, state=RunState.DONE).order_by("-pk")
    known = RaterQuality.objects.filter(report__in=newest[:1], rater=rater)
    low = known.values_list("consistency_low", flat=True).first()
    return UNKNOWN_RATER if low is None else low
