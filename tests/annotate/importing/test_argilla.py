"""Records of Argilla 2, in each of the shapes in which people have them."""

from typing import Any

import pytest

from annotate.importing.argilla import DISCARDED, SUGGESTED, UNSAID, Reader
from annotate.importing.argilla_settings import schema_in
from annotate.importing.drafts import UNNAMED
from annotate.importing.guessing import guessed_plan
from annotate.importing.plan import OddPlan, Plan, Wishes
from annotate.importing.records import ImportedDraft, ImportedPrompt, LeftOut, Record, Refusal
from annotate.importing.said import AMBIGUOUS_SPAN, NO_FIELD, UNPLACED, UNSURE_ORDER


def question(name: str, type: str, *options: object, **more: object) -> dict[str, object]:
    values = [{"value": option} for option in options]
    return {"id": f"id-{name}", "name": name, "settings": {"type": type, "options": values, **more}}


SETTINGS: dict[str, Any] = {
    "fields": [
        {"name": name, "settings": {"type": "text"}}
        for name in ("instruction", "response_a", "response_b", "response_c")
    ],
    "questions": [
        question("order", "ranking", "response_a", "response_b", "response_c"),
        question("quality_response_a", "rating", 1, 2, 3, 4, 5),
        question("overall", "rating", 1, 2, 3),
        question("safe_response_b", "label_selection", "yes", "no"),
        question("issues_response_b", "multi_label_selection", "Rude", "Wrong"),
        question("better", "text"),
        question("comment", "text"),
        question("errors", "span", "error", field="response_c"),
    ],
    "metadata": [{"name": "model_a"}, {"name": "topic"}],
    "distribution": {"strategy": "overlap", "min_submitted": 2},
}
FIELDS = {
    "instruction": "Why?",
    "response_a": "One.",
    "response_b": "Two.",
    "response_c": "Three 🌊 seas.",
}
A, B, C = "response_a", "response_b", "response_c"
RANKED = {A: 2, B: 1, C: 2}


def plan_with(wishes: Wishes | None = None) -> Plan:
    return guessed_plan(schema_in(SETTINGS, name="prefs"), wishes or Wishes())


def read(row: dict[str, Any], wishes: Wishes | None = None) -> list[Record]:
    return list(Reader(plan_with(wishes), tuple(FIELDS))(row, 1))


def kept(*responses: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A record as the server keeps it."""
    return (
        {"id": "uuid", "external_id": "r1", "fields": FIELDS, "responses": responses}
        | more
        | {"responses": list(responses)}
    )


def response(status: str = "submitted", user: str = "u1", **values: Any) -> dict[str, Any]:
    said = {name: {"value": value} for name, value in values.items()}
    return {"status": status, "user_id": user, "values": said, "updated_at": "2025-03-01T09:00:00"}


def ranks(**given: int | None) -> list[dict[str, object]]:
    return [{"value": name, "rank": rank} for name, rank in given.items()]


def nested(*orders: list[str], **more: Any) -> dict[str, Any]:
    """A record as records.to_json writes it."""
    said = [{"value": order, "user_id": f"u{at}"} for at, order in enumerate(orders, 1)]
    return {
        "id": "r1",
        "fields": FIELDS,
        "responses": {"order": said},
        "status": "completed",
    } | more


def prompt(records: list[Record]) -> ImportedPrompt:
    (found,) = (each for each in records if isinstance(each, ImportedPrompt))
    return found


def left(records: list[Record]) -> list[str]:
    return [each.why for each in records if isinstance(each, LeftOut)]


def tiers(records: list[Record]) -> list[tuple[tuple[str, ...], ...]]:
    return [each.tiers for each in prompt(records).rankings]


def test_ranks_make_tiers_and_equal_ranks_a_tie() -> None:
    (ranking,) = prompt(read(kept(response(order=ranks(**RANKED))))).rankings

    assert ranking.tiers == ((B,), (A, C))
    assert ranking.rater == "argilla:prefs:u1"
    assert str(ranking.when.at) == "2025-03-01 09:00:00+00:00"


def test_an_answer_without_a_rank_is_left_and_the_others_are_ranked() -> None:
    records = read(kept(response(order=ranks(**{A: 2, B: 1, C: None}))))

    assert (tiers(records), left(records)) == ([((B,), (A,))], [UNPLACED])


def test_a_list_in_the_order_of_the_options_says_nothing() -> None:
    """What Argilla's SDK writes for every ranking that was made on its page."""
    records = read(nested([A, B, C], [A, B, C]))

    assert (tiers(records), left(records)) == ([], [UNSURE_ORDER, UNSURE_ORDER])


def test_a_list_in_another_order_was_written_by_a_program_and_is_an_order() -> None:
    assert tiers(read(nested([C, A, B], [A, B, C]))) == [((C,), (A,), (B,))]


def test_a_person_may_say_that_lists_are_orders() -> None:
    records = read(nested([A, B, C]), Wishes(trusts_order=True))

    assert tiers(records) == [((A,), (B,), (C,))]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (nested([C, A, B], [B, A, C]), []),  # two are needed, two answered
        (nested([C, A, B], [B, A, C], [B, C, A]), [UNSAID] * 3),  # who of the three did?
        (nested([C, A, B], status="pending"), [UNSAID]),
    ],
)
def test_a_response_without_a_status_counts_where_it_is_certain(
    row: dict[str, Any], expected: list[str]
) -> None:
    assert left(read(row)) == expected
    assert left(read(row, Wishes(takes_unsaid=True))) == []


