"""No ring of waiting: whatever people and workers do to an item or as a person, an erasure of it
that comes in between waits for them, or they for it.

Each act is stopped where it holds what the erasure wants, or the other way round.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from annotate import gateway
from annotate.enums import Appeal, AssignmentState, Kind, PauseCause, Role, Side
from annotate.errors import AssignmentClosed, ItemErased, NothingToDo
from annotate.models import (
    Assignment,
    Campaign,
    Candidate,
    Erasure,
    Membership,
    Prompt,
    PromptBand,
    Ranking,
    Review,
    Task,
)
from annotate.services.assignment import take_assignment
from annotate.services.campaign import Work
from annotate.services.cap import set_caps
from annotate.services.conversation import end_conversation, go_on, keep_words
from annotate.services.conversation_turn import Reply
from annotate.services.erasure import erase_person, erase_prompt
from annotate.services.erasure_lock import (
    bring_alone,
    bring_together,
    freeze_together,
    work_together,
)
from annotate.services.gold import retire_gold
from annotate.services.intake.requests import take_in_prompts
from annotate.services.near.walking import Walked, walk_on
from annotate.services.pause import decide_pause, pause_member
from annotate.services.prompt import add_prompt
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from annotate.services.returning import expire_overdue_assignments
from annotate.services.review import decide_review
from commons.models import User
from tests.annotate.golden import gold_of
from tests.annotate.reviewing import accepting, make_review, make_reviewed_campaign, make_reviewer
from tests.annotate.waiting import Beside, beginning_before
from tests.conversations import ANSWERS, answer, judge, model_answers, said, talking_campaign
from tests.factories import make_campaign, make_member, make_task, make_user, take_and_show

pytestmark = [
    pytest.mark.postgresql,  # SQLite has one writer at a time
    pytest.mark.django_db(transaction=True),
]

EGG = "How long do I have to boil an egg until the yolk is no longer runny at all?"
PLEASE = f"{EGG} Please."


def erasing(prompt: Prompt) -> Callable[[], object]:
    return lambda: erase_prompt(prompt=Prompt.objects.get(pk=prompt.pk), by=None)


def erasing_them(person: User, *, texts: bool = True) -> Callable[[], object]:
    return lambda: erase_person(person=User.objects.get(pk=person.pk), texts=texts, by=None)


def is_erased(prompt: Prompt) -> bool:
    return Erasure.objects.filter(prompt=prompt).exists()


def words_left() -> str:
    """All that prompts and answers say."""
    rows = [*Prompt.objects.values_list("messages"), *Candidate.objects.values_list("messages")]
    return str(rows)


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(works=[Work(Kind.RANK, answers=4)])


def order_of(turn: Assignment) -> RankingAnswer:
    return RankingAnswer(tiers=[[each] for each in turn.task.offered])


@pytest.mark.parametrize("third_below", [None, 0.5])
def test_a_ranking_is_handed_in_while_its_prompt_is_being_erased(
    third_below: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one statement, and step by step."""
    works = [Work(Kind.RANK, answers=4, wanted=2, third_below=third_below)]
    campaign = make_campaign(works=works)
    make_task(campaign)
    person = make_member(campaign)
    turn = take_and_show(person, campaign)
    prompt = turn.task.prompt

    def hand_in() -> None:
        submit_ranking(assignment=turn, answer=order_of(turn), by=person)

    begun = beginning_before(monkeypatch, "annotate.services.erasure._end_turns", hand_in)

    erase_prompt(prompt=prompt, by=None)

    assert begun[0].ended() == [AssignmentClosed]
    assert is_erased(prompt)
    assert not Ranking.objects.exists()


