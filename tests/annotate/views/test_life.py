"""One item's whole life, as leads and as reviewers read it."""

import html
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from annotate.enums import (
    Kind,
    LanePurpose,
    MachineSilence,
    MachineWay,
    Origin,
    RaterKind,
    Role,
)
from annotate.models import (
    Assignment,
    Bridge,
    Candidate,
    Prompt,
    Ranking,
    Rater,
    Snapshot,
    SnapshotMember,
)
from annotate.services.assignment import take_assignment
from annotate.services.campaign import acknowledge_instructions, publish_instructions
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.gold import set_gold_rules
from annotate.services.lease import reserve_turn
from annotate.services.machine import MachineSaid, add_machine, keep_verdict
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from commons.models import User
from tests.annotate.golden import gold_of
from tests.annotate.leading import make_report
from tests.annotate.views.conftest import Cast
from tests.factories import (
    make_assignment,
    make_campaign,
    make_candidate,
    make_member,
    make_prompt,
    make_ranking,
    make_task,
    make_user,
    take_and_show,
)


@pytest.fixture
def reviewer(cast: Cast) -> User:
    return make_member(cast.campaign, Role.REVIEWER, name="reviewer")


@pytest.fixture
def ranking(cast: Cast) -> Ranking:
    User.objects.filter(pk=cast.member.pk).update(first_name="Ada", last_name="Quill")
    return make_ranking(cast.campaign, cast.member)


def address(prompt: Prompt) -> str:
    return reverse("annotate:life", args=[prompt.uuid])


def letters(ranking: Ranking) -> list[str]:
    """The names of its answers, the best first, as they came."""
    came = list(ranking.prompt.candidates.order_by("pk").values_list("uuid", flat=True))
    named = {str(uuid): letter for uuid, letter in zip(came, "ABCD", strict=True)}
    return [named[each] for tier in ranking.tiers for each in tier]


def words(client: Client, prompt: Prompt) -> str:
    page = client.get(address(prompt)).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_only_who_leads_or_reviews_reads_a_life(cast: Cast, reviewer: User):
    prompt = make_prompt(cast.campaign)

    def status(client: Client) -> int:
        return client.get(address(prompt)).status_code

    assert status(cast.client(cast.lead)) == status(cast.client(reviewer)) == 200
    assert status(cast.client(cast.stranger)) == status(cast.client(cast.member)) == 404
    assert status(Client()) == 302


def test_a_lead_reads_who_said_what_and_whence_it_came(cast: Cast, ranking: Ranking):
    Candidate.objects.filter(prompt=ranking.prompt).update(sampling={"temperature": 0.7})

    said = words(cast.client(cast.lead), ranking.prompt)

    assert "Ada Quill" in said
    assert "model-a" in said
    assert "temperature 0.7" in said
    assert f"side: {ranking.prompt.get_side_display()}" in said
    assert " › ".join(letters(ranking)) in said


def test_a_reviewer_stays_blind(cast: Cast, reviewer: User, ranking: Ranking):
    client = cast.client(reviewer)
    Candidate.objects.filter(prompt=ranking.prompt).update(sampling={"temperature": 0.7})

    said = words(client, ranking.prompt)

    assert "Rater 1" in said
    assert " › ".join(letters(ranking)) in said
    page = client.get(address(ranking.prompt)).content.decode()
    for told in ("Quill", "member", "model-a", "temperature", "side:"):
        assert told not in page


@pytest.mark.parametrize("purpose", [LanePurpose.GOLD, LanePurpose.PRACTICE])
def test_a_reviewer_does_not_read_that_an_item_checks_people(
    cast: Cast, reviewer: User, purpose: LanePurpose
):
    """Nor its right order, nor that nobody is asked for it as work any more."""
    set_gold_rules(campaign=cast.campaign, by=cast.lead, training_items=1)
    form: dict[str, object] = {"rank": {"ideal": "optional"}}
    asks = publish_instructions(campaign=cast.campaign, guideline="Mend it.", form=form, by=None)
    acknowledge_instructions(instructions=asks, by=cast.member)
    task = make_task(cast.campaign)
    client = cast.client(reviewer)
    before = words(client, task.prompt)

    gold = gold_of(cast.campaign, task=task, by=cast.lead, purpose=purpose)
    if purpose == LanePurpose.PRACTICE:
        make_task(cast.campaign)
        turn = take_and_show(cast.member, cast.campaign, kind=Kind.RANK)
        assert turn.task_id == gold.task_id
        best, *others = turn.task.offered
        answer = RankingAnswer(tiers=[[best], others], ideal="One, and why.")
        submit_ranking(assignment=turn, answer=answer, by=cast.member)

    assert words(client, task.prompt) == before
    of_lead = words(cast.client(cast.lead), task.prompt)
    assert "Gold" in of_lead
    assert "round 0" in of_lead


