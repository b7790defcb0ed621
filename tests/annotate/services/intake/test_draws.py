"""What a ranking shows of many candidates, and with what chance."""

from collections import Counter

import pytest

from annotate.enums import Kind
from annotate.models import CampaignPrompt, Candidate, Task
from annotate.services.campaign import Work
from annotate.services.intake.draws import offer
from annotate.services.task import open_tasks
from tests.factories import make_campaign, make_prompt


def test_answers_that_weigh_the_same_have_the_same_chance() -> None:
    drawn = offer("abcde", [1.0] * 5, "digest", answers=2)

    assert len(set(drawn.candidates)) == 2
    assert drawn.chances == [0.4, 0.4]


def test_an_answer_that_weighs_more_is_shown_more_often() -> None:
    """Weights 3, 1, 1, 1, two of four: 0.2 · 1/2 + 0.8 · 2 · 3/6 = 0.9, and for the others 0.1 +
    0.8 · 2/6 = 0.3667. Over 2,000 prompts three errors of 0.9 are 0.02."""
    drawn = [offer("abcd", [3.0, 1.0, 1.0, 1.0], str(number), answers=2) for number in range(2000)]

    shown = Counter(each for one in drawn for each in one.candidates)
    told = {
        each: chance
        for one in drawn
        for each, chance in zip(one.candidates, one.chances, strict=True)
    }
    assert shown["a"] / 2000 == pytest.approx(0.9, abs=0.02)
    assert shown["b"] / 2000 == pytest.approx(1.1 / 3, abs=0.035)
    assert [told["a"], told["b"]] == pytest.approx([0.9, 1.1 / 3])


def test_the_same_prompt_is_offered_the_same() -> None:
    weights = [2.0, 1.0, 1.0, 1.0]

    assert offer("abcd", weights, "x", answers=2) == offer("abcd", weights, "x", answers=2)


@pytest.mark.django_db
def test_a_task_keeps_the_chances_of_what_it_offers_and_of_its_prompt() -> None:
    campaign = make_campaign(works=[Work(Kind.RANK, answers=2)])
    prompt = make_prompt(campaign, text="Why?")
    for text, weight in [("a", 3.0), ("b", 1.0), ("c", 1.0), ("d", 1.0)]:
        Candidate.objects.create(
            prompt=prompt, digest=text, source=text, weight=weight, messages=[{"content": text}]
        )
    CampaignPrompt.objects.filter(prompt=prompt).update(chance=0.25)

    open_tasks(campaign=campaign)

    task = Task.objects.get()
    sources = dict(Candidate.objects.values_list("uuid", "source"))
    expected = {"a": 0.9, "b": 1.1 / 3, "c": 1.1 / 3, "d": 1.1 / 3}
    offered = [sources[uuid] for uuid in sources if str(uuid) in task.offered]
    assert len(offered) == 2
    assert task.asked_with == 0.25
    by_name = {str(uuid): source for uuid, source in sources.items()}
    assert task.offered_with == [pytest.approx(expected[by_name[name]]) for name in task.offered]


@pytest.mark.django_db
def test_a_prompt_that_was_not_drawn_has_no_chance() -> None:
    """Missing is not 1: nobody drew it."""
    campaign = make_campaign(works=[Work(Kind.RANK, answers=2), Work(Kind.DEMONSTRATE)])
    make_prompt(campaign, answers=["a", "b", "c", "d"])

    rank, write = Task.objects.order_by("-kind")

    assert (rank.asked_with, rank.offered_with) == (None, [0.5, 0.5])
    assert (write.asked_with, write.offered_with) == (None, [])