def test_drafts_and_what_was_discarded_are_counted_and_left() -> None:
    given = ranks(**RANKED)
    records = read(
        kept(response("draft", "u1", order=given), response("discarded", "u2", order=given))
    )

    assert (tiers(records), left(records)) == ([], [UNNAMED, DISCARDED])


def test_a_draft_of_who_is_named_keeps_all_that_was_said_so_far() -> None:
    """One answer has a rank so far, and one that has none was not left out."""
    said = {"order": ranks(**{A: None, B: 1, C: None}), "quality_response_a": 4, "better": "Mine"}
    records = read(
        kept(
            response("draft", "u1", comment="Close.", safe_response_b="no", **said),
            response("draft", "u2", better="Not mine"),
        ),
        Wishes(drafts={"u1": "ada@lab.test"}, questions={"comment": "reason"}),
    )

    assert prompt(records).drafts == (
        ImportedDraft(
            account="ada@lab.test",
            tiers=((B,),),
            answers={
                A: {"ratings": {"quality-response-a": 4}},
                B: {"flags": {"safe-response-b": False}},
            },
            reason="Close.",
            text="Mine",
        ),
    )
    assert (tiers(records), prompt(records).demonstrations, left(records)) == ([], (), [UNNAMED])


def test_columns_of_a_flat_record_go_together_by_place() -> None:
    row = FIELDS | {
        "id": "r1",
        "model_a": "m-a",
        "order.responses": [[C, B, A], [B, A, C]],
        "order.responses.users": ["u1", "u2"],
        "order.responses.status": ["draft", "submitted"],
        "better.responses": ["Mine."],
        "better.responses.users": ["u2"],
        "better.responses.status": ["submitted"],
    }

    records = read(row)

    assert [(each.rater, each.tiers) for each in prompt(records).rankings] == [
        ("argilla:prefs:u2", ((B,), (A,), (C,)))
    ]
    assert [each.messages[0]["content"] for each in prompt(records).demonstrations] == ["Mine."]
    assert prompt(records).candidates[0].source == "m-a"
    assert left(records) == [UNNAMED]


def test_questions_about_one_answer_are_kept_beside_the_ranking() -> None:
    records = read(
        kept(
            response(
                order=ranks(**RANKED),
                quality_response_a=4,
                overall=2,
                safe_response_b="no",
                issues_response_b=["Rude"],
                comment="Close.",
                errors=[
                    {"label": "error", "start": 0, "end": 5},
                    {"label": "error", "start": 8, "end": 12},
                ],
            )
        )
    )

    (ranking,) = prompt(records).rankings
    assert ranking.reason == "Close."
    assert ranking.answers == {
        A: {"ratings": {"quality-response-a": 4}},
        B: {"flags": {"safe-response-b": False, "issues-response-b-rude": True}},
    }
    assert left(records) == [f"question overall: {NO_FIELD}", AMBIGUOUS_SPAN]


def test_a_span_before_any_wide_character_is_certain() -> None:
    given = response(order=ranks(**RANKED), errors=[{"label": "error", "start": 0, "end": 5}])

    (ranking,) = prompt(read(kept(given))).rankings

    assert ranking.answers == {
        C: {"spans": [{"name": "error", "start": 0, "end": 5, "quote": "Three"}]}
    }


def test_what_is_said_of_an_answer_that_is_not_ranked_is_not_kept_beside_the_ranking() -> None:
    given = response(order=ranks(**{A: None, B: 1, C: 2}), quality_response_a=4)

    (ranking,) = prompt(read(kept(given))).rankings

    assert ranking.answers == {}


def test_a_suggested_text_is_an_answer_of_its_agent_and_others_are_left() -> None:
    suggestions = [
        {"question_id": "id-better", "value": "Theirs.", "agent": "m-9"},
        {"question_name": "order", "value": [B, A, C], "agent": "m-9"},
    ]

    records = read(kept(suggestions=suggestions))

    assert [(each.key, each.source) for each in prompt(records).candidates][-1] == (
        "better:1",
        "m-9",
    )
    assert left(records) == [SUGGESTED]


def test_metadata_may_name_the_skill_and_the_model() -> None:
    row = kept(metadata={"model_a": "m-a", "topic": "physics"})

    found = prompt(read(row, Wishes(skill="topic")))

    assert (found.skill, found.source) == ("physics", "argilla:prefs")
    assert [each.source for each in found.candidates] == ["m-a", "unknown", "unknown"]


def test_a_refusal_names_the_record_the_field_and_the_remedy() -> None:
    row = kept() | {"fields": FIELDS | {"instruction": " "}}

    assert read(row) == [
        Refusal(1, "record r1: instruction is empty; fill it in or leave the row out.")
    ]


def test_settings_that_are_none_are_refused() -> None:
    with pytest.raises(OddPlan, match="give the settings.json of the dataset"):
        schema_in({"name": "prefs"}, name="prefs")


def test_the_plan_says_what_it_makes_of_each_question() -> None:
    assert plan_with().lines() == [
        "project    argilla:prefs",
        "prompt     instruction",
        "answers    response_a, response_b, response_c",
        "question   order: ranking",
        "question   quality_response_a: rating of response_a",
        "question   overall: skip",
        "question   safe_response_b: flag of response_b",
        "question   issues_response_b: flag of response_b",
        "question   better: demonstration",
        "question   comment: reason",
        "question   errors: span of response_c",
        "source     of response_a: model_a",
    ]