def test_who_leads_one_campaign_and_reviews_another_stays_blind_to_sources(
    cast: Cast, ranking: Ranking
):
    """The prompt is in both; the other campaign's raters are numbers, ours have names."""
    other = make_campaign()
    other.intake.create(prompt=ranking.prompt)
    other.memberships.create(person=cast.lead, role=Role.REVIEWER)

    said = words(cast.client(cast.lead), ranking.prompt)

    assert "Ada Quill" in said
    assert "model-a" not in said


def test_what_a_foreign_campaign_did_with_the_prompt_is_not_told(cast: Cast, ranking: Ranking):
    other = make_campaign(name="Secret work")
    other.intake.create(prompt=ranking.prompt)
    rater = Rater.objects.create(kind=RaterKind.IMPORTED, name="elsewhere")
    uuid = uuid4()
    Ranking.objects.create(
        uuid=uuid,
        root=uuid,
        campaign=other,
        prompt=ranking.prompt,
        rater=rater,
        origin=Origin.IMPORTED,
        counts_as="work",
        tiers=ranking.tiers,
    )

    said = words(cast.client(cast.lead), ranking.prompt)

    assert "Secret work" not in said
    assert "elsewhere" not in said


def test_who_has_the_item_in_hand_reads_nothing_of_it(cast: Cast):
    assignment = make_assignment(cast.campaign, cast.lead)

    said = words(cast.client(cast.lead), assignment.task.prompt)

    assert "You have this item in hand" in said
    assert "One." not in said


def test_every_revision_stands_with_what_was_said_in_it(cast: Cast, ranking: Ranking):
    assert ranking.assignment is not None
    turned = RankingAnswer(
        tiers=[[each] for each in reversed(ranking.assignment.task.offered)],
        strengths=[1, 2, None],
        reason="The last one is right.",
    )
    revise_ranking(
        assignment=ranking.assignment, answer=turned, by=cast.member, seen=1, key=uuid4()
    )

    said = words(cast.client(cast.lead), ranking.prompt)

    first, second, third, last = reversed(letters(ranking))
    assert f"{first} › slightly {second} › clearly {third} › {last}" in said
    assert " › ".join(letters(ranking)) in said
    assert "The last one is right." in said
    assert "replaced" in said


def test_ratings_flags_and_spans_are_read_per_candidate(cast: Cast, ranking: Ranking):
    first, uuid = ranking.tiers[0][0], uuid4()
    span = {"name": "wrong", "start": 0, "end": 3, "quote": "One", "why": "It is two."}
    Ranking.objects.create(
        uuid=uuid,
        root=uuid,
        campaign=cast.campaign,
        prompt=ranking.prompt,
        rater=Rater.objects.create(kind=RaterKind.IMPORTED, name="paper"),
        origin=Origin.IMPORTED,
        counts_as="work",
        tiers=ranking.tiers,
        answers={first: {"ratings": {"helpful": 6}, "flags": {"harmful": True}, "spans": [span]}},
        effort={"reading_ms": 4200},
    )

    said = words(cast.client(cast.lead), ranking.prompt)

    assert f"{letters(ranking)[0]} helpful 6 harmful: yes wrong: “One” — It is two." in said
    assert "reading_ms 4200" in said


def test_written_answers_and_reports_are_part_of_it(cast: Cast):
    turn = make_assignment(cast.campaign, cast.member, kind=Kind.DEMONSTRATE)
    submit_demonstration(
        assignment=turn, answer=DemonstrationAnswer("It is *four*."), by=cast.member
    )
    task = make_report(cast.campaign, make_member(cast.campaign), note="Names a patient.")
    client = cast.client(cast.lead)

    assert "It is four ." in words(client, turn.task.prompt)
    assert "Skipped: Unclear: ask the lead" in words(client, task.prompt)
    assert "Names a patient." in words(client, task.prompt)


