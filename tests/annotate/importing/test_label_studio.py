"""Tasks of Label Studio, in the shapes in which its export writes them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from annotate.importing.drafts import EMPTY_DRAFT, OF_A_CHANGE, OLDER, UNNAMED
from annotate.importing.guessing import guessed_plan
from annotate.importing.label_config import LabelConfig
from annotate.importing.label_studio import (
    EMPTY,
    NUMBERED,
    PREDICTED,
    REGION,
    SKIPPED,
    reader,
    schema_of,
)
from annotate.importing.plan import OddPlan, Wishes
from annotate.importing.records import ImportedDraft, ImportedPrompt, LeftOut, Record, Refusal, When
from annotate.importing.said import (
    AMBIGUOUS_SPAN,
    BUCKETS,
    OTHER_NUMBER,
    TOO_FEW,
    UNPLACED,
)

PAIR = """
<View>
  <Text name="asked" value="$prompt"/>
  <Pairwise name="better" toName="right,left"/>
  <Text name="left" value="$answer1"/>
  <Text name="right" value="$answer2"/>
  <Rating name="quality" toName="left"/>
  <Choices name="safe" toName="right"><Choice value="Yes"/><Choice value="No"/></Choices>
  <Choices name="tone" toName="left"><Choice value="Too formal"/><Choice value="Fine"/></Choices>
  <Labels name="parts" toName="right"><Label value="Error"/></Labels>
  <TextArea name="why" toName="asked"/>
  <TextArea name="own" toName="asked"/>
</View>
"""
LIST = """
<View>
  <Text name="prompt" value="$prompt"/>
  <List name="answers" value="$items"/>
  <Ranker name="rank" toName="answers">{}</Ranker>
