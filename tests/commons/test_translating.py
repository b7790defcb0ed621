"""What pure modules have said is shown in the reader's language."""

from django.utils import translation

from commons.sentences import Sentence, sentence
from commons.stores.errors import StoreFull
from commons.translating import translated


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