def test_a_turn_that_waits_for_somebody_is_no_turn_taken(cast: Cast):
    task = make_task(cast.campaign)
    reserve_turn(task=task, person=cast.member, by=cast.lead)

    said = words(cast.client(cast.lead), task.prompt)

    assert "Set aside · member" in said
    assert "A turn was set aside · lead" in said
    assert "Asked: Rank answers, round 1, 1 wanted" in said
    assert "Taken" not in said


def test_the_datasets_with_it_are_named_and_their_models_asked_for(
    cast: Cast, ranking: Ranking, settings: Settings
):
    settings.ITEM_PANELS = ["annotate:desk", "nowhere:panel"]
    mine, other = Snapshot.objects.create(kind="ranked"), Snapshot.objects.create(kind="ranked")
    mine.campaigns.set([cast.campaign])
    other.campaigns.set([cast.campaign, make_campaign()])
    for snapshot in (mine, other):
        SnapshotMember.objects.create(snapshot=snapshot, position=0, side="train", ranking=ranking)

    answer = cast.client(cast.lead).get(address(ranking.prompt))

    assert answer.context["snapshots"] == [mine]
    assert answer.context["panels"] == [f"/?snapshot={mine.uuid}"]


def test_nine_candidates_and_twenty_judgements_take_as_many_queries_as_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    client, prompt = cast.client(cast.lead), make_ranking(cast.campaign, cast.member).prompt
    with django_assert_num_queries(22):
        client.get(address(prompt))
    rater = Rater.objects.create(kind=RaterKind.MACHINE, name="writer")
    for number in range(20):
        rater = Rater.objects.create(kind=RaterKind.MACHINE, name=f"judge {number}")
        uuid = uuid4()
        Ranking.objects.create(
            uuid=uuid,
            root=uuid,
            campaign=cast.campaign,
            prompt=prompt,
            rater=rater,
            origin=Origin.MACHINE,
            counts_as="work",
            tiers=[["x"]],
        )
    for number in range(5):
        Candidate.objects.create(
            prompt=prompt, messages=[], digest=str(number), source="b", author=rater
        )

    with django_assert_num_queries(22):
        client.get(address(prompt))


def a_verdict(ranking: Ranking, name: str, said: MachineSaid) -> None:
    judge = add_machine(
        campaign=ranking.campaign, name=name, way=MachineWay.PROGRAM, share=1.0, by=None
    )
    assert ranking.assignment is not None
    keep_verdict(judge=judge, task=ranking.assignment.task, said=said)


def test_what_machines_said_stands_apart_from_what_people_said(
    cast: Cast, ranking: Ranking
) -> None:
    """Turned in the last pair of the second order, which is therefore a tie."""
    one, other, third, last = (each for tier in ranking.tiers for each in tier)
    first = [[one], [other], [third], [last]]
    turned = [[one], [other], [last], [third]]
    a_verdict(ranking, "Judge 7B", MachineSaid(orders=[first, turned], reason="It is true."))
    a_verdict(ranking, "Judge 1B", MachineSaid(silence=MachineSilence.UNREADABLE))
    a, b, c, d = letters(ranking)

    answer = cast.client(cast.lead).get(address(ranking.prompt))

    assert [chain[0].kept for chain in answer.context["rankings"]] == [ranking]
    judged, silent = answer.context["machines"]
    assert (judged.who, silent.who) == ("Judge 7B", "Judge 1B")
    assert [sorted(tier.split(" = ")) for tier, _ in judged.order] == [
        [a],
        [b],
        sorted([c, d]),
    ]
    assert [[tier for tier, _ in order] for order in judged.said] == [[a, b, c, d], [a, b, d, c]]
    assert (silent.order, silent.said) == ((), ())
    said = words(cast.client(cast.lead), ranking.prompt)
    section = said[said.index("What machines said") : said.index("What happened")]
    assert "It is true." in section
    assert "What it said could not be read" in section
    assert "A machine ranked it" in said
    assert "A machine did not judge it" in said


