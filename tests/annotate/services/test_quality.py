"""What is fitted of a campaign, what is named in it, and what is not."""

from datetime import timedelta
from html import unescape

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotate.enums import AssignmentState, CountsAs, MachineWay, RaterKind
from annotate.models import (
    AgreementSlice,
    Assignment,
    Campaign,
    QualityReport,
    Ranking,
    Rater,
    RaterQuality,
    StoppedTask,
    Task,
    WantedShare,
)
from annotate.selectors.machine import items_for
from annotate.selectors.quality_lately import lately_ranked
from annotate.selectors.quality_rows import doubled_in
from annotate.selectors.tally import beginning_of, week_start
from annotate.services.machine import MachineSaid, add_machine, keep_verdict
from annotate.services.quality import (
    claim_quality,
    fit_quality,
    is_quality_due,
    request_quality,
)
from annotate.services.quality_round import look_for_quality
from annotate.services.rollup import roll_up
from commons.models import RunState
from commons.runs import SILENCE
from tests.factories import make_campaign, make_user
from tests.planted import Plan, measured, plant

pytestmark = pytest.mark.django_db

SMALL = Plan(prompts=60, raters=4, each=2)


def named(report: QualityReport) -> list[tuple[str, str]]:
    return [(each["sort"], each["subject"]) for each in report.findings]


def test_what_is_planted_is_named_and_nothing_else() -> None:
    campaign = plant(Plan(careless=3, ambiguous="law", missing="chess"), lead=make_user())

    report = measured(campaign)

    careless = Rater.objects.get(user__username=f"{campaign.pk}-rater-3")
    assert named(report) == [
        ("careless", str(careless.pk)),
        ("ambiguous-skill", "law"),
        ("missing-skill", "chess"),
    ]
    law = report.slices.get(measure="agreement", facet="skill", skill="law")
    assert law.low < 0.5 < law.high
    eta = RaterQuality.objects.get(report=report, rater=careless)
    others = report.raters.exclude(rater=careless)
    assert eta.consistency is not None
    assert all(eta.consistency < (each.consistency_low or 0) for each in others)


def titles(campaign: Campaign) -> list[str]:
    """What the dashboard of its lead names."""
    client = Client()
    assert campaign.created_by is not None
    client.force_login(campaign.created_by)
    page = client.get(f"{reverse('annotate:dashboard')}?campaign={campaign.uuid}")
    assert all(each.title in unescape(page.content.decode()) for each in page.context["findings"])
    return [each.title for each in page.context["findings"]]


@pytest.mark.parametrize("noise", [None, 4.0])
def test_who_agrees_less_than_half_as_far_is_named_and_is_no_coin(noise: float | None) -> None:
    """They see something of what answers are worth: more than a coin, far less than others."""
    unsure = {} if noise is None else {5: noise}
    campaign = plant(Plan(unsure=unsure, prompts=720), lead=make_user())

    report = measured(campaign)

    weak = Rater.objects.get(user__username=f"{campaign.pk}-rater-5")
    assert named(report) == ([] if noise is None else [("weak", str(weak.pk))])
    assert titles(campaign) == (
        [] if noise is None else ["Rater 5 agrees less than half as far as others do"]
    )
    assert report.raters.get(rater=weak).verdict == ("attentive" if noise is None else "weak")


@pytest.mark.parametrize("by_coin", [0.0, 0.9])
def test_a_flag_that_people_set_by_their_own_lights_is_named_and_no_skill(by_coin: float) -> None:
    campaign = plant(Plan(flags=True, by_coin=by_coin, prompts=120), lead=make_user())

    report = measured(campaign)

    assert named(report) == ([("ambiguous-flag", "harmful")] if by_coin else [])
    said = "People read the guideline differently: flag “harmful”"
    assert titles(campaign) == ([said] if by_coin else [])


@pytest.mark.parametrize("languages", [("en",), ("en", "en", "en", "de")])
def test_a_language_of_which_nothing_comes_is_named(languages: tuple[str, ...]) -> None:
    """A quarter is wanted in German, of which nothing comes, or a quarter."""
    campaign = plant(Plan(prompts=60, raters=4, each=2, languages=languages), lead=make_user())
    for value, share in (("en", 0.75), ("de", 0.25)):
        WantedShare.objects.create(campaign=campaign, facet="language", value=value, share=share)

    report = measured(campaign)

    is_missing = "de" not in languages
    assert named(report) == ([("missing-language", "de")] if is_missing else [])
    assert titles(campaign) == (["Prompts are missing: language “de”"] if is_missing else [])