</View>
"""
ASKED = {"prompt": "Why?", "answer1": "It is.", "answer2": "The 🌊 sea."}
ITEMS = {
    "prompt": "Why?",
    "items": [
        {"id": "a", "title": "model-a", "body": "One."},
        {"id": "b", "title": "model-b", "body": "Two."},
        {"id": "c", "title": "model-c", "body": "Three."},
    ],
}


def said(control: str, tag: str, to: str = "asked", **value: object) -> dict[str, object]:
    return {"id": "x1", "from_name": control, "to_name": to, "type": tag, "value": value}


def annotation(*results: dict[str, object], **more: object) -> dict[str, object]:
    return {"id": 70, "completed_by": 5, "was_cancelled": False, "result": list(results), **more}


def task(data: Mapping[str, object], *annotations: object, **more: object) -> dict[str, Any]:
    return {"id": 7, "project": 3, "data": data, "annotations": list(annotations), **more}


def read(row: dict[str, Any], xml: str = PAIR, wishes: Wishes | None = None) -> list[Record]:
    config = LabelConfig(xml) if xml else None
    plan = guessed_plan(schema_of([row], config), wishes or Wishes())
    return list(reader(plan, config)(row, 1))


def prompt(records: list[Record]) -> ImportedPrompt:
    (found,) = (each for each in records if isinstance(each, ImportedPrompt))
    return found


def left(records: list[Record]) -> list[str]:
    return [each.why for each in records if isinstance(each, LeftOut)]


def tiers(records: list[Record]) -> list[tuple[tuple[str, ...], ...]]:
    return [each.tiers for each in prompt(records).rankings]


def test_left_and_right_are_what_the_configuration_names_and_not_their_order_in_the_data() -> None:
    row = task(ASKED, annotation(said("better", "pairwise", "better", selected="left")))

    records = read(row)

    assert tiers(records) == [(("answer2",), ("answer1",))]
    assert [each.messages[0]["content"] for each in prompt(records).candidates] == [
        "The 🌊 sea.",
        "It is.",
    ]


def test_what_the_configuration_calls_left_is_left_in_whatever_order_a_person_names_them() -> None:
    row = task(ASKED, annotation(said("better", "pairwise", "better", selected="left")))

    records = read(row, wishes=Wishes(answers=("answer1", "answer2")))

    assert tiers(records) == [(("answer2",), ("answer1",))]


def test_without_a_configuration_a_person_says_which_answer_is_left() -> None:
    row = task(ASKED, annotation(said("better", "pairwise", "better", selected="left")))

    with pytest.raises(OddPlan, match="--config, or name both with --answer-fields LEFT,RIGHT"):
        read(row, xml="")

    wishes = Wishes(answers=("answer1", "answer2"))
    assert tiers(read(row, xml="", wishes=wishes)) == [(("answer1",), ("answer2",))]


def test_all_that_one_annotator_said_is_one_ranking() -> None:
    row = task(
        ASKED,
        annotation(
            said("better", "pairwise", "better", selected="left"),
            said("quality", "rating", "left", rating=4),
            said("safe", "choices", "right", choices=["No"]),
            said("tone", "choices", "left", choices=["Too formal"]),
            said("parts", "labels", "right", start=4, end=6, text="🌊", labels=["Error"]),
            said("why", "textarea", text=["Wet.", "Truly."]),
            created_at="2025-03-01T09:00:00.5Z",
            lead_time=31.54,
        ),
    )

    (ranking,) = prompt(read(row)).rankings

    assert ranking.rater == "label-studio:3:5"
    assert ranking.reason == "Wet.\nTruly."
    assert ranking.answers == {
        "answer1": {"ratings": {"quality": 4}, "flags": {"tone-too-formal": True}},
        "answer2": {
            "flags": {"safe": False},
            "spans": [{"name": "error", "start": 4, "end": 5, "quote": "🌊"}],
        },
    }
    assert ranking.when == When(datetime(2025, 3, 1, 9, 0, 0, 500_000, UTC), 31.5)


def test_a_text_that_somebody_wrote_is_a_demonstration() -> None:
    shown = prompt(read(task(ASKED, annotation(said("own", "textarea", text=["Air."])))))

    assert [(each.rater, each.messages[0]["content"]) for each in shown.demonstrations] == [
        ("label-studio:3:5", "Air.")
    ]


def test_of_an_annotator_only_the_number_is_kept() -> None:
    who = {"id": 9, "email": "ada@example.org", "first_name": "Ada", "last_name": "Lovelace"}
    row = task(ASKED, annotation(said("own", "textarea", text=["Air."]), completed_by=who))

    records = read(row)

    assert prompt(records).demonstrations[0].rater == "label-studio:3:9"
    assert not [word for word in ("ada@", "Ada", "Lovelace") if word in repr(records)]


def test_ranked_items_are_candidates_under_their_ids_and_models() -> None:
    order = said("rank", "ranker", "answers", ranker={"rank": ["c", "a", "b"]})

    records = read(task(ITEMS, annotation(order)), LIST.format(""))

    assert [(each.key, each.source) for each in prompt(records).candidates] == [
        ("a", "model-a"),
        ("b", "model-b"),
        ("c", "model-c"),
    ]
    assert tiers(records) == [(("c",), ("a",), ("b",))]


def test_without_a_configuration_the_one_list_of_items_is_what_is_ranked() -> None:
    order = said("rank", "ranker", "answers", ranker={"rank": ["c", "a", "b"]})

    assert tiers(read(task(ITEMS, annotation(order)), xml="")) == [(("c",), ("a",), ("b",))]


def test_buckets_are_an_order_only_if_somebody_says_so() -> None:
    xml = LIST.format('<Bucket name="good"/><Bucket name="bad"/>')
    sorted_in = said("rank", "ranker", "answers", ranker={"_": ["b"], "bad": ["a"], "good": ["c"]})
    row = task(ITEMS, annotation(sorted_in))

    unsaid, named = read(row, xml), read(row, xml, Wishes(buckets=("good", "bad")))

    assert (tiers(unsaid), left(unsaid)) == ([], [BUCKETS])
    assert (tiers(named), left(named)) == ([(("c",), ("a",))], [UNPLACED])


def test_answers_in_one_bucket_are_equals() -> None:
    xml = LIST.format('<Bucket name="good"/><Bucket name="bad"/>')
    sorted_in = said("rank", "ranker", "answers", ranker={"bad": ["a"], "good": ["c", "b"]})

    records = read(task(ITEMS, annotation(sorted_in)), xml, Wishes(buckets=("good", "bad")))

    assert tiers(records) == [(("c", "b"), ("a",))]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("Answer 2", (("answer2",), ("answer1",))),
        ("Tie", (("answer1", "answer2"),)),
    ],
)
def test_a_choice_between_the_answers_ranks_them(
    chosen: str, expected: tuple[tuple[str, ...], ...]
) -> None:
    xml = """<View><Text name="prompt" value="$prompt"/><Text name="one" value="$answer1"/>
      <Text name="two" value="$answer2"/><Choices name="best" toName="prompt">
      <Choice value="Answer 1"/><Choice value="Answer 2"/><Choice value="Tie"/></Choices></View>"""

    records = read(task(ASKED, annotation(said("best", "choices", choices=[chosen]))), xml)

    assert tiers(records) == [expected]


def test_ratings_of_each_answer_rank_them_if_somebody_says_so() -> None:
    given = [said("r1", "rating", "left", rating=2), said("r2", "rating", "right", rating=5)]
    xml = PAIR.replace(
        "</View>", '<Rating name="r1" toName="left"/><Rating name="r2" toName="right"/></View>'
    )
    wishes = Wishes(questions={"r1": "ranking", "r2": "ranking"})

    (ranking,) = prompt(read(task(ASKED, annotation(*given)), xml, wishes)).rankings

    assert ranking.tiers == (("answer2",), ("answer1",))
    assert ranking.answers == {
        "answer1": {"ratings": {"r1": 2}},
        "answer2": {"ratings": {"r2": 5}},
    }


def test_what_was_not_handed_in_is_counted_and_left() -> None:
    row = task(
        ASKED,
        annotation(said("better", "pairwise", "better", selected="left"), was_cancelled=True),
        annotation(),
        drafts=[{"id": 1, "result": []}, 2],
        predictions=[
            3,
            {"model_version": "m", "result": [said("better", "pairwise", selected="left")]},
        ],
    )

    records = read(row)

    assert tiers(records) == []
    assert left(records) == [SKIPPED, EMPTY, UNNAMED, NUMBERED, NUMBERED, PREDICTED]


NAMED = Wishes(drafts={"5": "ada", "eve@lab.test": "eve"})


def draft(*results: dict[str, object], **more: object) -> dict[str, object]:
    who = {"user": "ada@lab.test", "created_username": "Ada L ada@lab.test, 5"}
    return {"id": 90, "annotation": None, "result": list(results), **who, **more}


def test_a_draft_of_who_is_named_keeps_all_that_was_said_so_far() -> None:
    mine = draft(
        said("better", "pairwise", "better", selected="left"),
        said("quality", "rating", "left", rating=4),
        said("safe", "choices", "right", choices=["No"]),
        said("own", "textarea", text=["Air"]),
    )

    records = read(task(ASKED, drafts=[mine]), wishes=NAMED)

    assert prompt(records).drafts == (
        ImportedDraft(
            account="ada",
            tiers=(("answer2",), ("answer1",)),
            answers={
                "answer1": {"ratings": {"quality": 4}},
                "answer2": {"flags": {"safe": False}},
            },
            text="Air",
        ),
    )
    assert (tiers(records), prompt(records).demonstrations, left(records)) == ([], (), [])


def test_a_draft_may_be_named_by_the_address_that_the_file_has() -> None:
    own = said("own", "textarea", text=["Air"])
    theirs = draft(own, user="eve@lab.test", created_username="eve@lab.test, 6")
    nobodys = draft(own, user="bob@lab.test", created_username="bob@lab.test, 7")

    records = read(task(ASKED, drafts=[theirs, nobodys]), wishes=NAMED)

    assert [(each.account, each.text) for each in prompt(records).drafts] == [("eve", "Air")]
    assert left(records) == [UNNAMED]


def test_a_draft_of_a_change_is_left_for_what_was_handed_in() -> None:
    done = annotation(said("better", "pairwise", "better", selected="left"))
    own = said("own", "textarea", text=["Air"])

    records = read(task(ASKED, done, drafts=[draft(own), draft(own, annotation=70)]), wishes=NAMED)

    assert (prompt(records).drafts, left(records)) == ((), [OF_A_CHANGE, OF_A_CHANGE])
    assert len(prompt(records).rankings) == 1


def test_of_two_drafts_of_one_person_the_newest_is_carried() -> None:
    newest = draft(said("own", "textarea", text=["New"]), updated_at="2026-03-02T09:00:00Z")
    older = draft(said("own", "textarea", text=["Old"]), updated_at="2026-03-01T09:00:00Z")

    records = read(task(ASKED, drafts=[newest, older, draft()]), wishes=NAMED)

    assert [each.text for each in prompt(records).drafts] == ["New"]
    assert left(records) == [OLDER, EMPTY_DRAFT]


def test_an_order_so_far_may_hold_one_answer_and_one_that_is_odd_costs_no_item() -> None:
    rank = {"from_name": "rank", "to_name": "answers", "type": "ranker"}
    one = draft({**rank, "value": {"ranker": {"rank": ["b"]}}})
    odd = draft({**rank, "value": {"ranker": {"rank": ["z"]}}}, user=6, created_username="")
    wishes = Wishes(drafts={"5": "ada", "6": "eve"})

    records = read(task(ITEMS, drafts=[one, odd]), xml=LIST.format(""), wishes=wishes)

    assert [(each.account, each.tiers) for each in prompt(records).drafts] == [("ada", (("b",),))]
    assert left(records) == ["draft: rank names the answer 'z'; the answers here are a, b, c."]


def test_a_text_that_a_model_proposed_is_an_answer_of_that_model() -> None:
    proposed = {"model_version": "m-7", "result": [said("own", "textarea", text=["Air."])]}

    candidates = prompt(read(task(ASKED, predictions=[proposed]))).candidates

    assert [(each.key, each.source) for each in candidates][-1] == ("own:1", "m-7")


def test_ground_truth_is_flagged_unless_it_is_to_be_work() -> None:
    truth = annotation(said("better", "pairwise", "b", selected="left"), ground_truth=True)

    (flagged,) = prompt(read(task(ASKED, truth))).rankings
    (work,) = prompt(read(task(ASKED, truth), wishes=Wishes(truth_is_work=True))).rankings

    assert (flagged.when.is_truth, work.when.is_truth) == (True, False)


def test_what_cannot_be_placed_is_left_with_its_reason() -> None:
    row = task(
        ASKED,
        annotation(
            said("better", "pairwise", "better", selected="left"),
            said("quality", "rating", "left", rating=2.5),
            said("quality", "rating", "left", rating=2, start=1, end=3),
            said("parts", "labels", "right", start=0, end=3, text="sea", labels=["Error"]),
        ),
    )

    assert left(read(row)) == [REGION, OTHER_NUMBER, AMBIGUOUS_SPAN]


def test_two_answers_that_say_the_same_are_one_candidate_and_no_comparison() -> None:
    same = {**ASKED, "answer2": ASKED["answer1"]}
    row = task(same, annotation(said("better", "pairwise", "better", selected="left")))

    records = read(row)

    assert [each.key for each in prompt(records).candidates] == ["answer2"]
    assert tiers(records) == []
    assert TOO_FEW in left(records)


def test_a_chat_that_ends_in_an_answer_is_a_prompt_and_its_candidate() -> None:
    xml = """<View><Paragraphs name="chat" value="$talk" nameKey="who" textKey="says"/></View>"""
    talk = [
        {"who": "Human", "says": "Hi."},
        {"who": "Bot", "says": "Hello."},
        {"who": "Human", "says": "Why?"},
        {"who": "Bot", "says": "So."},
    ]

    found = prompt(read(task({"talk": talk}), xml))

    assert [each["role"] for each in found.messages] == ["user", "assistant", "user"]
    assert [each.messages[0]["content"] for each in found.candidates] == ["So."]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({**ASKED, "prompt": ""}, "task 7: prompt is empty; fill it in or leave the row out."),
        (
            {**ASKED, "answer1": 3},
            "task 7: answer1 must be text, not a number.",
        ),
    ],
)
def test_a_refusal_names_the_task_the_field_and_the_remedy(
    data: dict[str, object], reason: str
) -> None:
    assert read(task(data)) == [Refusal(1, reason)]


def test_an_item_that_is_not_there_is_refused_by_name() -> None:
    order = said("rank", "ranker", "answers", ranker={"rank": ["zzz", "a"]})

    assert read(task(ITEMS, annotation(order)), LIST.format("")) == [
        Refusal(1, "task 7: rank names the answer 'zzz'; the answers here are a, b, c.")
    ]


@pytest.mark.parametrize(
    ("wishes", "problem"),
    [
        (Wishes(prompt=("ask",)), "There is no field 'ask'; the file has answer1, answer2, prompt"),
        (Wishes(questions={"x": "skip"}), "There is no question 'x'; known: better, own,"),
        (Wishes(questions={"why": "rank"}), "'rank' is no role; use one of ranking,"),
        (Wishes(questions={"why": "rating:answer1"}), "of the kind text, which give no rating"),
        (Wishes(questions={"quality": "rating:a"}), "there is no answer 'a'; known: answer2"),
        (Wishes(questions={"why": "reason:answer1"}), "leave out “:answer1”"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(wishes: Wishes, problem: str) -> None:
    with pytest.raises(OddPlan, match=problem.replace("(", r"\(")):
        read(task(ASKED), wishes=wishes)


@pytest.mark.parametrize(
    ("xml", "problem"),
    [
        ("<View>", "is no XML"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><View/>', "declares a document type"),
        ('<View><Text name="a" value="$a" valueType="url"/></View>', "holds addresses of texts"),
    ],
)
def test_a_configuration_that_cannot_be_read_is_refused(xml: str, problem: str) -> None:
    with pytest.raises(OddPlan, match=problem):
        LabelConfig(xml)
