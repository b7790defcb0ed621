"""What pure modules have said is shown in the reader's language."""

import copy
import pickle

import pytest
from django.utils import translation

from commons.sentences import Sentence, as_json, restored, sentence, sentences
from commons.stores.errors import StoreFull
from commons.translating import translated
from tests.german import speak_german


def test_a_sentence_is_english_and_knows_what_it_was_made_of() -> None:
    said = sentence("%(count)s of 10 %% are %(what)s", count=3, what=sentence("empty"))

    assert said == "3 of 10 % are empty"
    assert (said.pattern, said.given) == (
        "%(count)s of 10 %% are %(what)s",
        {"count": "3", "what": "empty"},
    )


def test_a_sentence_is_translated_with_those_in_it(monkeypatch) -> None:
    german = {"%(a)s and %(b)s": "%(b)s und %(a)s", "yes": "ja"}
    monkeypatch.setattr("commons.translating.gettext", lambda said: german.get(said, said))

    said = sentence("%(a)s and %(b)s", a=sentence("yes"), b="yes")

    assert translated(said) == "yes und ja"
    assert translated("yes") == "yes"


def test_an_error_is_translated_by_what_it_was_raised_with(monkeypatch) -> None:
    monkeypatch.setattr("commons.translating.gettext", lambda said: f"[{said[:6]}] %(where)s")
    error = StoreFull("s3://there", OSError("full"))

    assert isinstance(error.args[0], Sentence)
    assert translated(error) == "[No spa] s3://there"
    assert str(error) == "No space is left for s3://there (full). Make room, then ask again."
    assert translated(OSError("as it is")) == "as it is"


def test_what_is_not_translated_yet_is_english() -> None:
    with translation.override("de"):
        assert translated(sentence("nobody ever said %(what)s", what="this")) == (
            "nobody ever said this"
        )


@pytest.mark.parametrize(
    ("count", "english", "german"),
    [
        (1, "One row is empty.", "Eine Zeile ist leer."),
        (3, "3 rows are empty.", "3 Zeilen sind leer."),
    ],
)
def test_a_number_chooses_between_one_and_many(
    monkeypatch: pytest.MonkeyPatch, count: int, english: str, german: str
) -> None:
    speak_german(
        monkeypatch,
        {
            "One row is empty.": "Eine Zeile ist leer.",
            "%(count)s rows are empty.": "%(count)s Zeilen sind leer.",
        },
    )

    said = sentences("One row is empty.", "%(count)s rows are empty.", count)

    assert said == english
    with translation.override("de"):
        assert translated(said) == german


def made_of(said: str) -> tuple[object, ...]:
    assert isinstance(said, Sentence)
    return str(said), said.pattern, said.plural, said.number, said.given


@pytest.mark.parametrize(
    "said",
    [
        sentence("10 %% of %(what)s", what=sentence("nothing")),
        sentences("%(count)s of %(what)s", "%(count)s of many %(what)s", 2, what="rows"),
    ],
)
def test_a_sentence_survives_json_copies_and_other_processes(said: Sentence) -> None:
    kept = restored(as_json({"all": [said, "text"]}))

    assert kept == {"all": [said, "text"]}
    for again in (kept["all"][0], copy.deepcopy(said), pickle.loads(pickle.dumps(said))):
        assert made_of(again) == made_of(said)
        assert as_json(again) == as_json(said)


@pytest.mark.parametrize(
    "odd",
    [
        {"sentence": "%(missing)s", "given": {}},
        {"sentence": "%", "given": {}},
        {"sentence": 3, "given": {}},
        {"sentence": "x", "given": {}, "more": 1},
        {"sentence": "x", "given": {}, "plural": 1, "number": "2"},
    ],
)
def test_what_only_looks_like_a_sentence_is_left_as_it_is(odd: dict[str, object]) -> None:
    assert restored([odd]) == [odd]
