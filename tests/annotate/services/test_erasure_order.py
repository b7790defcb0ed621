"""An erasure and whatever else is about its prompts wait for one another, and never in a ring."""

import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.db import transaction

from annotate.enums import Kind
from annotate.models import Batch, Campaign, Candidate, Erasure, Prompt, Task
from annotate.services.assignment import take_assignment
from annotate.services.batch import restore_batch, withdraw_batch
from annotate.services.campaign import Work
from annotate.services.erasure import erase_prompt
from annotate.services.intake.requests import take_in_candidates, take_in_prompts
from annotate.services.task import open_round, open_tasks
from commons.models import User
from tests.annotate.picturing import told_of
from tests.annotate.waiting import held_up
from tests.factories import make_campaign, make_member, make_user

pytestmark = [
    pytest.mark.postgresql,  # SQLite has one writer at a time
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def lead() -> User:
    return make_user("lead")


@pytest.fixture
def campaign(lead: User) -> Campaign:
    return make_campaign(lead=lead, works=[Work(Kind.RANK, answers=2)])


def asked(campaign: Campaign, by: User, *answers: str) -> Prompt:
    row = {
        "prompt": "What is this?",
        "candidates": [{"text": answer, "source": "model-a"} for answer in answers],
    }
    [told] = told_of(take_in_prompts(campaign=campaign, rows=[row], by=by))
    return Prompt.objects.get(uuid=told["id"])


def erasing_before(
    monkeypatch: pytest.MonkeyPatch, place: str, prompt: Prompt
) -> list[threading.Thread]:
    """The prompt is erased on a connection of its own, begun before this function is called."""
    module, name = place.rsplit(".", 1)
    function: Callable[..., Any] = getattr(import_module(module), name)
    begun: list[threading.Thread] = []

    def begin_and_call(*given: Any, **named: Any) -> Any:
        if not begun:
            begun.append(held_up(lambda: erase_prompt(prompt=there(prompt), by=None)))
        return function(*given, **named)

    monkeypatch.setattr(place, begin_and_call)
    return begun


def there(prompt: Prompt) -> Prompt:
    return Prompt.objects.get(pk=prompt.pk)


def is_erased(prompt: Prompt) -> bool:
    return Erasure.objects.filter(prompt=prompt).exists()


def test_tasks_are_made_while_their_prompt_is_about_to_be_erased(
    campaign: Campaign, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompt = asked(campaign, lead, "A lung.", "A hand.")
    Task.objects.all().delete()
    begun = erasing_before(monkeypatch, "annotate.services.task.make_tasks", prompt)

    assert open_tasks(campaign=campaign) == 1
    begun[0].join()

    assert is_erased(prompt)
    assert Task.objects.get().free == 0


def test_no_task_is_made_of_what_is_being_erased(campaign: Campaign, lead: User) -> None:
    prompt = asked(campaign, lead, "A lung.", "A hand.")
    Task.objects.all().delete()

    with transaction.atomic():
        erase_prompt(prompt=prompt, by=None)
        opening = held_up(lambda: open_tasks(campaign=Campaign.objects.get(pk=campaign.pk)))
        assert opening.is_alive()
    opening.join()

    assert not Task.objects.exists()


def test_it_is_asked_again_while_it_is_about_to_be_erased(
    campaign: Campaign, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompt = asked(campaign, lead, "A lung.", "A hand.")
    take_assignment(by=make_member(campaign), campaign=campaign)
    begun = erasing_before(monkeypatch, "annotate.services.task.make_tasks", prompt)

    assert open_round(campaign=campaign, batch=None, seen=0, by=lead) == 1
    begun[0].join()

    assert is_erased(prompt)
    assert set(Task.objects.values_list("free", flat=True)) == {0}


def test_answers_come_while_their_prompt_is_about_to_be_erased(
    campaign: Campaign, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompt = asked(campaign, lead, "A lung.")
    rows = [{"prompt": str(prompt.uuid), "text": "A hand.", "source": "model-b"}]
    begun = erasing_before(monkeypatch, "annotate.services.task.make_tasks", prompt)

    [told] = told_of(take_in_candidates(campaign=campaign, rows=rows, by=lead))
    begun[0].join()

    assert told["status"] == "made"
    assert is_erased(prompt)
    assert not Candidate.objects.filter(messages__0__content__in=("A hand.", "A lung.")).exists()


def test_no_answer_is_given_to_what_is_being_erased(campaign: Campaign, lead: User) -> None:
    prompt = asked(campaign, lead, "A lung.")
    rows = [{"prompt": str(prompt.uuid), "text": "A hand.", "source": "model-b"}]
    told: list[dict[str, Any]] = []

    def send() -> None:
        told.extend(told_of(take_in_candidates(campaign=campaign, rows=rows, by=lead)))

    with transaction.atomic():
        erase_prompt(prompt=prompt, by=None)
        sending = held_up(send)
        assert sending.is_alive()
    sending.join()

    assert Candidate.objects.count() == 1
    assert told[0]["status"] == "refused"


@pytest.mark.parametrize("act", [withdraw_batch, restore_batch])
def test_its_arrival_is_withdrawn_or_restored_while_it_is_about_to_be_erased(
    act: Callable[..., int], campaign: Campaign, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The arrival's report goes with it."""
    prompt = asked(campaign, lead, "A lung.", "A hand.")
    batch = Batch.objects.get()
    if act is restore_batch:
        withdraw_batch(batch=batch, by=lead)
    begun = erasing_before(monkeypatch, "annotate.services.batch.tasks_of", prompt)

    assert act(batch=batch, by=lead) == 1
    begun[0].join()

    assert is_erased(prompt)
    assert Task.objects.get().free == 0
    assert Batch.objects.get().report["rows"] == []