@pytest.mark.parametrize("seed", range(2, 5))
def test_nothing_is_named_where_nothing_is_planted(seed: int) -> None:
    campaign = plant(Plan(seed=seed, flags=True), lead=make_user())

    report = measured(campaign)

    assert named(report) == []
    assert report.slices.filter(facet="flag", part="harmful").exists()


def test_one_judgement_of_each_task_is_no_agreement() -> None:
    campaign = plant(Plan(prompts=12, raters=3, each=1), lead=make_user())

    report = measured(campaign)

    assert (report.state, report.figures["doubled"], report.slices.count()) == ("done", 0, 0)


def test_a_week_of_too_few_doubled_prompts_says_how_many() -> None:
    """Both judgements of three tasks are of ten weeks ago; of a fourth the first one alone, so it
    is doubled in its second one's week. Every other prompt is in a week with a figure, or said."""
    campaign = plant(SMALL, lead=make_user())
    then = week_start() - timedelta(weeks=10)
    turns = Assignment.objects.filter(task__campaign=campaign, state=AssignmentState.SUBMITTED)
    *tasks, fourth = Task.objects.filter(campaign=campaign).order_by("pk")[:4]
    first = turns.filter(task=fourth).earliest("closed_at")
    turns.filter(Q(task__in=tasks) | Q(pk=first.pk)).update(closed_at=beginning_of(then))

    report = measured(campaign)

    few = report.figures["few_by_week"]
    told = report.slices.filter(measure="agreement", facet="week")
    assert few[then.isoformat()] == 3
    assert all(each < 5 for each in few.values())
    assert few.keys().isdisjoint({each.week.isoformat() for each in told if each.week})
    assert sum(few.values()) + sum(each.prompts for each in told) == 60


def test_every_measure_is_kept_by_every_facet_and_changes_from_week_to_week() -> None:
    """Sixty prompts of three skills and one language, over the weeks of twenty days."""
    report = measured(plant(SMALL, lead=make_user()))

    kept = set(report.slices.values_list("measure", "facet"))
    weeks = report.slices.filter(measure="agreement", facet="week").order_by("week")
    changes = report.slices.filter(measure="change", facet="week").order_by("week")
    facets = ["skill", "language", "week", "skill+language", "language+week", "kind"]
    assert kept >= {(m, f) for m in ("agreement", "tau", "alpha", "w") for f in facets}
    told = [(each.week, each.value) for each in weeks if each.week]
    assert len(told) > 1
    for change, (before, then), (week, now) in zip(changes, told[:-1], told[1:], strict=True):
        assert (change.week, change.part) == (week, before.isoformat())
        assert change.value == pytest.approx(now - then)
        assert change.low <= change.value <= change.high


def test_a_slice_of_too_few_prompts_is_kept_by_name() -> None:
    campaign = plant(Plan(prompts=14, raters=4, each=2), lead=make_user())

    report = measured(campaign)

    assert set(report.small_slices.filter(facet="skill").values_list("skill", "prompts")) == {
        ("coding", 4)
    }
    assert not report.slices.filter(skill="coding").exists()


def test_two_raters_have_all_figures_and_a_rater_has_parts() -> None:
    report = measured(plant(Plan(prompts=120, raters=4, each=2), lead=make_user()))

    pair = report.pairs.all()[0]
    parts = report.rater_parts.filter(facet="skill")
    assert pair.figures.keys() == {"chance", "tau", "alpha", "w", "kappa", "flag_kappa"}
    assert pair.figures["chance"] == 0.5  # nobody ties
    assert set(parts.values_list("skill", flat=True)) == {"medicine", "law", "coding"}
    assert all(each.prompts >= 10 for each in report.rater_parts.all())


