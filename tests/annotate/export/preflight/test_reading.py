"""A report goes to JSON and back."""

import json

import pytest

from annotate.export.preflight.reading import report_from
from tests.annotate.export.preflight.judged import ranked, report_on, written


def test_a_report_with_everything_comes_back_as_it_was(tokenizer):
    (tokenizer / "exam.txt").write_text("too short\n")
    items = [
        ranked(
            "Sure.", f"{number}", prompt=f"ask {number}", prompt_id=f"p{number:02}", shown=[0, 1]
        )
        for number in range(10, 30)
    ]
    items.append(ranked("to ada@mail.test", "", prompt_id="p2"))
    report = report_on(
        *items, tokenizer=tokenizer, max_length=2, evaluations={"exam": tokenizer / "exam.txt"}
    )
    assert all([report.tokens, report.overlap, report.choices, report.constants])

    kept = json.loads(json.dumps(report.as_json())) | {"findings": []}

    assert report_from(kept) == report


@pytest.mark.parametrize("kind", ["sft", "prompts"])
def test_what_was_not_looked_for_stays_unknown(kind):
    items = [written("a")] if kind == "sft" else []
    report = report_on(*items, kind=kind)

    assert report_from(json.loads(json.dumps(report.as_json()))) == report
