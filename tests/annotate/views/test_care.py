"""A lead marks what may harm; a person reads what it is, agrees or not, and takes it back."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotate.enums import AssignmentState, Kind, LanePurpose, SkipReason
from annotate.models import Assignment, CareChoice, CareConsent, CareRules, HarmfulSkill, Note
from annotate.services.assignment import take_assignment
from annotate.services.care import agree_to_harm, set_care
from annotate.services.gold import make_gold
from annotate.services.lease import take_back_turn
from annotate.services.question import answer_question, ask_question
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.turn import skip_assignment
from commons.models import Scope
from commons.tokens import Lifetime, make_token
from tests.annotate.views.conftest import Cast
from tests.factories import (
    make_assignment,
    make_prompt,
    make_ranking,
    make_task,
    take_and_show,
)

CARE = reverse("annotate:care")
WORDS = "People tell how they were hurt."
HARMFUL = "How do I hurt my neighbour?"


def page_of(cast: Cast) -> str:
    return reverse("annotate:campaign_care", args=[cast.campaign.uuid])


def mark(cast: Cast, *skills: str, **limits: int) -> None:
    campaign, lead = cast.campaign, cast.lead
    set_care(campaign=campaign, skills=skills or [""], words=WORDS, by=lead, **limits)


def test_a_lead_marks_skills_and_takes_the_marks_back(cast: Cast) -> None:
    client = cast.client(cast.lead)
    said = {"skills": "sensitive, abuse", "words": WORDS, "in_a_row": "8", "break_minutes": "15"}

    client.post(page_of(cast), said)
    kept = CareRules.objects.values_list("words", "per_day", "in_a_row", "break_minutes").get()
    marks = set(HarmfulSkill.objects.values_list("skill", flat=True))
    page = client.get(page_of(cast)).content.decode()
    client.post(page_of(cast), {"skills": "", "words": "", "break_minutes": "10"})

    assert (kept, marks) == ((WORDS, None, 8, 15), {"sensitive", "abuse"})
    assert "0 of 2 people" in page
    assert not CareRules.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"everything": "on", "words": " ", "break_minutes": "10"},
        {"skills": "a", "words": WORDS, "break_minutes": "0"},
        {"skills": "a", "words": WORDS, "break_minutes": "10", "per_day": "0"},
    ],
    ids=str,
)
def test_odd_rules_are_refused_with_the_page(cast: Cast, said: dict[str, str]) -> None:
    assert cast.client(cast.lead).post(page_of(cast), said).status_code == 422
    assert not CareRules.objects.exists()


def test_only_a_lead_marks(cast: Cast) -> None:
    assert cast.client(cast.member).get(page_of(cast)).status_code == 404
    assert cast.client(cast.stranger).get(page_of(cast)).status_code == 404


def test_a_person_agrees_and_takes_it_back(cast: Cast) -> None:
    mark(cast)
    client = cast.client(cast.member)
    agree = reverse("annotate:agree_care", args=[cast.campaign.uuid])

    assert WORDS in client.get(CARE).content.decode()
    client.post(agree, {"version": "1"})
    agreed = CareConsent.objects.filter(person=cast.member, withdrawn_at=None).count()
    client.post(reverse("annotate:withdraw_care", args=[cast.campaign.uuid]))

    assert agreed == 1
    assert not CareConsent.objects.filter(person=cast.member, withdrawn_at=None).exists()
    assert cast.client(cast.stranger).post(agree, {"version": "1"}).status_code == 404


def test_words_that_have_changed_are_not_agreed_to(cast: Cast) -> None:
    mark(cast)
    client = cast.client(cast.member)

    for said in ("2", "x", ""):
        client.post(reverse("annotate:agree_care", args=[cast.campaign.uuid]), {"version": said})

    assert not CareConsent.objects.exists()


def test_to_see_it_at_once_is_kept_per_person(cast: Cast) -> None:
    cast.client(cast.member).post(CARE, {"uncovered": "on"})

    assert list(CareChoice.objects.values_list("person", "uncovered")) == [(cast.member.pk, True)]


def test_the_desk_says_what_waits_for_a_yes(cast: Cast) -> None:
    make_task(cast.campaign)
    mark(cast)

    page = cast.client(cast.member).get(reverse("annotate:desk")).content.decode()

    assert "given none of them unless you agree" in page
    assert "What is left may hold harmful text" in page
    assert CARE in page


def test_the_desk_says_when_it_is_enough(cast: Cast) -> None:
    mark(cast, per_day=1)
    agree_to_harm(campaign=cast.campaign, version=1, by=cast.member)
    make_ranking(cast.campaign, cast.member)
    make_task(cast.campaign)

    page = cast.client(cast.member).get(reverse("annotate:desk")).content.decode()

    assert "That was 1 item of <strong>Medicine</strong> today" in page
    assert "Time for something else" in page


def test_no_list_quotes_what_may_harm(cast: Cast) -> None:
    """On the desk, in the address of what is unsent, and in Explore behind a button."""
    mark(cast)
    agree_to_harm(campaign=cast.campaign, version=1, by=cast.member)
    make_prompt(cast.campaign, text=HARMFUL, answers=["A", "B", "C", "D"])
    turn = make_assignment(cast.campaign, cast.member)
    client = cast.client(cast.member)

    desk = client.get(reverse("annotate:desk")).content.decode()
    assert turn.task.prompt.question not in desk
    assert "May hold harmful text" in desk
    work = client.get(reverse("annotate:rank", args=[turn.uuid])).content.decode()
    assert 'data-title="May hold harmful text"' in work
    explore = cast.client(cast.lead).get(reverse("annotate:explore")).content.decode()
    before, shown = explore.split("<summary>Show the text</summary>", 1)
    assert HARMFUL not in before
    assert HARMFUL in shown


def harmful_turn(cast: Cast) -> Assignment:
    make_prompt(cast.campaign, text=HARMFUL, answers=["A", "B", "C", "D"])
    turn = take_and_show(cast.member, cast.campaign, kind=Kind.RANK)
    mark(cast)
    return turn


def test_no_list_of_a_lead_quotes_it(cast: Cast) -> None:
    """Who has what, in words and in the names of buttons; what waits for nobody; what checks."""
    turn = harmful_turn(cast)
    task, client = turn.task, cast.client(cast.lead)

    leases = client.get(reverse("annotate:leases", args=[cast.campaign.uuid])).content.decode()
    take_back_turn(assignment=turn, by=cast.lead)
    stranded = client.get(reverse("annotate:leases", args=[cast.campaign.uuid])).content.decode()
    order = RankingAnswer(tiers=[[each] for each in task.offered])
    make_gold(task=task, answer=order, purpose=LanePurpose.GOLD, by=cast.lead)
    golds = client.get(reverse("annotate:golds", args=[cast.campaign.uuid])).content.decode()

    assert f"Take back from {cast.member.display_name}: May hold harmful" in leases
    assert all("May hold harmful text" in page for page in (leases, stranded, golds))
    assert all(HARMFUL not in page for page in (leases, stranded, golds))


@pytest.mark.parametrize("page", ["annotate:item", "annotate:make_gold"])
def test_a_lead_shows_an_item_first(cast: Cast, page: str) -> None:
    turn = harmful_turn(cast)

    found = cast.client(cast.lead).get(reverse(page, args=[turn.task.uuid])).content.decode()

    before, shown = found.split("<div data-harm>", 1)
    assert "<details data-cover>" in before
    assert HARMFUL not in before
    assert HARMFUL in shown


def test_what_is_stored_about_a_person_quotes_nothing_of_it(cast: Cast) -> None:
    turn = harmful_turn(cast)
    order = RankingAnswer(tiers=[[each] for each in turn.task.offered])
    submit_ranking(assignment=turn, answer=order, by=cast.member)

    page = cast.client(cast.member).get(reverse("annotate:stored")).content.decode()

    assert "May hold harmful text" in page
    assert HARMFUL not in page


def test_an_unmarked_item_has_no_cover(cast: Cast) -> None:
    turn = make_assignment(cast.campaign, cast.member, kind=Kind.RANK)

    page = cast.client(cast.member).get(reverse("annotate:rank", args=[turn.uuid]))

    assert "data-cover" not in page.content.decode()


@pytest.mark.parametrize("is_open", [False, True])
def test_a_marked_item_has_one_open_only_for_whoever_wants_it_so(cast: Cast, is_open: bool) -> None:
    turn = make_assignment(cast.campaign, cast.member, kind=Kind.RANK)
    mark(cast)
    CareChoice.objects.create(person=cast.member, uncovered=is_open)

    page = cast.client(cast.member).get(reverse("annotate:rank", args=[turn.uuid]))

    assert f"<details data-cover{' open' if is_open else ''}>" in page.content.decode()


def test_nothing_that_a_person_held_is_shown_again_once_they_have_withdrawn(cast: Cast) -> None:
    """Neither what lies unfinished nor what they handed in and might change."""
    mark(cast)
    agree_to_harm(campaign=cast.campaign, version=1, by=cast.member)
    done = make_ranking(cast.campaign, cast.member).assignment
    assert done is not None
    held = make_assignment(cast.campaign, cast.member)
    client = cast.client(cast.member)
    there = [reverse("annotate:rank", args=[each.uuid]) for each in (done, held)]
    before = [client.get(each).status_code for each in there]

    client.post(reverse("annotate:withdraw_care", args=[cast.campaign.uuid]))
    after = [client.get(each) for each in there]

    posted = [client.post(each, {}) for each in there]

    assert before == [200, 200]
    assert [each.headers.get("Location") for each in (*after, *posted)] == [CARE] * 4
    held.refresh_from_db()
    assert held.state == AssignmentState.EXPIRED
    made = make_token(by=cast.member, name="a", scopes=[Scope.WORK], lifetime=Lifetime.WEEK)
    key = {"Authorization": f"Bearer {made.key}"}
    by_program = Client().get(f"/api/v1/assignments/{held.uuid}", headers=key)
    assert (by_program.status_code, by_program.json()["type"]) == (409, "urn:laurel:not-agreed")


def test_what_was_given_beside_the_end_of_a_yes_goes_back_unseen(cast: Cast) -> None:
    mark(cast)
    agree_to_harm(campaign=cast.campaign, version=1, by=cast.member)
    make_task(cast.campaign)
    taken = take_assignment(by=cast.member, kind=Kind.RANK)
    CareConsent.objects.update(withdrawn_at=timezone.now())

    page = cast.client(cast.member).get(reverse("annotate:rank", args=[taken.uuid]))

    taken.refresh_from_db()
    assert page.headers["Location"] == CARE
    assert taken.state == AssignmentState.EXPIRED


def test_what_is_on_a_screen_when_it_is_marked_may_be_finished(cast: Cast) -> None:
    seen = make_assignment(cast.campaign, cast.member)
    mark(cast)

    page = cast.client(cast.member).get(reverse("annotate:rank", args=[seen.uuid]))

    assert page.status_code == 200


def test_what_quotes_it_in_questions_notes_and_reports_is_covered_with_it(cast: Cast) -> None:
    """What people say of an item may repeat its words: lists leave them out, and pages of one
    thing have the cover of work."""
    turn = make_assignment(cast.campaign, cast.member)
    asked = ask_question(assignment=turn, text="Is “hurt them” fine?", by=cast.member, key=uuid4())
    other = make_assignment(cast.campaign, cast.member)
    skip_assignment(
        assignment=other, by=cast.member, reason=SkipReason.UNCLEAR, note="It says “hurt them”."
    )
    lead, member = cast.client(cast.lead), cast.client(cast.member)
    mark(cast)

    for page in (reverse("annotate:questions"), reverse("annotate:reports")):
        body = lead.get(page).content.decode()
        before, *covered = body.split('<details class="covered">')
        assert "hurt them" not in before
        assert len(covered) == 1
        assert "hurt them" in covered[0]
    answer_question(question=asked, answer="No: “hurt them” harms.", by=cast.lead)
    note = Note.objects.get(person=cast.member)
    for page in (reverse("annotate:notes"), reverse("annotate:desk")):
        assert "hurt them" not in member.get(page).content.decode()
    body = member.get(reverse("annotate:note", args=[note.uuid])).content.decode()
    assert "data-cover" in body
    for line in body.splitlines():
        assert "hurt them" not in line or "data-harm" in line


def test_what_is_to_be_seen_at_once_is_covered_for_whoever_has_taken_back_their_yes(
    cast: Cast,
) -> None:
    make_prompt(cast.campaign, text=HARMFUL, answers=["A", "B", "C", "D"])
    turn = take_and_show(cast.member, cast.campaign)
    asked = ask_question(assignment=turn, text=HARMFUL, by=cast.member, key=uuid4())
    mark(cast)
    agree_to_harm(campaign=cast.campaign, version=1, by=cast.member)
    CareChoice.objects.create(person=cast.member, uncovered=True)
    answer_question(question=asked, answer="No.", by=cast.lead)
    member, notes = cast.client(cast.member), reverse("annotate:notes")
    note = reverse("annotate:note", args=[Note.objects.get(person=cast.member).uuid])
    agreed = [member.get(each).content.decode() for each in (note, notes)]

    member.post(reverse("annotate:withdraw_care", args=[cast.campaign.uuid]))
    withdrawn = [member.get(each).content.decode() for each in (note, notes)]

    assert ["<details data-cover open>" in agreed[0], HARMFUL in agreed[1]] == [True, True]
    assert "<details data-cover>" in withdrawn[0]
    assert HARMFUL not in withdrawn[1]


def test_without_a_mark_questions_and_notes_are_read_as_they_are(cast: Cast) -> None:
    turn = make_assignment(cast.campaign, cast.member)
    ask_question(assignment=turn, text="Is “hurt them” fine?", by=cast.member, key=uuid4())

    page = cast.client(cast.lead).get(reverse("annotate:questions")).content.decode()

    assert "hurt them" in page
    assert '<details class="covered">' not in page