def test_flags_have_a_kappa_of_two_and_of_all() -> None:
    """Of flags that three people in ten set by a coin."""
    campaign = plant(Plan(flags=True, by_coin=0.3, prompts=60, raters=4), lead=make_user())

    report = measured(campaign)

    whole = report.slices.get(measure="kappa", facet="flag", part="harmful")
    alpha = report.slices.get(measure="alpha", facet="flag", part="harmful")
    agreed, chance = report.figures["agreed"]["flag"]["harmful"]
    assert whole.value == pytest.approx((agreed - chance) / (1 - chance))
    assert whole.low < whole.value < whole.high
    assert whole.value == pytest.approx(alpha.value, abs=0.05)  # nobody says yes oftener
    assert (whole.chance, whole.prompts) == (0.0, 60)
    assert report.figures["kappas"] == {}
    spread = report.figures["flag_kappas"]["harmful"]
    assert (spread["pairs"], spread["lowest"] < whole.value < spread["highest"]) == (6, True)
    for pair in report.pairs.all():
        assert (pair.figures["kappa"], set(pair.figures["flag_kappa"])) == ({}, {"harmful"})


def test_held_out_raters_are_people_like_the_others_to_agreement() -> None:
    """They are asked the same, blind, by the same draw; that their labels train nothing says
    nothing of how far they agree. Left out, each item that one of them shares with somebody else
    would have lost its second judgement: here every item has one."""
    campaign = plant(Plan(prompts=40, raters=4, each=2, noise=0.0), lead=make_user())
    whole = measured(campaign).slices.get(measure="agreement", facet="overall")
    theirs = Rater.objects.filter(user__username__in=[f"{campaign.pk}-rater-{n}" for n in (0, 1)])
    held_out = Ranking.objects.filter(campaign=campaign, rater__in=theirs)

    assert 0 < held_out.update(counts_as=CountsAs.HELD_OUT) < 80
    report = measured(campaign)

    assert report.figures["doubled"] == 80
    assert report.slices.get(measure="agreement", facet="overall").prompts == whole.prompts == 40
    assert set(report.raters.filter(doubled__gt=0).values_list("rater", flat=True)) >= set(
        theirs.values_list("pk", flat=True)
    )


def test_a_third_that_was_asked_for_stays_out_where_the_first_was_of_a_held_out_rater() -> None:
    """Not counted, it would let the third in its place, which was asked for as two disagreed."""
    campaign = plant(Plan(prompts=40, raters=4, each=3, noise=0.0), lead=make_user())
    Task.objects.filter(campaign=campaign).update(third_asked=True)
    for task in Task.objects.filter(campaign=campaign):
        theirs = Ranking.objects.filter(assignment__task=task)
        first = theirs.earliest("assignment__closed_at", "assignment")
        theirs.filter(pk=first.pk).update(counts_as=CountsAs.HELD_OUT)
    third = [
        Ranking.objects.filter(assignment__task=task).latest("assignment__closed_at", "assignment")
        for task in Task.objects.filter(campaign=campaign)
    ]

    read = doubled_in(campaign)

    told = set(zip(read.doubled.rankings.tasks, read.doubled.rankings.raters, strict=True))
    assert len(read.doubled) == 80
    assert told.isdisjoint({(each.assignment.task_id, each.rater_id) for each in third})  # type: ignore[union-attr]


def test_a_third_judgement_that_was_asked_for_is_left_out() -> None:
    """Every third one says the contrary of the second; agreement is that of the first two."""
    campaign = plant(Plan(prompts=40, raters=4, each=3, noise=0.0), lead=make_user())
    Task.objects.filter(campaign=campaign).update(third_asked=True)
    for task in Task.objects.filter(campaign=campaign):
        last = Ranking.objects.filter(assignment__task=task).latest("assignment")
        last.assignment.closed_at = timezone.now()  # type: ignore[union-attr]
        last.assignment.save()  # type: ignore[union-attr]
        turned = Ranking(
            campaign=campaign,
            prompt=last.prompt,
            rater=last.rater,
            origin=last.origin,
            counts_as=last.counts_as,
            assignment=last.assignment,
            root=last.root,
            revision=2,
            tiers=last.tiers[::-1],
        )
        Ranking.objects.filter(pk=last.pk).update(current=False)
        turned.save()

    report = measured(campaign)

    whole = report.slices.get(measure="agreement", facet="overall")
    assert (report.figures["doubled"], whole.value) == (80, 1.0)


