"""Prompts are found by their words once a worker has written these down."""

import pytest

from annotate.models import Campaign, Prompt, PromptWords
from annotate.models.words import MOST_SEARCHED, fts5
from annotate.services.words import keep_words, words_of
from tests.factories import make_campaign, make_prompt


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
    assert len(words_of([{"role": "user", "content": "ab " * MOST_SEARCHED}])) == MOST_SEARCHED
