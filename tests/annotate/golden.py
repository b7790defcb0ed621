"""What the tests about gold items begin with."""

from annotate.enums import LanePurpose, Role
from annotate.models import Campaign, Gold, Qualification, Task
from annotate.services.gold import make_gold, set_gold_rules
from annotate.services.ranking import RankingAnswer
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