def test_a_second_opinion_weighs_as_much_as_it_was_unlikely() -> None:
    """Of two skills one is doubled always, the other with chance 1/4: that one counts four times.

    One disagrees on every pair, the other on none: 4 · 1 / (4 + 1) by hand.
    """
    plan = Plan(prompts=40, raters=4, noise=0.0, skills=["sure", "rare"], each=2)
    campaign = plant(plan, lead=make_user())
    Task.objects.filter(campaign=campaign, prompt__skill="rare").update(
        second_opinion=True, propensity=0.25
    )
    turn_second(campaign, "sure")

    report = measured(campaign)

    whole = report.slices.get(measure="agreement", facet="overall")
    assert whole.value == pytest.approx(0.8)


def test_where_votes_stop_early_agreement_is_of_what_chance_drew() -> None:
    """Of the skill that was drawn everybody disagrees; of the other one those are left who agreed
    so early that nobody else was asked. Consistency is found from all votes."""
    campaign = stopping_campaign()

    report = measured(campaign)

    whole = report.slices.get(measure="agreement", facet="overall")
    assert (report.figures["doubled"], whole.value) == (40, 0.0)
    assert not report.slices.filter(skill="sure").exists()
    assert report.raters.filter(consistency__isnull=False).count() == 4


def test_what_was_stopped_early_counts_for_no_agreement_later_either() -> None:
    campaign = stopping_campaign()
    campaign.works.update(stops_when_sure=None)
    task = Task.objects.filter(campaign=campaign, second_opinion=False)[0]
    StoppedTask.objects.create(task=task, sure=0.9, votes=2, saved=1)

    assert measured(campaign).figures["doubled"] == 40


def test_what_was_drawn_weighs_as_it_was_unlikely_where_votes_stop_early() -> None:
    """Each of the forty was asked twice anyhow; of those that were drawn, half had a chance of
    1/4 and half of 1/2. The latter disagree: 4 / (4 + 2) by hand."""
    campaign = stopping_campaign()
    tasks = Task.objects.filter(campaign=campaign)
    tasks.update(second_opinion=True, wanted=3, propensity=0.5)
    tasks.filter(prompt__skill="sure").update(propensity=0.25)

    whole = measured(campaign).slices.get(measure="agreement", facet="overall")

    assert whole.value == pytest.approx(2 / 3)


def stopping_campaign() -> Campaign:
    """Forty items with two votes each: those of one skill were drawn, and turned round."""
    plan = Plan(prompts=40, raters=4, noise=0.0, skills=["sure", "drawn"], each=2)
    campaign = plant(plan, lead=make_user())
    campaign.works.update(stops_when_sure=0.8)
    drawn = Task.objects.filter(campaign=campaign, prompt__skill="drawn")
    drawn.update(second_opinion=True, propensity=0.5)
    turn_second(campaign, "drawn")
    return campaign


def turn_second(campaign: Campaign, skill: str) -> None:
    """Let the second ranking of each item of a skill be the first one turned round."""
    for task in Task.objects.filter(campaign=campaign, prompt__skill=skill):
        one, other = Ranking.objects.filter(assignment__task=task).order_by("pk")
        fields = ("campaign", "prompt", "rater", "origin", "counts_as", "assignment", "root")
        Ranking.objects.filter(pk=other.pk).update(current=False)
        said = {name: getattr(other, name) for name in fields}
        Ranking.objects.create(**said, revision=2, tiers=one.tiers[::-1])


def test_a_fit_that_lost_its_claim_writes_nothing() -> None:
    campaign = plant(SMALL, lead=make_user())
    request_quality(campaign=campaign)
    slow = claim_quality()
    assert slow is not None
    QualityReport.objects.update(heartbeat_at=timezone.now() - 2 * SILENCE)
    quick = claim_quality()
    assert quick is not None

    fit_quality(report=slow)
    before = AgreementSlice.objects.count()
    fit_quality(report=quick)

    assert (before, QualityReport.objects.get().state) == (0, RunState.DONE)
    assert AgreementSlice.objects.exists()


def test_a_newer_report_takes_the_place_of_the_older() -> None:
    campaign = plant(SMALL, lead=make_user())
    measured(campaign)
    first = list(AgreementSlice.objects.order_by("pk").values_list("facet", "value", "low"))

    newer = measured(campaign)

    assert list(QualityReport.objects.all()) == [newer]
    again = list(AgreementSlice.objects.order_by("pk").values_list("facet", "value", "low"))
    assert again == first  # the same rows, the same figures


