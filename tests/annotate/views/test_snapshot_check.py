"""A check and its report: read by leads, written as files or let go."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django import Settings

from annotate import gateway
from annotate.enums import Purpose, SnapshotKind
from annotate.models import Ranking, Snapshot
from annotate.services.freeze_rules import set_freeze_rules
from annotate.services.freezing import claim_snapshot, freeze_snapshot
from annotate.services.snapshot import request_snapshot
from annotate.views import report_shown, snapshot_check
from commons import translating
from commons.models import AuditEvent, RunState
from tests.annotate.views.conftest import Cast
from tests.annotate.views.test_snapshot import page_of
from tests.factories import make_prompt, make_ranking


@pytest.fixture(autouse=True)
def _store(settings: Settings, tmp_path: Path) -> None:
    settings.ARTIFACTS = tmp_path
    settings.REPORT_TOKENIZER = tmp_path / "none"
    settings.EVALUATIONS = tmp_path / "none"


@pytest.fixture
def checked(cast: Cast) -> Snapshot:
    """A check of one ranking, whose prompt holds an e-mail address."""
    text = "Write to ada@mail.example about it."
    make_prompt(cast.campaign, text=text, answers=["One.", "Two.", "Three.", "Four."])
    make_ranking(cast.campaign, cast.member)
    return _frozen(cast, Purpose.CHECK)


def _frozen(cast: Cast, purpose: Purpose) -> Snapshot:
    request_snapshot(
        kind=SnapshotKind.RANKED, campaigns=[cast.campaign], by=cast.lead, purpose=purpose
    )
    return _worked()


def _worked() -> Snapshot:
    claimed = claim_snapshot()
    assert claimed is not None
    freeze_snapshot(snapshot=claimed)
    claimed.refresh_from_db()
    return claimed


def test_a_check_shows_its_report_and_what_may_be_done(cast: Cast, checked: Snapshot) -> None:
    page = cast.client(cast.lead).get(page_of(checked)).content.decode()

    assert "Checked, not written" in page
    assert page_of(checked, "write_dataset") in page
    assert page_of(checked, "discard_dataset") in page
    assert "1 e-mail address stands in prompts or answers." in page
    assert "In tokens: not known" in page
    assert "Not known, because no evaluation set is named." in page


def test_a_report_says_where_personal_data_stands_and_never_what_it_is(
    cast: Cast, checked: Snapshot
) -> None:
    page = cast.client(cast.lead).get(page_of(checked))

    shown = page.context["shown"]
    places = [each for each in shown.personal if each.value]
    prompt = Ranking.objects.get().prompt
    (example,) = places[0].examples
    assert [(each.label, each.value) for each in places] == [("E-mail addresses", 1)]
    assert (example.prompt, example.href, example.where) == (
        str(prompt.uuid),
        reverse("annotate:life", args=[prompt.uuid]),
        "prompt, message 1, content, characters 9 to 25",
    )
    assert "mail.example" not in page.content.decode()


def test_a_report_of_rankings_whose_shown_order_nobody_knows_is_read(
    cast: Cast, checked: Snapshot
) -> None:
    """Imported ones do not say it: which place was preferred is not known, and is no error."""
    unknown = {**checked.report["choices"], "earlier": None, "first": None}
    Snapshot.objects.filter(pk=checked.pk).update(report={**checked.report, "choices": unknown})

    page = cast.client(cast.lead).get(page_of(checked)).content.decode()

    row = page.split("The answer shown earlier was preferred")[1].split("</tr>")[0]
    assert row.count("not known") == 3


def test_an_item_that_the_reader_may_not_open_is_no_link(cast: Cast, checked: Snapshot) -> None:
    Ranking.objects.get().prompt.intake.all().delete()

    shown = cast.client(cast.lead).get(page_of(checked)).context["shown"]

    assert [each.href for one in shown.personal for each in one.examples] == [""]


def test_a_lead_has_the_files_of_a_check_written(cast: Cast, checked: Snapshot) -> None:
    cast.client(cast.lead).post(page_of(checked, "write_dataset"))

    checked.refresh_from_db()
    assert (checked.purpose, checked.state) == (Purpose.FILES, RunState.REQUESTED)
    page = cast.client(cast.lead).get(page_of(_worked())).content.decode()
    assert "ranked" in page
    assert "What was found" in page


def test_what_a_campaign_refuses_is_said_line_by_line(cast: Cast, checked: Snapshot) -> None:
    rules = {"personal_data": 0, "effective_raters": 2}
    set_freeze_rules(campaign=cast.campaign, rules=rules, by=cast.lead)
    client = cast.client(cast.lead)

    before = client.get(page_of(checked)).context["shown"].reasons
    client.post(page_of(checked, "write_dataset"))
    page = client.get(page_of(_worked()))

    assert [reason.split(":")[1].strip() for reason in before] == [
        "effective_raters",
        "personal_data",
    ]
    assert page.context["reasons"] == before
    assert page.content.decode().count("<li>Medicine: ") == 2
    assert "What was found" in page.content.decode()


def test_findings_and_refusals_are_said_in_the_readers_language(
    cast: Cast, checked: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker wrote its refusal in English; the page says the same anew."""
    german = {
        "%(count)s e-mail address stands in prompts or answers.": "E-Mail-Adressen: %(count)s",
        "place with personal data or keys": "Stellen",
    }

    def counted(one: str, many: str, number: int) -> str:
        return german.get(one, one if number == 1 else many)

    monkeypatch.setattr(translating, "ngettext", counted)
    set_freeze_rules(campaign=cast.campaign, rules={"personal_data": 0}, by=cast.lead)
    client = cast.client(cast.lead)

    before = client.get(page_of(checked)).content.decode()
    client.post(page_of(checked, "write_dataset"))
    refused = _worked()
    english = refused.error.replace("Stellen", "place with personal data or keys")
    Snapshot.objects.update(error=english)
    monkeypatch.setattr(report_shown, "override", lambda _: as_worker(monkeypatch))
    after = client.get(page_of(refused))

    assert "<li>E-Mail-Adressen: 1</li>" in before
    assert "<li>Medicine: personal_data: 1 Stellen; " in before
    assert after.context["reasons"][0].startswith("Medicine: personal_data: 1 Stellen; ")
    assert after.context["are_translated"]


