"""A person's week tells how their training went, and nothing of what checks them in silence."""

from datetime import timedelta

from django.urls import reverse

from annotate.enums import Kind, LanePurpose
from annotate.models import Assignment, GoldResult
from annotate.selectors.tally import beginning_of, week_start
from annotate.services.care import set_care
from annotate.services.gold import set_gold_rules
from annotate.services.ranking import RankingAnswer, submit_ranking
from tests.annotate.golden import check_taken, gold_of
from tests.annotate.reviewing import tiers_of
from tests.annotate.views.conftest import Cast
from tests.factories import take_and_show

DESK = reverse("annotate:desk")


def rank(cast: Cast, turn: Assignment, order: str) -> GoldResult:
    """The member hands this in; a, b, c, d is right."""
    answer = RankingAnswer(tiers=tiers_of(turn.task, order))
    submit_ranking(assignment=turn, answer=answer, by=cast.member)
    return GoldResult.objects.get(assignment=turn)


def train(cast: Cast, order: str) -> GoldResult:
    gold_of(cast.campaign, purpose=LanePurpose.PRACTICE)
    return rank(cast, take_and_show(cast.member, cast.campaign, kind=Kind.RANK), order)


def test_a_week_tells_how_training_went_and_leads_to_each_item(cast: Cast) -> None:
    """Of six pairs each, all are as they should be once, and once all but the last."""
    set_gold_rules(campaign=cast.campaign, by=cast.lead, training_items=2)
    results = [train(cast, "abcd"), train(cast, "abdc")]

    page = cast.client(cast.member).get(DESK)
    theirs = cast.client(cast.lead).get(DESK)

    html, training = page.content.decode(), page.context["training"]
    assert (training.items, training.agreed, training.compared, training.percent) == (2, 11, 12, 92)
    for said in ("11 of 12 pairs as they should be", "5 of 6 pairs", "6 of 6 pairs"):
        assert said in html
    for each in results:
        assert reverse("annotate:told", args=[each.assignment.uuid]) in html
    assert theirs.context["training"] is None


def test_a_week_tells_of_this_weeks_training_alone(cast: Cast) -> None:
    set_gold_rules(campaign=cast.campaign, by=cast.lead, training_items=1)
    train(cast, "abcd")
    GoldResult.objects.update(at=beginning_of(week_start()) - timedelta(seconds=1))

    assert cast.client(cast.member).get(DESK).context["training"] is None


def test_a_desk_is_silent_about_silent_checks(cast: Cast) -> None:
    """Also where the same campaign tells people how their training went."""
    set_gold_rules(campaign=cast.campaign, by=cast.lead, training_items=1, share=0.5)
    told = train(cast, "abcd")
    gold_of(cast.campaign)
    silent = rank(cast, check_taken(cast.campaign, cast.member), "dcba")

    page = cast.client(cast.member).get(DESK)

    assert page.context["training"].newest == [told]
    html = page.content.decode()
    assert "6 of 6 pairs as they should be" in html
    assert "of 12 pairs" not in html
    assert reverse("annotate:told", args=[silent.assignment.uuid]) not in html


def test_a_week_quotes_nothing_that_may_harm(cast: Cast) -> None:
    set_gold_rules(campaign=cast.campaign, by=cast.lead, training_items=1)
    question = train(cast, "abcd").assignment.task.prompt.question
    set_care(campaign=cast.campaign, skills=[""], words="Threats.", by=cast.lead)

    html = cast.client(cast.member).get(DESK).content.decode()

    week = html[html.index('id="week-title"') :]
    assert "May hold harmful text" in week
    assert question not in html
