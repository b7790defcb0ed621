import pytest

from annotate.export.preflight.errors import BadEvaluationSet
from annotate.export.preflight.overlap import Evaluations, texts_in, words_of
from tests.annotate.export.preflight.judged import ranked, report_on

THIRTEEN = "one two three four five six seven eight nine ten eleven twelve thirteen"
TWELVE = THIRTEEN.removesuffix(" thirteen")


def test_thirteen_words_in_a_row_are_overlap_and_twelve_are_none():
    sets = Evaluations({"exam": [THIRTEEN]})

    assert sets.hits([f"so: {THIRTEEN} and on", TWELVE, f"{TWELVE} fourteen"]) == [(0, "exam")]


def test_case_and_punctuation_make_no_difference():
    sets = Evaluations({"exam": [THIRTEEN]})

    assert sets.hits([THIRTEEN.title().replace(" ", ", ")]) == [(0, "exam")]


def test_the_order_of_words_makes_one():
    sets = Evaluations({"exam": [THIRTEEN]})

    assert sets.hits([" ".join(reversed(THIRTEEN.split()))]) == []


def test_words_of_two_texts_are_no_row():
    """Seven words end one text and six begin the next."""
    words = THIRTEEN.split()
    sets = Evaluations({"exam": [THIRTEEN]})

    assert sets.hits([" ".join(words[:7]), " ".join(words[7:])]) == []


def test_a_stretch_of_two_sets_belongs_to_both():
    sets = Evaluations({"exam": [THIRTEEN], "quiz": [f"{THIRTEEN} more"]})

    assert sets.hits([THIRTEEN, "x"]) == [(0, "exam"), (0, "quiz")]


def test_signs_of_scripts_without_spaces_are_words():
    assert words_of("日本 GPT-4！ はい") == ["日", "本", "gpt", "4", "は", "い"]


def test_sets_are_read_from_json_lines_and_from_text(tmp_path):
    rows, lines = tmp_path / "rows.jsonl", tmp_path / "lines.txt"
    rows.write_text('{"q": "ask", "choices": ["a", {"text": "b"}], "n": 3}\n\n"c"\n')
    lines.write_text("ask\n\nmore\n")

    assert list(texts_in(rows)) == ["ask", "a", "b", "c"]
    assert [line.strip() for line in texts_in(lines)] == ["ask", "more"]


def test_a_broken_line_is_named(tmp_path):
    (tmp_path / "rows.jsonl").write_text('"ask"\n{"q"\n')

    with pytest.raises(BadEvaluationSet, match=r"rows\.jsonl, line 2: .*; mend it"):
        list(texts_in(tmp_path / "rows.jsonl"))


def test_a_set_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadEvaluationSet, match=r"rows\.jsonl cannot be read \(No such file"):
        list(texts_in(tmp_path / "rows.jsonl"))


def test_prompts_and_answers_that_overlap_are_counted_by_set_and_named(tmp_path):
    (tmp_path / "exam.txt").write_text(f"{THIRTEEN}\n{TWELVE}\n")
    (tmp_path / "quiz.txt").write_text("short\n")
    items = [
        ranked("a", THIRTEEN, f"{THIRTEEN} again", prompt=THIRTEEN, prompt_id="p1"),
        ranked("a", "b", prompt_id="p2"),
    ]

    exam, quiz = report_on(
        *items, evaluations={name: tmp_path / f"{name}.txt" for name in ("exam", "quiz")}
    ).overlap

    assert (exam.name, exam.items, exam.prompts, exam.answers, exam.too_short) == (
        "exam", 1, 1, 2, 1,
    )  # fmt: skip
    assert exam.named == [{"prompt_id": "p1", "answer": at} for at in (None, 1, 2)]
    assert (quiz.name, quiz.items, quiz.too_short) == ("quiz", 0, 1)


def test_without_sets_overlap_is_absent_and_not_zero():
    assert report_on(ranked("a", "b")).overlap is None
