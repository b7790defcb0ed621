"""The demo's fixtures keep what they promise, so that a first visitor finds every kind of work."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import TypedDict

DEMO = Path(__file__).parents[2] / "annotate" / "demo"
FIELDS = {"medicine", "law", "python", "statistics", "history", "cooking"}

FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
TABLE_RULE = re.compile(r"^\|(?: *:?-+:? *\|)+$", re.MULTILINE)
MATHEMATICS = re.compile(r"\$[^$]+\$")


class Message(TypedDict):
    role: str
    content: str


class Prompt(TypedDict):
    id: str
    skill: str
    language: str
    source: str
    messages: list[Message]


class Demonstration(TypedDict):
    prompt: str
    text: str


class Candidate(TypedDict):
    text: str
    source: str
    sampling: dict[str, str | float | bool]


class Candidates(TypedDict):
    prompt: str
    candidates: list[Candidate]


def lines(name: str) -> list[str]:
    return (DEMO / name).read_text(encoding="utf-8").rstrip("\n").split("\n")


def prompts() -> list[Prompt]:
    return [json.loads(line) for line in lines("prompts.jsonl")]


def demonstrations() -> list[Demonstration]:
    return [json.loads(line) for line in lines("demonstrations.jsonl")]


def candidates() -> list[Candidates]:
    return [json.loads(line) for line in lines("candidates.jsonl")]


def text_of(prompt: Prompt) -> str:
    return "\n\n".join(message["content"] for message in prompt["messages"])


def turns_of(prompt: Prompt) -> list[str]:
    return [message["role"] for message in prompt["messages"] if message["role"] != "system"]


def test_every_prompt_has_an_id_of_its_own_that_begins_with_its_field() -> None:
    found = prompts()

    assert len({prompt["id"] for prompt in found}) == len(found)
    assert [p["id"] for p in found if not re.fullmatch(rf"{p['skill']}-\d\d", p["id"])] == []


def test_six_fields_have_at_least_eight_prompts_each() -> None:
    per_field = Counter(prompt["skill"] for prompt in prompts())

    assert set(per_field) == FIELDS
    assert min(per_field.values()) >= 8


def test_every_prompt_takes_turns_and_ends_with_the_user() -> None:
    for prompt in prompts():
        turns = turns_of(prompt)

        assert turns == ["user", "assistant"] * (len(turns) // 2) + ["user"], prompt["id"]
        assert all(message["content"].strip() for message in prompt["messages"]), prompt["id"]


def test_a_system_message_comes_first_or_not_at_all() -> None:
    later = [m["role"] for prompt in prompts() for m in prompt["messages"][1:]]

    assert "system" not in later


def test_the_prompts_show_every_kind_of_content() -> None:
    found = prompts()
    texts = [text_of(prompt) for prompt in found]

    assert sum(len(turns_of(prompt)) >= 3 for prompt in found) >= 14
    assert sum(bool(FENCE.search(text)) for text in texts) >= 14
    assert sum(bool(MATHEMATICS.search(FENCE.sub("", text))) for text in texts) >= 12
    assert sum(bool(TABLE_RULE.search(text)) for text in texts) >= 8


def test_a_dollar_sign_always_opens_or_closes_mathematics() -> None:
    odd = [p["id"] for p in prompts() if FENCE.sub("", text_of(p)).count("$") % 2]

    assert odd == []


def test_most_prompts_are_english_and_a_few_german() -> None:
    assert Counter(prompt["language"] for prompt in prompts()) == {"en": 68, "de": 4}


def test_demonstrations_answer_three_prompts_of_every_field() -> None:
    field_of = {prompt["id"]: prompt["skill"] for prompt in prompts()}
    answered = [demonstration["prompt"] for demonstration in demonstrations()]

    assert len(set(answered)) == len(answered)
    assert Counter(field_of[name] for name in answered) == dict.fromkeys(FIELDS, 3)


def test_a_demonstration_is_neither_a_remark_nor_an_essay() -> None:
    words = {d["prompt"]: len(d["text"].split()) for d in demonstrations()}

    assert {name: count for name, count in words.items() if not 60 <= count <= 200} == {}


def test_the_guideline_is_there_to_be_read() -> None:
    guideline = "\n".join(lines("guideline.md"))

    assert guideline.startswith("# ")
    assert 250 <= len(guideline.split()) <= 450


def test_every_prompt_has_four_different_candidates() -> None:
    different = {
        row["prompt"]: len({" ".join(one["text"].split()) for one in row["candidates"]} - {""})
        for row in candidates()
    }

    assert different == dict.fromkeys([prompt["id"] for prompt in prompts()], 4)
    assert {len(row["candidates"]) for row in candidates()} == {4}


def test_a_candidate_says_how_it_was_drawn_and_names_no_folder() -> None:
    drawn = [one for row in candidates() for one in row["candidates"]]

    assert {one["source"] for one in drawn} == {"SmolLM2-135M-Instruct"}
    assert {one["sampling"]["model"] for one in drawn} == {"SmolLM2-135M-Instruct"}
    assert Counter(one["sampling"]["temperature"] for one in drawn) == {0.7: 144, 1.0: 144}
