"""What the tests about gold items begin with."""

from annotate.enums import Kind, LanePurpose, Role
from annotate.models import Assignment, Campaign, Gold, Qualification, Task
from annotate.services.assignment import take_assignment
from annotate.services.gold import make_gold, set_gold_rules
from annotate.services.ranking import RankingAnswer
from annotate.services.returning import give_back_unseen_turns
from annotate.services.turn import show_assignment
from commons.models import User
from tests.annotate.reviewing import tiers_of
from tests.factories import make_campaign, make_member, make_task


def checking_campaign(*, share: float = 0.5, lead: User | None = None, **rules: float) -> Campaign:
    """A campaign whose people are checked with half of what they are given."""
    campaign = make_campaign(lead=lead)
    set_gold_rules(campaign=campaign, by=lead or make_member(campaign, Role.LEAD), share=share)
    if rules:
        set_gold_rules(campaign=campaign, by=make_member(campaign, Role.LEAD), **rules)
    return campaign


def gold_of(
    campaign: Campaign,
    order: str = "abcd",
    *,
    purpose: LanePurpose = LanePurpose.GOLD,
    task: Task | None = None,
    by: User | None = None,
    qualification: Qualification | None = None,
    explanation: str = "",
) -> Gold:
    """A fresh item with this right order; the letters are its answers as offered."""
    task = task or make_task(campaign)
    return make_gold(
        task=task,
        answer=RankingAnswer(tiers=tiers_of(task, order)),
        purpose=purpose,
        by=by or make_member(campaign, Role.LEAD),
        qualification=qualification,
        explanation=explanation,
    )


def check_taken(campaign: Campaign, by: User) -> Assignment:
    """A silent check on a person's screen. The draw is one in two, and work has to wait beside it:
    that goes back unseen, and is asked for again."""
    make_task(campaign)
    for _ in range(200):
        turn = take_assignment(by=by, campaign=campaign, kind=Kind.RANK)
        if turn.task.round == 0:
            show_assignment(assignment=turn)
            return turn
        give_back_unseen_turns(of=by)
    raise AssertionError("no check came in two hundred draws of one in two")
