"""An answer of several messages, and where it began."""

from typing import Any
from uuid import uuid4

import pytest

from annotate.enums import Kind
from annotate.errors import EmptyDemonstration, StrangeConversation, StrangeStart
from annotate.models import Assignment, Campaign, CampaignWork, Demonstration
from annotate.selectors.submission import body_of
from annotate.services.campaign import Work
from annotate.services.demonstration import (
    DemonstrationAnswer,
    answer_of,
    revise_demonstration,
    submit_demonstration,
)
from annotate.services.prompt import add_prompt
from annotate.services.task import open_tasks
from commons.models import User
from tests.annotate.test_conversation import ASPIRIN, asks, calls, gives, says
from tests.annotate.test_tools import DOSE
from tests.factories import make_campaign, make_candidate, make_member, make_prompt, take_and_show

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(works=[Work(Kind.DEMONSTRATE, turns=3)])


@pytest.fixture
def person(campaign: Campaign) -> User:
    return make_member(campaign)


@pytest.fixture
def held(campaign: Campaign, person: User) -> Assignment:
    """An item whose prompt offers a tool."""
    asked = [{"role": "user", "content": "How much aspirin?"}]
    add_prompt(campaign=campaign, messages=asked, tools=[DOSE])
    open_tasks(campaign=campaign)
    return take_and_show(person, campaign, kind=Kind.DEMONSTRATE)


def may_start_from(campaign: Campaign) -> None:
    CampaignWork.objects.filter(campaign=campaign).update(may_start_from=True)


def test_what_was_typed_is_kept_as_trainers_read_it(held: Assignment, person: User) -> None:
    before = [calls('{"drug": "aspirin"}'), gives("100 mg")]

    submit_demonstration(
        assignment=held, answer=DemonstrationAnswer(" 100 mg. ", before), by=person
    )

    kept = Demonstration.objects.get()
    assert kept.messages == [calls(ASPIRIN), gives("100 mg"), says("100 mg.")]
    assert kept.text == "100 mg."


@pytest.mark.parametrize(
    ("before", "text", "field", "said"),
    [
        (
            [calls({"drug": 7}), gives("x")],
            "So.",
            "messages.0.tool_calls.0.function.arguments.drug",
            "Block 1: drug: 7 is not of the type string.",
        ),
        (
            [calls('{"drug'), gives("x")],
            "So.",
            "messages.0.tool_calls.0.function.arguments",
            "Block 1: The arguments are no JSON yet; close every brace and quote.",
        ),
        (
            [says("100 mg."), asks("And now?")],
            " ",
            "messages.2.content",
            "Block 3: It is empty; write something, or remove it.",
        ),
    ],
)
def test_a_block_that_is_not_right_is_named(
    held: Assignment, person: User, before: list[Any], text: str, field: str, said: str
) -> None:
    with pytest.raises(StrangeConversation) as strange:
        submit_demonstration(assignment=held, answer=DemonstrationAnswer(text, before), by=person)

    assert (strange.value.field, str(strange.value)) == (field, said)
    assert not Demonstration.objects.exists()


def test_follow_up_questions_are_for_campaigns_that_want_them(
    campaign: Campaign, held: Assignment, person: User
) -> None:
    CampaignWork.objects.filter(campaign=campaign).update(turns=1)
    answer = DemonstrationAnswer("So.", [says("100 mg."), asks("Why?")])

    with pytest.raises(StrangeConversation, match="at most 1 turn"):
        submit_demonstration(assignment=held, answer=answer, by=person)


def test_nothing_at_all_is_no_answer(held: Assignment, person: User) -> None:
    with pytest.raises(EmptyDemonstration):
        submit_demonstration(assignment=held, answer=answer_of([], started_from=None), by=person)


def test_messages_are_an_answer_that_ends_in_words() -> None:
    whole, halted = [calls(ASPIRIN), gives("x"), says("So.")], [calls(ASPIRIN), gives("x")]

    assert answer_of(whole, started_from=None) == DemonstrationAnswer("So.", whole[:2])
    assert answer_of(halted, started_from=None) == DemonstrationAnswer("", halted)


def test_where_an_answer_began_is_recorded_and_stays_so(
    campaign: Campaign, held: Assignment, person: User
) -> None:
    may_start_from(campaign)
    candidate = make_candidate(held.task.prompt, "Take some.")
    answer = DemonstrationAnswer("Take 100 mg.", started_from=candidate.uuid)

    first = submit_demonstration(assignment=held, answer=answer, by=person)
    CampaignWork.objects.filter(campaign=campaign).update(may_start_from=False)
    again = DemonstrationAnswer("Take 90 mg.", started_from=candidate.uuid)
    named = revise_demonstration(assignment=held, answer=again, by=person)
    changed = revise_demonstration(
        assignment=held, answer=DemonstrationAnswer("Take 81 mg."), by=person
    )

    starts = [first.started_from, named.started_from, changed.started_from]
    assert starts == [candidate] * 3
    assert body_of(changed) == {"text": "Take 81 mg.", "started_from": str(candidate.uuid)}


def test_a_start_is_refused_where_the_campaign_does_not_allow_it(
    held: Assignment, person: User
) -> None:
    candidate = make_candidate(held.task.prompt, "Take some.")
    answer = DemonstrationAnswer("Take 100 mg.", started_from=candidate.uuid)

    with pytest.raises(StrangeStart):
        submit_demonstration(assignment=held, answer=answer, by=person)

    assert not Demonstration.objects.exists()


def test_nobody_starts_from_an_answer_to_another_prompt(
    campaign: Campaign, held: Assignment, person: User
) -> None:
    may_start_from(campaign)
    other = make_candidate(make_prompt(campaign), "Elsewhere.")

    for uuid in (other.uuid, uuid4()):
        with pytest.raises(StrangeStart):
            submit_demonstration(
                assignment=held,
                answer=DemonstrationAnswer("Mine.", started_from=uuid),
                by=person,
            )


def test_the_same_answer_sent_twice_is_one_row(held: Assignment, person: User) -> None:
    key = uuid4()
    answer = DemonstrationAnswer("So.", [calls('{"drug": "aspirin"}'), gives("x")])

    first, second = (
        submit_demonstration(assignment=held, answer=answer, by=person, key=key) for _ in "ab"
    )

    assert first == second
    assert body_of(first) == {"text": "So.", "before": [calls(ASPIRIN), gives("x")]}
