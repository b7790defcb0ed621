"""Items are made to check, train or test people, and retired."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from annotate.enums import AssignmentState, CampaignState, CountsAs, Kind, LanePurpose, Origin
from annotate.models import (
    Assignment,
    Campaign,
    Gold,
    GoldRules,
    Lane,
    Qualification,
    Ranking,
    Task,
)
from annotate.people_errors import AlreadyGold, NoGold
from annotate.selectors.campaign import current_instructions
from annotate.selectors.gold import rules_of
from annotate.services.erasure_lock import work_together
from annotate.services.queue.places import SHUFFLED
from annotate.services.ranking import RankingAnswer, check_ranking
from annotate.services.rater import rater_id_of
from commons.audit import record
from commons.models import User

RULES = ("share", "training_items", "seen_at_most", "pause_below", "least_items")


@transaction.atomic
def set_gold_rules(*, campaign: Campaign, by: User, **rules: float | None) -> GoldRules:
    """Let these rules hold from now on; items that were made before keep how often they are
    shown."""
    kept, _ = GoldRules.objects.update_or_create(campaign=campaign, defaults=rules)
    record(actor=by, verb="campaign.gold-rules", subject=campaign, **rules)
    return kept


@transaction.atomic
def make_gold(
    *,
    task: Task,
    answer: RankingAnswer,
    purpose: LanePurpose,
    by: User,
    explanation: str = "",
    qualification: Qualification | None = None,
) -> Gold:
    """Let an item check, train or test people by this order.

    Nobody judges it as work from now on; what was judged of it stays. Whoever has met it never
    gets it as a check, nor does the person who knows the answer.
    """
    work_together()
    task = _locked(task)
    _check(task, answer, purpose, qualification)
    seen_at_most = rules_of(task.campaign).seen_at_most
    try:
        with transaction.atomic():
            check = _task_beside(
                task, _lane_beside(task.lane, purpose, qualification), seen_at_most
            )
    except IntegrityError as twice:  # one_task_per_round
        raise AlreadyGold from twice
    gold = Gold.objects.create(
        campaign=task.campaign,
        task=check,
        answer=_right_answer(task, answer, by),
        purpose=purpose,
        qualification=qualification,
        explanation=explanation.strip(),
        made_by=by,
    )
    _keep_away(check, by)
    _ask_no_more(task)
    record(actor=by, verb="gold.made", subject=gold, purpose=purpose, task=str(task.uuid))
    return gold


@transaction.atomic
def retire_gold(*, gold: Gold, by: User) -> None:
    """Show an item to nobody more; what came of it is kept."""
    work_together()
    if not Gold.objects.filter(pk=gold.pk, retired_at=None).update(retired_at=timezone.now()):
        return
    Task.objects.filter(pk=gold.task_id).update(wanted=F("wanted") - F("free"), free=0)
    record(actor=by, verb="gold.retired", subject=gold)


def _locked(task: Task) -> Task:
    """With the other rounds of its item, in one order; the campaign first, as whoever asks again
    has it: a round that was made beside us would be work still."""
    Campaign.objects.select_for_update(no_key=True).get(pk=task.campaign_id)
    rounds = Task.objects.filter(campaign=task.campaign_id, prompt=task.prompt_id, kind=task.kind)
    list(rounds.select_for_update().order_by("pk").values_list("pk"))
    return Task.objects.select_related("lane", "campaign").get(pk=task.pk)


def _check(
    task: Task,
    answer: RankingAnswer,
    purpose: LanePurpose,
    qualification: Qualification | None,
) -> None:
    if task.kind != Kind.RANK or task.round == 0 or task.lane.reserved_for_id is not None:
        raise NoGold(gettext("Only an item that people rank can check them; take another."))
    if task.held:
        raise NoGold(gettext("A report about this item waits; decide over it first."))
    if task.campaign.state == CampaignState.CLOSED:
        raise NoGold(gettext("The campaign is closed: nobody is given anything of it any more."))
    if (purpose == LanePurpose.TEST) != (qualification is not None):
        raise NoGold(gettext("An item of a test belongs to one; choose the test, or another use."))
    if qualification is not None and qualification.campaign_id != task.campaign_id:
        raise NoGold(gettext("That test is another campaign's; choose one of this campaign."))
    check_ranking(answer, offered=task.offered)
    if len(answer.tiers) < 2:
        raise NoGold(
            gettext("An order in which nothing is better than anything tells nobody apart.")
        )


def _lane_beside(lane: Lane, purpose: LanePurpose, test: Qualification | None) -> Lane:
    """The lane for this purpose that asks for the same; a test's is named by the skill it gives."""
    alike = {
        name: getattr(lane, name)
        for name in ("campaign", "kind", "skill", "language", "clearance", "pool", "band")
    }
    if test is not None:
        alike["skill"] = test.skill
    beside, _ = Lane.objects.get_or_create(**alike, purpose=purpose, reserved_for=None)
    return beside


def _task_beside(task: Task, lane: Lane, seen_at_most: int) -> Task:
    """The same item in round 0, in this lane; its place there is drawn."""
    return Task.objects.create(
        campaign=task.campaign,
        prompt_id=task.prompt_id,
        kind=task.kind,
        round=0,
        lane=lane,
        place=_place(task),
        offered=task.offered,
        wanted=seen_at_most,
        free=seen_at_most,
    )


def _place(task: Task) -> int:
    """By the task's own id, which says nothing to anybody: 32 bits."""
    return task.uuid.int & ((1 << SHUFFLED) - 1)


def _right_answer(task: Task, answer: RankingAnswer, by: User) -> Ranking:
    columns = answer.columns() | {"strengths": []}
    ranking = Ranking(
        campaign=task.campaign,
        prompt_id=task.prompt_id,
        rater_id=rater_id_of(by),
        origin=Origin.GOLD,
        counts_as=CountsAs.GOLD,
        instructions=current_instructions(task.campaign),
        **columns,
    )
    ranking.root = ranking.uuid
    ranking.save(force_insert=True)
    return ranking


def _keep_away(check: Task, by: User) -> None:
    """Whoever has met the item, wrote one of its answers, or knows the right order."""
    met = Assignment.objects.filter(
        task__campaign=check.campaign_id, task__prompt=check.prompt_id
    ).values_list("person", flat=True)
    Assignment.objects.bulk_create(
        (
            Assignment(task=check, person_id=person, state=AssignmentState.EXCLUDED)
            for person in sorted({by.pk, *met})
        ),
        ignore_conflicts=True,
    )


def _ask_no_more(task: Task) -> None:
    """Nobody judges it as work who could meet it as a check, or has. Its rounds are locked."""
    work = Task.objects.filter(
        campaign=task.campaign_id, prompt=task.prompt_id, kind=task.kind, round__gt=0, free__gt=0
    )
    work.update(wanted=F("wanted") - F("free"), free=0)
