import json

from django.utils import translation

from commons.translating import translated
from tests.annotate.export.preflight.judged import ranked, report_on, written
from tests.german import speak_german


def test_what_stands_out_is_said_in_sentences(tokenizer):
    (tokenizer / "exam.txt").write_text("too short\n")
    items = [
        ranked("same", "same", shown=[0, 1]),
        ranked("same", "same", rater="r-2"),
        ranked("to ada@mail.test", "", prompt_id="p2"),
        ranked("a", "b c d e", prompt="ask", prompt_id="p3"),
    ]

    report = report_on(
        *items, tokenizer=tokenizer, max_length=8, evaluations={"exam": tokenizer / "exam.txt"}
    )

    assert report.findings() == [
        "2 rows (50.00%) are longer than 8 tokens.",
        "TRL's Reward trainer would drop 2 and cut 0 of 4 rows without a word.",
        "TRL's DPO trainer would drop 0 and cut 2 of 4 rows without a word.",
        "TRL's KTO trainer would drop 0 and cut 2 of 8 rows without a word.",
        "2 pairs have the same text as chosen and as rejected.",
        "1 answer is empty.",
        "1 row repeats an earlier row to the character.",
        "2 prompts repeat another prompt under an id of their own.",
        "1 e-mail address stands in prompts or answers.",
        "1 text of exam is too short to be found.",
        "The rater with most judgements gave 75.0% of them; 2 raters count as 1.8 of equal share.",
        "Of 3 pairs the order in which they were shown is unknown.",
    ]


def test_what_was_not_looked_for_is_said():
    assert report_on(written("a"), kind="sft").findings() == [
        "No tokenizer is named, so no row was measured in tokens.",
        "No evaluation set is named, so overlap was not looked for.",
    ]


def test_a_constant_winner_and_a_bias_are_said_with_their_numbers():
    """Two of the twenty prompts share a group, so Wilson's interval is that of 19 of 19."""
    items = [
        ranked(
            "Sure.", f"{number}", prompt=f"ask {number}", prompt_id=f"p{number:02}", shown=[0, 1]
        )
        for number in range(10, 30)
    ]

    assert report_on(*items).findings()[2:] == [
        "In 100.0% of 20 pairs the answer shown earlier was preferred "
        "(95% interval 83.2% to 100.0%).",
        "In 100.0% of 20 pairs the answer shown first was preferred "
        "(95% interval 83.2% to 100.0%).",
        "In 100.0% of 20 pairs the longer answer was preferred (95% interval 83.2% to 100.0%).",
        "One answer stands in 20 prompts and won 20 of 20 pairs; for instance in prompt p10.",
    ]


def test_a_report_is_json(tokenizer):
    report = report_on(ranked("a", "b"), tokenizer=tokenizer)

    assert json.loads(json.dumps(report.as_json()))["tokens"]["trainers"][0] == {
        "trainer": "Reward",
        "rows": 1,
        "dropped": 0,
        "cut": 0,
    }


def test_findings_are_german_for_who_reads_german(monkeypatch):
    speak_german(
        monkeypatch,
        {
            "%(count)s answer is empty.": "%(count)s Antwort ist leer.",
            "%(count)s prompt repeats another prompt under an id of its own.": "einer",
            "%(count)s prompts repeat another prompt under an id of their own.": "viele",
        },
    )
    found = report_on(ranked("a", ""), ranked("b", "c", prompt_id="p2")).findings()

    with translation.override("de"):
        said = [translated(each) for each in found]

    assert "1 Antwort ist leer." in said
    assert "einer" in said