def test_a_fit_is_due_after_a_batch_and_after_a_night() -> None:
    campaign = plant(SMALL, lead=make_user())
    due = [is_quality_due(campaign)]  # nothing is counted yet
    roll_up(campaign=campaign)
    due.append(is_quality_due(campaign))
    report = measured(campaign)
    due.append(is_quality_due(campaign))
    Ranking.objects.filter(campaign=campaign, pk=Ranking.objects.latest("pk").pk).update(
        current=False
    )
    roll_up(campaign=campaign)
    due.append(is_quality_due(campaign))  # one judgement is no batch
    QualityReport.objects.filter(pk=report.pk).update(
        finished_at=timezone.now() - timedelta(days=2)
    )
    due.append(is_quality_due(campaign))

    assert due == [False, True, False, False, True]


def test_a_round_asks_for_one_fit_however_often_it_comes() -> None:
    campaign = plant(SMALL, lead=make_user())
    make_campaign()  # without work

    asked = [look_for_quality(), look_for_quality()]

    assert asked == [1, 0]
    assert [each.campaign for each in QualityReport.objects.all()] == [campaign]


def test_a_machine_is_nobody_whom_people_agree_with() -> None:
    """Its orders stand under it, and are read by no measure of people."""
    campaign = plant(Plan(prompts=12, raters=4, each=2), lead=make_user())
    machine = Rater.objects.create(kind=RaterKind.MACHINE, name="judge")
    one = Ranking.objects.filter(campaign=campaign).order_by("pk")[0]
    before = len(doubled_in(campaign).doubled.rankings.raters)
    Ranking.objects.filter(pk=one.pk).update(current=False)
    kept = ("campaign", "prompt", "origin", "root", "counts_as", "assignment", "tiers")
    Ranking.objects.create(**{name: getattr(one, name) for name in kept}, rater=machine, revision=2)

    found = doubled_in(campaign).doubled.rankings.raters
    lately = lately_ranked(campaign)

    assert len(found) == before - 2  # two had judged the item
    assert machine.pk not in found
    assert lately is not None
    assert machine.pk not in lately.raters


def test_a_machine_is_laid_beside_people_and_changes_no_number_of_theirs() -> None:
    """It says what was said first: with one of two people always, so as often as they are."""

    def of(report: QualityReport) -> list[tuple[object, ...]]:
        return list(report.slices.order_by("pk").values_list("measure", "facet", "value", "low"))

    campaign = plant(SMALL, lead=make_user())
    before = measured(campaign)
    slices = of(before)
    judge = add_machine(
        campaign=campaign, name="Judge", way=MachineWay.PROGRAM, share=1.0, by=campaign.created_by
    )
    for item in items_for(judge).items:
        first = Ranking.objects.filter(assignment__task=item.task).earliest("pk")
        keep_verdict(judge=judge, task=item.task, said=MachineSaid(orders=[first.tiers] * 2))

    report = measured(campaign)

    assert of(report) == slices
    whole, *parts = report.figures["machines"]
    assert (whole["machine"], whole["judged"], whole["facet"]) == (str(judge.uuid), 60, "overall")
    beside = whole["beside"]
    assert beside["votes"] == 60 * 2 * 6  # pairs of four answers, each asked of both
    agreed = beside["people"]["value"]
    assert beside["machine"]["value"] == pytest.approx(agreed + (1 - agreed) / 2)
    assert beside["lead"]["low"] > 0
    assert whole["leaning"]["value"] == 0.5
    assert {(each["facet"], each["at"]) for each in parts} >= {("skill", "law"), ("language", "en")}


def test_a_machine_that_nobody_judged_beside_says_only_where_it_leans() -> None:
    campaign = plant(Plan(prompts=12, raters=3, each=1), lead=make_user())
    judge = add_machine(
        campaign=campaign, name="Judge", way=MachineWay.PROGRAM, share=1.0, by=campaign.created_by
    )
    for item in items_for(judge).items:
        said = [[[each] for each in order] for order in item.orders]
        keep_verdict(judge=judge, task=item.task, said=MachineSaid(orders=said))

    (whole,) = measured(campaign).figures["machines"]

    assert "beside" not in whole
    assert (whole["judged"], whole["leaning"]["value"]) == (12, 1.0)
