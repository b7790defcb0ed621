"""Prompts are found by their words once a worker has written these down."""

import pytest
from pytest_django import DjangoAssertNumQueries

from annotate.enums import Kind
from annotate.models import Campaign, Candidate, CandidateWords, Demonstration, Prompt, PromptWords
from annotate.models.words import MOST_SEARCHED, fts5
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.words import keep_forgotten_words, keep_words, words_of
from tests.factories import make_assignment, make_campaign, make_member, make_prompt


@pytest.fixture
def campaign(db: None) -> Campaign:
    return make_campaign()


def found_by(said: str) -> list[str]:
    found = Prompt.objects.filter(words__said__find=said).order_by("pk")
    return [prompt.question for prompt in found]


def test_every_prompt_is_written_down_once(campaign: Campaign):
    make_prompt(campaign, text="What is a stent?")
    make_prompt(campaign, text="Who may prescribe?")

    assert keep_words() == 2
    assert keep_words() == 0
    assert PromptWords.objects.count() == 2


def test_a_prompt_that_came_beside_a_later_one_is_not_forgotten(campaign: Campaign):
    first = make_prompt(campaign, text="What is a stent?")
    make_prompt(campaign, text="Who may prescribe?")
    keep_words()
    PromptWords.objects.get(prompt=first).delete()

    assert found_by("stent") == []
    assert keep_words() == 1
    assert found_by("stent") == ["What is a stent?"]


def test_answers_are_written_down_as_prompts_are(campaign: Campaign):
    make_prompt(campaign, text="What is a stent?", answers=["A mesh tube.", "Nothing at all."])
    ada = make_member(campaign)
    turn = make_assignment(campaign, ada, kind=Kind.DEMONSTRATE)
    written = submit_demonstration(assignment=turn, answer=DemonstrationAnswer("Mine."), by=ada)
    offered = Candidate.objects.order_by("pk")

    assert keep_words() == 2 + 6 + 1  # two prompts, their candidates, one written answer
    assert [each.text for each in offered.filter(words__said__find="tube")] == ["A mesh tube."]
    assert list(Demonstration.objects.filter(words__said__find="mine")) == [written]


def test_what_came_long_after_a_later_text_is_found_by_the_hour(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
):
    """One text a stretch: the second of five is too far back for the minute."""
    monkeypatch.setattr("annotate.services.words.STRETCH", 1)
    make_prompt(campaign, text="?", answers=list("abcde"))
    keep_words()
    CandidateWords.objects.filter(candidate=Candidate.objects.order_by("pk")[1]).delete()

    assert keep_words() == 0
    assert keep_forgotten_words() == 1
    assert keep_forgotten_words() == 0


def test_each_minute_costs_the_same_however_much_is_kept(
    campaign: Campaign,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
):
    """Of each of three sorts the two last keys, and of two that are there the last two texts."""
    monkeypatch.setattr("annotate.services.words.STRETCH", 1)
    for _ in range(3):
        make_prompt(campaign, answers=["a", "b"])
    keep_words()

    with django_assert_num_queries(3 * 2 + 2 * 2 + 1):
        assert keep_words() == 0


def test_search_knows_words_phrases_and_what_is_not_wanted(campaign: Campaign):
    one = "Is aspirin safe for children?"
    two = "Children ask: is it safe?"
    for text in (one, two, "Ωμέγα, naïve and 日本語"):
        make_prompt(campaign, text=text)
    keep_words()

    assert found_by("CHILDREN safe") == [one, two]
    assert found_by('"safe for"') == [one]
    assert found_by("children -aspirin") == [two]
    assert found_by("Ωμέγα") == ["Ωμέγα, naïve and 日本語"]
    assert found_by("elephants") == []


@pytest.mark.parametrize("odd", ['"', "-", '""', "* OR (", "a:b^2", "NEAR(", "'; --", '"un', "--"])
def test_nothing_that_is_typed_breaks_the_search(campaign: Campaign, odd: str):
    make_prompt(campaign, text="What is a stent?")
    keep_words()

    assert found_by(odd) in ([], ["What is a stent?"])


def test_a_search_box_in_the_words_of_sqlite():
    assert fts5("heart attack") == '"heart" AND "attack"'
    assert fts5('"heart attack" -stent aspirin') == '"heart attack" AND "aspirin" NOT "stent"'
    assert fts5("-stent") == '""'


def test_all_turns_are_searched_and_a_book_is_cut():
    turns = [{"role": "user", "content": "One\0two"}, {"role": "assistant", "content": "x" * 10}]

    assert words_of(turns) == "One two\nxxxxxxxxxx"
    assert words_of([{"role": "assistant", "content": None, "tool_calls": []}]) == ""
    assert len(words_of([{"role": "user", "content": "ab " * MOST_SEARCHED}])) == MOST_SEARCHED
