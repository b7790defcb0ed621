import pytest

from annotate.export.preflight.scripts import letters_by_script, script_contradicts
from tests.annotate.export.preflight.judged import report_on, written

ENGLISH, RUSSIAN = "How do I bake a cake at home?", "Как испечь дома хороший пирог?"
JAPANESE = "家でおいしいケーキを焼くにはどうすればいいですか"


@pytest.mark.parametrize(
    ("tag", "text", "expected"),
    [
        ("en", ENGLISH, False),
        ("en", RUSSIAN, True),
        ("ru", RUSSIAN, False),
        ("ru", ENGLISH, True),
        ("ru", f"{RUSSIAN} in Python", False),
        ("sr-Latn", RUSSIAN, True),
        ("sr", ENGLISH, False),
        ("ja", JAPANESE, False),
        ("zh-Hant", JAPANESE, True),
        ("en", "Как дела?", None),
        ("", ENGLISH, None),
        ("und", RUSSIAN, None),
    ],
)
def test_a_script_contradicts_a_tag_that_does_not_use_it(tag, text, expected):
    assert script_contradicts(tag, text) is expected


def test_letters_are_counted_by_script():
    assert letters_by_script("aé ж日か한αא7!") == {
        "Latin": 2, "Cyrillic": 1, "Han": 1, "Kana": 1, "Hangul": 1, "Greek": 1, "Hebrew": 1,
    }  # fmt: skip


def test_prompts_in_another_script_are_counted_by_tag_and_named():
    items = [
        written("a", prompt=ENGLISH, prompt_id="p1"),
        written("a", prompt=RUSSIAN, prompt_id="p2"),
        written("a", prompt="hi", prompt_id="p3"),
    ]

    found = report_on(*items, kind="sft").mix

    assert (found.script_judged, found.script_contradicts) == (2, {"en": 1})
    assert found.contradictions_named == [{"prompt_id": "p2", "language": "en"}]
