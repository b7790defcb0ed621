"""A column keeps a sentence as what it was made of, and any other text as it is."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import translation

from commons.sentences import Sentence, sentence, sentences
from commons.translating import spoken, translated
from rewards.models import Cycle, CycleStep, EngineRun
from rewards.services.track import create_track
from tests.factories import make_campaign, make_user
from tests.german import speak_german

pytestmark = pytest.mark.django_db

GERMAN = {
    "%(step)s: %(error)s": "%(step)s: %(error)s",
    "Train the judge": "Den Richter trainieren",
    "%(count)s rows are empty": "%(count)s Zeilen sind leer",
}


def said() -> Sentence:
    empty = sentences("%(count)s row is empty", "%(count)s rows are empty", 3)
    return sentence("%(step)s: %(error)s", step=sentence("Train the judge"), error=empty)


def raw(column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"select {column} from rewards_enginerun")
        return str(cursor.fetchone()[0])


def test_a_text_comes_back_as_the_sentence_that_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    speak_german(monkeypatch, GERMAN)
    EngineRun.objects.create(module="train_reward", error=said())

    found = EngineRun.objects.get().error

    assert found == "Train the judge: 3 rows are empty"
    assert EngineRun.objects.values_list("error", flat=True).get() == found
    assert EngineRun.objects.filter(error=said()).exists()
    with translation.override("de"):
        assert translated(found) == "Den Richter trainieren: 3 Zeilen sind leer"


def test_a_short_text_keeps_a_sentence_that_fits_and_the_words_of_one_that_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    speak_german(monkeypatch, GERMAN)
    empty = sentences("%(count)s row is empty", "%(count)s rows are empty", 3)
    run = EngineRun.objects.create(module="train_reward", says=empty)

    found = EngineRun.objects.get().says
    EngineRun.objects.filter(pk=run.pk).update(says=sentence("%(name)s", name="a" * 190))

    with translation.override("de"):
        assert spoken(found) == "3 Zeilen sind leer"
    assert found == "3 rows are empty"
    assert raw("says") == "a" * 190


@pytest.mark.parametrize(
    "text",
    ["", "plain", '{"sentence": ', '{"sentence": "%(a)s", "given": {}}', '{"sentence": 1}', "50 %"],
)
def test_other_text_is_kept_as_it_is(text: str) -> None:
    EngineRun.objects.create(module="train_reward", error=text)

    assert raw("error") == text
    assert EngineRun.objects.get().error == text


def test_json_comes_back_with_its_sentences_and_what_was_kept_before_as_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    speak_german(monkeypatch, GERMAN)
    lead = make_user("lead")
    track = create_track(name="T", campaigns=[make_campaign(lead=lead).uuid], by=lead)
    cycle = Cycle.objects.create(track=track, number=1, reasons=[said(), "by hand: 50 %"])
    CycleStep.objects.create(cycle=cycle, stage="deciding", result={"says": said(), "n": 1})

    reasons, result = Cycle.objects.get().reasons, CycleStep.objects.get().result

    assert reasons == ["Train the judge: 3 rows are empty", "by hand: 50 %"]
    assert result == {"says": "Train the judge: 3 rows are empty", "n": 1}
    assert CycleStep.objects.filter(result__has_key="says", result__n=1).exists()
    with translation.override("de"):
        german = "Den Richter trainieren: 3 Zeilen sind leer"
        assert [translated(each) for each in reasons] == [german, "by hand: 50 %"]
        assert translated(result["says"]) == german


def test_no_migration_knows_of_it() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())