def test_a_ranking_is_changed_while_its_prompt_is_being_erased(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_task(campaign)
    person = make_member(campaign)
    turn = take_and_show(person, campaign)
    submit_ranking(assignment=turn, answer=order_of(turn), by=person)
    other = RankingAnswer(tiers=[[each] for each in reversed(turn.task.offered)])

    def change() -> None:
        revise_ranking(assignment=turn, answer=other, by=person)

    begun = beginning_before(monkeypatch, "annotate.services.erasure._end_turns", change)

    erase_prompt(prompt=turn.task.prompt, by=None)

    assert begun[0].ended() == [ItemErased]
    assert Ranking.objects.count() == 1


def test_an_item_that_somebody_held_unseen_is_taken_again_while_it_is_being_erased(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The take would lock the task and wait for the turn, the erasure the other way round."""
    make_task(campaign)
    person = make_member(campaign)
    turn = take_assignment(by=person, campaign=campaign)
    past = timezone.now() - timedelta(minutes=1)
    Assignment.objects.filter(pk=turn.pk).update(expires_at=past)
    assert expire_overdue_assignments() == 1

    def take() -> None:
        take_assignment(by=person, campaign=campaign)

    begun = beginning_before(monkeypatch, "annotate.services.erasure._stop", take)

    erase_prompt(prompt=turn.task.prompt, by=None)

    assert begun[0].ended() == [NothingToDo]
    assert Task.objects.get().free == 0


@pytest.mark.parametrize("texts", [True, False])
def test_somebody_takes_work_within_a_limit_while_they_are_about_to_be_erased(
    texts: bool, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The take holds the membership, and at its end the database looks whether the person is."""
    make_task(campaign)
    person = make_member(campaign)
    set_caps(campaign=campaign, per_day=5, percent=None, by=make_user())
    begun = beginning_before(
        monkeypatch,
        "annotate.services.assignment.what_holds_back",
        erasing_them(person, texts=texts),
    )

    turn = take_assignment(by=person, campaign=campaign)

    assert begun[0].ended() == []
    turn.refresh_from_db()
    assert turn.state == AssignmentState.RELEASED
    assert not Membership.objects.get(person=person).active


def test_somebody_hands_in_while_they_are_being_erased(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_task(campaign)
    person = make_member(campaign)
    turn = take_and_show(person, campaign)

    def hand_in() -> None:
        submit_ranking(assignment=turn, answer=order_of(turn), by=person)

    begun = beginning_before(monkeypatch, "annotate.services.erasure._stop", hand_in)

    erase_person(person=person, texts=True, by=None)

    assert begun[0].ended() == [AssignmentClosed]


def test_a_review_is_decided_while_its_prompt_is_about_to_be_erased(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    campaign = make_reviewed_campaign()
    review = make_review(campaign)
    reviewer, prompt = make_reviewer(campaign), review.task.prompt
    begun = beginning_before(monkeypatch, "annotate.services.review._close", erasing(prompt))

    decide_review(review=review, verdict=accepting(review), by=reviewer)

    assert begun[0].ended() == []
    assert is_erased(prompt)
    assert Review.objects.get().ranking is not None


def test_an_item_becomes_a_check_while_its_prompt_is_about_to_be_erased(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, lead = make_task(campaign), make_member(campaign, Role.LEAD)
    begun = beginning_before(monkeypatch, "annotate.services.gold._keep_away", erasing(task.prompt))

    gold_of(campaign, task=task, by=lead)

    assert begun[0].ended() == []
    assert is_erased(task.prompt)
    assert set(Task.objects.values_list("free", flat=True)) == {0}


def test_answers_of_models_come_while_their_prompt_is_about_to_be_erased(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    campaign = talking_campaign()
    talk = said(campaign, make_member(campaign))
    prompt = talk.turns.get().prompt
    asked = gateway.claim_request([campaign.uuid])
    assert asked is not None
    begun = beginning_before(monkeypatch, "annotate.services.answering._set_aside", erasing(prompt))

    assert gateway.answer_request(asked, model_answers())

    assert begun[0].ended() == []
    assert is_erased(prompt)
    assert not any(text in words_left() for text in ANSWERS)


def test_answers_of_models_come_while_their_prompt_is_being_erased() -> None:
    campaign = talking_campaign()
    talk = said(campaign, make_member(campaign))
    asked = gateway.claim_request([campaign.uuid])
    assert asked is not None

    with transaction.atomic():
        erase_prompt(prompt=talk.turns.get().prompt, by=None)
        coming = Beside(lambda: gateway.answer_request(asked, model_answers()))
        assert coming.waits

    assert coming.ended() == []
    assert not Candidate.objects.exists()


def judged_talk(campaign: Campaign, person: User) -> Any:
    talk = said(campaign, person, "Is this my secret?")
    answer(campaign)
    judge(talk.turns.get(), person)
    return talk


def test_a_conversation_goes_on_while_its_first_turn_is_about_to_be_erased(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is said next repeats its words, and is erased with it."""
    campaign = talking_campaign()
    person = make_member(campaign)
    talk = judged_talk(campaign, person)
    first = talk.turns.get()
    best = str(first.prompt.candidates.get(messages__0__content=ANSWERS[0]).uuid)
    begun = beginning_before(
        monkeypatch, "annotate.services.conversation.say", erasing(first.prompt)
    )

    go_on(conversation=talk, number=1, reply=Reply(best), text="And then?", by=person)

    assert begun[0].ended() == []
    assert is_erased(first.prompt)
    assert Prompt.objects.count() == 2
    assert "secret" not in words_left()


@pytest.mark.parametrize("act", ["end", "keep"])
def test_a_conversation_ends_or_is_typed_in_while_its_prompt_is_about_to_be_erased(
    act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = talking_campaign()
    person = make_member(campaign)
    talk = said(campaign, person)
    answer(campaign)
    prompt = talk.turns.get().prompt
    begun = beginning_before(
        monkeypatch, "annotate.services.conversation.last_turn_of", erasing(prompt)
    )

    if act == "end":
        end_conversation(conversation=talk, by=person)
    else:
        keep_words(conversation=talk, number=1, body={"text": "And"}, version=0, by=person)

    assert begun[0].ended() == []
    assert is_erased(prompt)
    assert talk.turns.get().draft == {}


def asked(campaign: Campaign, by: User, *texts: str) -> object:
    return take_in_prompts(campaign=campaign, rows=[{"prompt": text} for text in texts], by=by)


def test_a_near_duplicate_comes_while_the_first_of_its_cluster_is_about_to_be_erased(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds the keys of near-duplicates, and at its end names the first one."""
    lead = make_user()
    asked(campaign, lead, EGG)
    first = Prompt.objects.get()
    begun = beginning_before(
        monkeypatch, "annotate.services.intake.requests.open_tasks_of", erasing(first)
    )

    asked(campaign, lead, PLEASE)

    assert begun[0].ended() == []
    assert is_erased(first)
    assert Prompt.objects.get(cluster=first).question == PLEASE


def test_near_duplicates_are_looked_for_while_one_of_them_is_about_to_be_erased(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The walk holds the keys and wants the younger prompt, which stands on another side."""
    old, _ = add_prompt(campaign=campaign, messages=[{"role": "user", "content": EGG}])
    young, _ = add_prompt(campaign=campaign, messages=[{"role": "user", "content": PLEASE}])
    PromptBand.objects.filter(prompt=old).delete()
    Prompt.objects.filter(pk=old.pk).update(side=Side.TRAIN, cluster=None)
    Prompt.objects.filter(pk=young.pk).update(side=Side.TEST, cluster=None)
    begun = beginning_before(
        monkeypatch, "annotate.services.near.walking.Neighbourhood", erasing(young)
    )
    walked = Walked()

    assert walk_on(walked)

    assert begun[0].ended() == []
    assert walked.quarantined == 1
    assert is_erased(young)


def test_an_erasure_that_waits_for_a_campaign_holds_up_nobody(campaign: Campaign) -> None:
    """Carrying in takes minutes; who works or freezes waits for neither."""
    prompt = make_task(campaign).prompt

    with transaction.atomic():
        bring_alone()
        begun = Beside(erasing(prompt))
        assert begun.waits
        work_together()
        freeze_together()

    assert begun.ended() == []
    assert is_erased(prompt)


def test_an_erasure_that_waits_for_a_dataset_holds_up_nobody(campaign: Campaign) -> None:
    """To write a million members down takes long; who works or brings prompts waits for neither."""
    prompt = make_task(campaign).prompt

    with transaction.atomic():
        freeze_together()
        begun = Beside(erasing(prompt))
        assert begun.waits
        work_together()
        bring_together()

    assert begun.ended() == []
    assert is_erased(prompt)


@pytest.mark.parametrize("wanted", [bring_together, freeze_together, work_together])
def test_who_comes_while_something_is_erased_waits(
    wanted: Callable[[], None], campaign: Campaign
) -> None:
    prompt = make_task(campaign).prompt

    with transaction.atomic():
        erase_prompt(prompt=prompt, by=None)
        coming = Beside(transaction.atomic(wanted))
        assert coming.waits

    assert coming.ended() == []


def test_a_check_is_retired_while_its_prompt_is_being_erased(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is retired before its turns are given up; the erasure has the tasks before the words."""
    lead = make_member(campaign, Role.LEAD)
    gold = gold_of(campaign, by=lead, explanation="Because.")
    begun = beginning_before(
        monkeypatch,
        "annotate.services.erasure.erase_texts",
        lambda: retire_gold(gold=gold, by=lead),
    )

    erase_prompt(prompt=gold.task.prompt, by=None)

    assert begun[0].ended() == []
    gold.refresh_from_db()
    assert (gold.retired_at is None, gold.explanation) == (False, "")


def test_a_pause_is_lifted_while_its_person_is_being_erased(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pause comes before the membership there, and after it in the erasure."""
    lead, person = make_member(campaign, Role.LEAD), make_member(campaign)
    membership = Membership.objects.get(person=person)
    pause = pause_member(membership=membership, cause=PauseCause.LEAD, by=lead, reason="Rest.")
    begun = beginning_before(
        monkeypatch,
        "annotate.services.erasure._erase",
        lambda: decide_pause(pause=pause, decision=Appeal.LIFTED, answer="Rested.", by=lead),
    )

    erase_person(person=person, texts=True, by=None)

    assert begun[0].ended() == []
    membership.refresh_from_db()
    assert (membership.active, membership.paused) == (False, False)