@contextmanager
def as_worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is translated meanwhile."""
    with monkeypatch.context() as patched:
        patched.setattr(translating, "ngettext", lambda one, many, n: one if n == 1 else many)
        yield


def test_a_check_is_discarded_with_its_members(cast: Cast, checked: Snapshot) -> None:
    answer = cast.client(cast.lead).post(page_of(checked, "discard_dataset"))

    assert answer.headers["Location"] == reverse("annotate:datasets")
    assert not Snapshot.objects.exists()
    assert AuditEvent.objects.filter(verb="snapshot.discarded", actor=cast.lead).count() == 1


def test_asking_to_discard_a_check_discards_nothing(cast: Cast, checked: Snapshot) -> None:
    answer = cast.client(cast.lead).get(page_of(checked, "discard_dataset"))

    page = answer.content.decode()
    assert "Discard this check?" in page
    assert "One judgement or prompt was looked at." in page
    assert f'href="{page_of(checked)}"' in page
    assert Snapshot.objects.get() == checked


def test_a_check_that_became_files_meanwhile_is_not_discarded(
    cast: Cast, checked: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else has its files written between the look and the act."""
    monkeypatch.setattr(snapshot_check, "discard_checked", lambda **_: False)

    answer = cast.client(cast.lead).post(page_of(checked, "discard_dataset"))

    assert answer.status_code == 422
    assert "Only a check that has ended can be discarded." in answer.content.decode()


def test_files_are_never_discarded(cast: Cast) -> None:
    make_ranking(cast.campaign, cast.member)
    frozen = _frozen(cast, Purpose.FILES)

    for act in ("get", "post"):
        answer = getattr(cast.client(cast.lead), act)(page_of(frozen, "discard_dataset"))
        assert answer.headers["Location"] == page_of(frozen)

    assert Snapshot.objects.get() == frozen
    assert not AuditEvent.objects.filter(verb="snapshot.discarded").exists()


@pytest.mark.parametrize("who", ["member", "stranger"])
@pytest.mark.parametrize("act", ["write_dataset", "discard_dataset"])
def test_a_check_is_not_there_for_others(cast: Cast, checked: Snapshot, who: str, act: str) -> None:
    answer = cast.client(getattr(cast, who)).post(page_of(checked, act))

    checked.refresh_from_db()
    assert (answer.status_code, checked.purpose) == (404, Purpose.CHECK)


def test_a_check_is_nothing_to_train_on(checked: Snapshot) -> None:
    with pytest.raises(LookupError):
        gateway.snapshot_status(checked.uuid)