def test_a_reviewer_reads_no_names_of_machines(
    cast: Cast, ranking: Ranking, reviewer: User
) -> None:
    a_verdict(ranking, "Judge 7B", MachineSaid(orders=[ranking.tiers]))

    said = words(cast.client(reviewer), ranking.prompt)

    assert "Machine 1" in said
    assert "Judge 7B" not in said


def test_taking_an_item_hides_its_life_until_it_can_no_longer_be_changed(cast: Cast):
    make_prompt(cast.campaign, answers=["One.", "Two.", "Three.", "Four."])
    turn = take_assignment(by=cast.lead, campaign=cast.campaign, kind=Kind.DEMONSTRATE)
    client = cast.client(cast.lead)

    assert "in hand" in words(client, turn.task.prompt)
    submit_demonstration(assignment=turn, answer=DemonstrationAnswer("Four."), by=cast.lead)
    assert "in hand" in words(client, turn.task.prompt)
    Assignment.objects.update(closed_at=timezone.now() - timedelta(hours=2))
    assert "in hand" not in words(client, turn.task.prompt)


def test_a_stranger_to_all_campaigns_finds_no_prompt(cast: Cast):
    nobody = make_user()

    assert cast.client(nobody).get(address(make_prompt(cast.campaign))).status_code == 404


def test_where_others_collect_too_only_what_was_offered_here_is_shown_and_blind(
    cast: Cast, ranking: Ranking
) -> None:
    """A lead brings another campaign's prompt into their own, to read what stands behind it."""
    other = make_campaign(name="Somewhere else")
    other.intake.create(prompt=ranking.prompt)
    make_candidate(ranking.prompt, "Only offered elsewhere.")

    page = cast.client(cast.lead).get(address(ranking.prompt)).content.decode()

    assert "Only offered elsewhere." not in page
    assert "model-a" not in page


def test_whoever_may_still_change_their_own_judgement_reads_no_others(
    cast: Cast, ranking: Ranking
) -> None:
    """An hour to change it; then it is read."""
    assert ranking.assignment is not None
    mine = ranking.assignment.person
    mine.memberships.update(role=Role.LEAD)
    client = cast.client(mine)

    at_once = client.get(address(ranking.prompt)).context
    Assignment.objects.update(closed_at=timezone.now() - timedelta(hours=2))
    later = client.get(address(ranking.prompt)).context

    assert ("life" in at_once, "life" in later) == (False, True)


NEAR = "How long do I have to boil an egg until the yolk is firm?"


def test_a_lead_reads_what_a_prompt_nearly_repeats(cast: Cast, reviewer: User):
    first = make_prompt(cast.campaign, text=NEAR)
    second = make_prompt(cast.campaign, text=f"{NEAR} Please.")
    elsewhere = make_prompt(make_campaign(), text=f"{NEAR} Thanks!")
    lead = cast.client(cast.lead)

    assert first.cluster_id is None
    assert second.cluster_id == elsewhere.cluster_id == first.pk
    assert f"Near-duplicates 1 other prompt of the cluster {NEAR} Please." in words(lead, first)
    assert f"the side of the first prompt of its cluster: {NEAR}" in words(lead, second)
    assert "Thanks!" not in words(lead, first)
    assert "Near-duplicates" not in words(cast.client(reviewer), second)
    assert "Near-duplicates" not in words(lead, make_prompt(cast.campaign, text="Why?"))


@pytest.mark.parametrize(
    ("is_quarantined", "has_two", "told"),
    [
        (True, True, "It is quarantined: it nearly repeats prompts of two sides, and would"),
        (True, False, "It is quarantined: it nearly repeats a prompt of another side. No new"),
        (False, False, "It stays where it is, since a dataset holds what was judged of it."),
    ],
)
def test_a_lead_reads_why_a_prompt_is_in_quarantine(
    cast: Cast, is_quarantined: bool, has_two: bool, told: str
):
    prompt, first, second = (make_prompt(cast.campaign, text=text) for text in "abc")
    Prompt.objects.filter(pk=prompt.pk).update(quarantined=is_quarantined)
    Bridge.objects.create(prompt=prompt, first=first, second=second if has_two else None)

    page = cast.client(cast.lead).get(address(prompt))

    assert told in page.content.decode()
    assert [address(first) in page.content.decode(), address(second) in page.content.decode()] == [
        True,
        has_two,
    ]
