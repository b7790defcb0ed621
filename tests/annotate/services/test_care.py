"""Nobody is given what may harm who has not agreed to read it, nor more of it than is good."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotate.enums import AssignmentState, Facet, Kind, LanePurpose, Role, SkipReason
from annotate.errors import AnnotateError, NothingToDo
from annotate.models import Assignment, Campaign, CareConsent, CareRules, HarmfulSkill, Lane
from annotate.people_errors import AgreedToOthers, EnoughRead, NotAgreed
from annotate.selectors.assignment import shown_turn, work_waiting_for
from annotate.selectors.care import asked_of, cover_of, enough_read
from annotate.selectors.idle import Why, idle_of
from annotate.selectors.lane import lanes_open_to
from annotate.selectors.review import reviews_of, waiting_for
from annotate.selectors.stranded import stranded_in, team_of
from annotate.services.assignment import take_assignment
from annotate.services.attempt import begin_attempt
from annotate.services.campaign import grant_competence
from annotate.services.care import (
    agree_to_harm,
    set_care,
    uncover_always,
    withdraw_from_harm,
)
from annotate.services.conversation import start_conversation
from annotate.services.erased_account import erase_account
from annotate.services.lease import reserve_turn
from annotate.services.qualification import make_test
from annotate.services.queue import plan_of
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.review import claim_review
from annotate.services.set_aside import take_set_aside
from annotate.services.turn import skip_assignment
from commons.models import User
from tests.annotate.golden import gold_of
from tests.annotate.reviewing import make_review, make_reviewed_campaign
from tests.annotate.waiting import beginning_before
from tests.conversations import talking_campaign
from tests.factories import (
    make_campaign,
    make_member,
    make_prompt,
    make_task,
    make_user,
    take_and_show,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 9, 7, 12, tzinfo=UTC)
ANSWERS = ["One.", "Two.", "Three.", "Four."]


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign()


def mark(campaign: Campaign, *skills: str, words: str = "Threats.", **limits: int) -> CareRules:
    rules = set_care(
        campaign=campaign, skills=skills or [""], words=words, by=make_user(), **limits
    )
    assert rules is not None
    return rules


def member_who_agreed(campaign: Campaign) -> User:
    member = make_member(campaign)
    agree_to_harm(campaign=campaign, version=campaign.care_rules.version, by=member)
    return member


def able(user: User, *skills: str) -> User:
    grant_competence(person=user, facet=Facet.SKILL, values=skills)
    return user


def rank_one(campaign: Campaign, by: User) -> Assignment:
    turn = take_and_show(by, campaign, kind=Kind.RANK)
    answer = RankingAnswer(tiers=[[each] for each in turn.task.offered])
    submit_ranking(assignment=turn, answer=answer, by=by, key=uuid4())
    return turn


def test_a_marked_campaign_gives_nothing_to_whoever_has_not_agreed(campaign) -> None:
    make_task(campaign)
    member = make_member(campaign)
    mark(campaign)

    with pytest.raises(NothingToDo):
        take_assignment(by=member)
    assert work_waiting_for(member) == []
    assert idle_of(member).why == Why.NOT_AGREED

    agree_to_harm(campaign=campaign, version=1, by=member)

    assert take_assignment(by=member).task.campaign == campaign
    assert [each.campaign for each in work_waiting_for(member)]


def test_of_a_marked_skill_the_rest_goes_on(campaign) -> None:
    harmless = make_prompt(campaign, answers=ANSWERS, skill="law")
    make_prompt(campaign, answers=ANSWERS, skill="sensitive")
    member = able(make_member(campaign), "law", "sensitive")
    mark(campaign, "sensitive")

    given = [rank_one(campaign, member).task.prompt_id]
    with pytest.raises(NothingToDo):
        take_assignment(by=member, kind=Kind.RANK)

    assert given == [harmless.pk]


def test_a_clearance_can_be_what_is_marked(campaign) -> None:
    make_task(campaign)
    Lane.objects.update(clearance="abuse")
    member = make_member(campaign)
    grant_competence(person=member, facet=Facet.CLEARANCE, values=["abuse"])
    mark(campaign, "abuse")

    with pytest.raises(NothingToDo):
        take_assignment(by=member)


def test_the_plan_and_the_selector_and_the_report_have_the_same_rule(campaign) -> None:
    readers = [make_member(campaign), make_member(campaign)]
    for reader in readers:
        able(reader, "law", "sensitive")
    mark(campaign, "sensitive", "secret")
    agree_to_harm(campaign=campaign, version=1, by=readers[0])
    for skill, clearance in (("", ""), ("law", ""), ("sensitive", ""), ("law", "secret")):
        Lane.objects.create(
            campaign=campaign, kind=Kind.RANK, language="en", skill=skill, clearance=clearance
        )
    for reader in readers:
        grant_competence(person=reader, facet=Facet.CLEARANCE, values=["secret"])

    planned = [{start.lane for start in plan_of(person=each.pk).lanes} for each in readers]

    assert [len(each) for each in planned] == [4, 2]
    team = {mate.pk: mate for mate in team_of(campaign)}
    for reader, lanes in zip(readers, planned, strict=True):
        assert lanes == set(lanes_open_to(reader).values_list("pk", flat=True))
        fits = {lane.pk for lane in Lane.objects.all() if team[reader.pk].fits(lane)}
        assert fits == lanes


def test_a_lead_reads_that_nobody_has_agreed(campaign) -> None:
    make_task(campaign)
    make_member(campaign)
    mark(campaign)

    found = stranded_in(campaign)

    assert {each.why for each in found} == {
        "Nobody who could do them has agreed to read what may harm."
    }


def test_other_words_or_more_of_it_ask_everybody_anew_and_less_does_not(campaign) -> None:
    mark(campaign, "a", "b")
    member = member_who_agreed(campaign)

    versions = [mark(campaign, "a").version]
    assert [each.consent is not None for each in asked_of(member)] == [True]
    versions.append(mark(campaign, "a", "c").version)
    versions.append(mark(campaign, "a", "c", words="Worse.").version)

    assert versions == [1, 2, 3]
    assert [each.consent for each in asked_of(member)] == [None]
    with pytest.raises(AgreedToOthers):
        agree_to_harm(campaign=campaign, version=1, by=member)


def test_an_older_yes_does_not_come_back_with_new_rules(campaign) -> None:
    mark(campaign)
    member = member_who_agreed(campaign)
    set_care(campaign=campaign, skills=[], words="", by=make_user())

    mark(campaign, words="Much worse.")

    assert [each.consent for each in asked_of(member)] == [None]
    assert not HarmfulSkill.objects.exclude(skill="").exists()


def test_who_withdraws_is_given_nothing_more_and_holds_nothing(campaign) -> None:
    for _ in range(3):
        make_task(campaign)
    mark(campaign)
    member = member_who_agreed(campaign)
    seen, unseen = take_and_show(member, campaign, kind=Kind.RANK), take_assignment(by=member)

    withdraw_from_harm(campaign=campaign, by=member)

    states = Assignment.objects.filter(pk__in=[seen.pk, unseen.pk]).values_list("state", flat=True)
    assert set(states) == {AssignmentState.EXPIRED}
    seen.task.refresh_from_db()
    assert seen.task.free == seen.task.wanted
    with pytest.raises(NothingToDo):
        take_assignment(by=member)
    assert CareConsent.objects.get(person=member).withdrawn_at is not None


def test_what_lies_ready_goes_back_when_it_is_marked(campaign) -> None:
    make_task(campaign)
    member = make_member(campaign)
    turn = take_assignment(by=member, kind=Kind.RANK)

    mark(campaign)

    turn.refresh_from_db()
    assert turn.state == AssignmentState.EXPIRED
    with pytest.raises(NothingToDo):
        take_assignment(by=member)


def test_a_lead_cannot_set_it_aside_for_whoever_has_not_agreed(campaign) -> None:
    task = make_task(campaign)
    mark(campaign)
    member = make_member(campaign)

    with pytest.raises(AnnotateError, match="has not agreed"):
        reserve_turn(task=task, person=member, by=make_user())

    agree_to_harm(campaign=campaign, version=1, by=member)
    kept = reserve_turn(task=task, person=member, by=make_user())
    mark(campaign, words="Much worse.")
    with pytest.raises(NothingToDo):
        take_set_aside(by=member, turn=kept)

    agree_to_harm(campaign=campaign, version=2, by=member)
    withdraw_from_harm(campaign=campaign, by=member)
    kept.refresh_from_db()
    assert kept.state == AssignmentState.EXPIRED


def test_a_conversation_of_a_marked_campaign_needs_a_yes(campaign) -> None:
    talking = talking_campaign()
    member = make_member(talking)
    mark(talking)

    with pytest.raises(NotAgreed):
        start_conversation(campaign=talking, text="Hello", by=member, key=uuid4())


def test_a_test_whose_items_may_harm_needs_a_yes(campaign) -> None:
    """Its lane is named by the skill that it gives, which nobody has marked."""
    test = make_test(campaign=campaign, skill="law", by=make_member(campaign, Role.LEAD))
    for _ in range(test.questions):
        task = make_prompt(campaign, answers=ANSWERS, skill="sensitive").tasks.get(kind=Kind.RANK)
        gold_of(campaign, purpose=LanePurpose.TEST, qualification=test, task=task)
    mark(campaign, "sensitive")
    member = make_member(campaign)

    with pytest.raises(NotAgreed):
        begin_attempt(qualification=test, by=member)

    agree_to_harm(campaign=campaign, version=1, by=member)
    assert begin_attempt(qualification=test, by=member).pk


def test_a_review_of_it_is_for_reviewers_who_agreed() -> None:
    campaign = make_reviewed_campaign()
    review = make_review(campaign)
    reviewer = make_member(campaign, Role.REVIEWER)
    mark(campaign)

    assert (waiting_for(reviewer), list(reviews_of(reviewer))) == ([], [])
    with pytest.raises(NotAgreed):
        claim_review(review=review, by=reviewer)

    agree_to_harm(campaign=campaign, version=1, by=reviewer)

    assert waiting_for(reviewer) == [review]
    assert claim_review(review=review, by=reviewer).reviewer == reviewer


def test_a_day_has_so_many_of_them_and_other_work_goes_on(campaign, monkeypatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    for skill in ("sensitive",) * 3 + ("law",):
        make_prompt(campaign, answers=ANSWERS, skill=skill)
    mark(campaign, "sensitive", per_day=2)
    member = able(member_who_agreed(campaign), "sensitive")
    rank_one(campaign, member)
    skipped = take_and_show(member, campaign, kind=Kind.RANK)
    skip_assignment(assignment=skipped, reason=SkipReason.NOT_MY_FIELD, by=member)

    with pytest.raises(EnoughRead, match="2 items"):
        take_assignment(by=member, kind=Kind.RANK)
    assert enough_read(member)[campaign.pk].until == datetime(2026, 9, 8, tzinfo=UTC)
    able(member, "law")
    assert rank_one(campaign, member).task.prompt.skill == "law"

    monkeypatch.setattr(timezone, "now", lambda: NOON + timedelta(hours=12))
    assert take_assignment(by=member, kind=Kind.RANK).task.prompt.skill == "sensitive"


def test_after_some_in_a_row_a_break_is_due(campaign, monkeypatch) -> None:
    now = [NOON]
    monkeypatch.setattr(timezone, "now", lambda: now[0])
    for _ in range(6):
        make_task(campaign)
    mark(campaign, in_a_row=2, break_minutes=10)
    member = member_who_agreed(campaign)
    rank_one(campaign, member)
    now[0] += timedelta(minutes=3)
    rank_one(campaign, member)

    with pytest.raises(EnoughRead, match="break of 10 minutes"):
        take_assignment(by=member, kind=Kind.RANK)
    assert enough_read(member)[campaign.pk].until == NOON + timedelta(minutes=13)

    now[0] += timedelta(minutes=10)
    rank_one(campaign, member)  # the break begins the row anew
    now[0] += timedelta(minutes=9)
    rank_one(campaign, member)
    with pytest.raises(EnoughRead):
        take_assignment(by=member, kind=Kind.RANK)


def test_who_reads_one_for_long_has_had_no_break(campaign, monkeypatch) -> None:
    """Of 12 minutes each, a minute apart: the break is between two of them, not within one."""
    now = [NOON]
    monkeypatch.setattr(timezone, "now", lambda: now[0])
    for _ in range(3):
        make_task(campaign)
    mark(campaign, in_a_row=2, break_minutes=10)
    member = member_who_agreed(campaign)
    rest = enough_read(member)
    for _ in range(2):
        turn = take_and_show(member, campaign, kind=Kind.RANK)
        now[0] += timedelta(minutes=12)
        rest = enough_read(member)
        answer = RankingAnswer(tiers=[[each] for each in turn.task.offered])
        submit_ranking(assignment=turn, answer=answer, by=member, key=uuid4())
        now[0] += timedelta(minutes=1)

    with pytest.raises(EnoughRead, match="break of 10 minutes"):
        take_assignment(by=member, kind=Kind.RANK)
    assert rest[campaign.pk].until == NOON + timedelta(minutes=12 + 1 + 12 + 10)
    assert enough_read(member)[campaign.pk].until == NOON + timedelta(minutes=12 + 1 + 12 + 10)


def test_what_is_in_hand_is_of_the_row(campaign) -> None:
    for _ in range(3):
        make_task(campaign)
    mark(campaign, in_a_row=1)
    member = member_who_agreed(campaign)
    take_and_show(member, campaign, kind=Kind.RANK)

    with pytest.raises(EnoughRead):
        take_assignment(by=member, kind=Kind.RANK)


def test_it_is_covered_until_its_reader_wants_it_otherwise(campaign) -> None:
    task = make_task(campaign)
    member = make_member(campaign)
    asked = {"campaign": campaign.pk, "prompt": task.prompt}
    turn = take_and_show(member, campaign, kind=Kind.RANK)

    covers = [cover_of(member, **asked)]
    assert not shown_turn(turn).may_harm
    mark(campaign)
    covers.append(cover_of(member, **asked))
    uncover_always(by=member, uncovered=True)
    covers.append(cover_of(member, **asked))

    assert [each and each.is_open for each in covers] == [None, False, True]
    assert shown_turn(turn).may_harm


def test_of_a_person_who_is_erased_no_yes_is_left(campaign) -> None:
    mark(campaign)
    member = member_who_agreed(campaign)
    uncover_always(by=member, uncovered=True)

    erase_account(member)

    assert not CareConsent.objects.filter(person=member).exists()
    assert not hasattr(User.objects.get(pk=member.pk), "care_choice")


def test_where_nothing_is_marked_a_take_reads_nothing_more_of_it(campaign) -> None:
    make_task(campaign)
    member = make_member(campaign)

    with CaptureQueriesContext(connection) as asked:
        take_assignment(by=member, kind=Kind.RANK)

    assert sum("annotate_harmfulskill" in each["sql"] for each in asked) == 1  # the plan alone


@pytest.mark.postgresql  # SQLite has one writer at a time
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_limited", [False, True])
def test_an_item_that_is_taken_while_its_person_withdraws_is_not_kept(
    monkeypatch: pytest.MonkeyPatch, is_limited: bool
) -> None:
    """The take has read that they agreed, and writes down the turn once they have not."""
    campaign = make_campaign()
    make_task(campaign)
    mark(campaign, per_day=9) if is_limited else mark(campaign)
    member = member_who_agreed(campaign)
    withdrawing = beginning_before(
        monkeypatch,
        "annotate.services.assignment.take_turn",
        lambda: withdraw_from_harm(campaign=campaign, by=member),
    )

    with suppress(NothingToDo):
        take_assignment(by=member)

    assert withdrawing[0].ended() == []
    assert not Assignment.objects.filter(person=member, state=AssignmentState.OPEN).exists()
