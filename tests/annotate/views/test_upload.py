"""Prompts by upload: looked at, said yes to, imported."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from annotate.enums import Kind
from annotate.models import Batch, Task, Upload
from annotate.services.upload import claim_upload
from annotate.views import upload as views
from commons.models import RunState
from tests.annotate.views.conftest import Cast
from tests.german import speak_german

GOOD = {"prompt": "Is **this** bold?", "candidates": [{"text": each} for each in "abcd"]}


def content(*rows: object) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def page_of(cast: Cast) -> str:
    return reverse("annotate:upload", args=[cast.campaign.uuid])


def send(cast: Cast, *rows: object, name: str = "spring.jsonl"):
    file = SimpleUploadedFile(name, content(*rows))
    return cast.client(cast.lead).post(page_of(cast), {"file": file}, follow=True)


def act(name: str) -> str:
    return reverse(f"annotate:{name}", args=[Upload.objects.get().uuid])


def test_a_lead_sees_what_is_in_a_file_and_what_is_wrong(cast: Cast) -> None:
    page = send(cast, GOOD, {"prompt": ""}, {"prompt": "No answers?"}).content.decode()

    assert "Is <strong>this</strong> bold?" in page
    assert "line 2" in page
    assert "prompt is empty; fill it in or leave the row out." in page
    assert "One prompt has fewer than 4 answers" in page
    assert "Import 2 prompts" in page
    assert not Batch.objects.exists()


def test_what_is_wrong_is_said_in_german_and_what_was_kept_before_as_it_was(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak_german(
        monkeypatch,
        {
            "must be text, not %(kind)s.": "muss Text sein, nicht %(kind)s.",
            "a list": "eine Liste",
            "no known format": "kein bekanntes Format:",
            "has these fields: %(keys)s; name one of %(known)s.": "%(keys)s statt %(known)s.",
        },
    )
    send(cast, GOOD, {"prompt": []}, {"candidates": []})
    upload = Upload.objects.get()

    def page() -> str:
        client = cast.client(cast.lead)
        answer = client.get(act("uploaded"), headers={"accept-language": "de"})
        return answer.content.decode()

    german = page()
    assert "prompt muss Text sein, nicht eine Liste." in german
    assert "kein bekanntes Format: &#x27;candidates&#x27; statt laurel" in german
    plain = {"line": 9, "reason": "prompt is empty; fill it in."}
    Upload.objects.update(checked={**upload.checked, "refused": [plain]})
    assert "prompt is empty; fill it in." in page()


def test_tasks_of_label_studio_are_read_and_what_stays_behind_is_said(cast: Cast) -> None:
    """One array on one line, as its export writes it."""
    order = {"from_name": "rank", "type": "ranker", "value": {"ranker": {"rank": ["b", "a"]}}}
    items = [{"id": "a", "body": "One."}, {"id": "b", "body": "Two."}]
    task = {
        "id": 7,
        "data": {"prompt": "Why?", "items": items},
        "annotations": [{"completed_by": 5, "result": [order]}],
        "drafts": [{"id": 1}],
    }

    page = send(cast, [task], name="export.json").content.decode()

    assert "Import one prompt" in page
    assert "What is not carried over" in page
    assert "draft: it was not handed in" in page
    assert Upload.objects.get().checked["rankings"] == 1


def test_a_yes_imports_a_small_file_at_once_and_once(cast: Cast) -> None:
    send(cast, GOOD, {"prompt": ""})
    client = cast.client(cast.lead)

    pages = [client.post(act("import_upload"), follow=True) for _ in range(2)]

    assert ["Prompts made" in page.content.decode() for page in pages] == [True, True]
    assert Batch.objects.get().report["made"] == 1
    assert set(Task.objects.values_list("kind", flat=True)) == {Kind.RANK, Kind.DEMONSTRATE}


def test_a_large_file_waits_for_a_worker(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "AT_ONCE", 0)
    send(cast, GOOD)
    client = cast.client(cast.lead)

    page = client.post(act("import_upload"), follow=True).content.decode()

    assert "Waiting for a worker" in page
    assert Upload.objects.get().state == RunState.REQUESTED
    claim_upload()
    assert "Importing" in client.get(act("upload_progress")).content.decode()
    Upload.objects.update(state=RunState.DONE, finished_at="2026-01-01T00:00Z", token=None)
    assert client.get(act("upload_progress")).headers["HX-Refresh"] == "true"


def test_a_failed_import_is_asked_for_again(cast: Cast) -> None:
    send(cast, GOOD)
    Upload.objects.update(
        state=RunState.FAILED,
        confirmed_at="2026-01-01T00:00Z",
        finished_at="2026-01-01T00:00Z",
        error="The disk was full; make room and try again.",
    )
    client = cast.client(cast.lead)

    before = client.get(act("uploaded")).content.decode()
    client.post(act("import_upload"))

    assert "The disk was full" in before
    assert Upload.objects.get().state == RunState.DONE


def test_a_no_deletes_the_file(cast: Cast) -> None:
    send(cast, GOOD)

    page = cast.client(cast.lead).post(act("forget_upload"), follow=True)

    assert "Nothing was imported; the file is deleted." in page.content.decode()
    assert not Upload.objects.exists()


def test_an_empty_file_is_refused_beside_its_field(cast: Cast) -> None:
    page = send(cast)

    assert page.status_code == 422
    assert "The file holds no row; fill it and upload it again." in page.content.decode()


def test_a_body_that_is_too_large_is_not_read(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "LARGEST", 1)
    monkeypatch.setattr(views, "AROUND", 1)

    page = send(cast, GOOD)

    assert page.status_code == 413
    assert "manage.py import_prompts" in page.content.decode()


def test_a_forged_upload_is_refused(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.lead)

    answer = client.post(page_of(cast), {"file": SimpleUploadedFile("a", content(GOOD))})

    assert answer.status_code == 403
    assert not Upload.objects.exists()


def test_hostile_text_is_shown_as_text(cast: Cast) -> None:
    row = GOOD | {"prompt": "<script>alert(1)</script>", "skill": "<b>x</b>"}

    page = send(cast, row, {"<img>": 1}, name="<i>.jsonl").content.decode()

    assert "<script>alert" not in page
    assert not any(tag in page for tag in ("<b>x</b>", "<img>", "<i>.jsonl"))


def test_uploads_are_for_the_leads_of_the_campaign(cast: Cast) -> None:
    send(cast, GOOD)
    posts = [page_of(cast), act("import_upload"), act("forget_upload")]
    gets = [page_of(cast), act("uploaded"), act("upload_progress")]

    for person in (cast.member, cast.stranger):
        client = cast.client(person)
        assert [client.post(each).status_code for each in posts] == [404, 404, 404]
        assert [client.get(each).status_code for each in gets] == [404, 404, 404]

    assert Upload.objects.get().confirmed_at is None


@pytest.mark.parametrize("rows", [1, 3])
def test_an_upload_asks_the_database_equally_often(
    cast: Cast, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    send(cast, *[GOOD | {"prompt": f"{number}?"} for number in range(rows)])
    client = cast.client(cast.lead)

    with django_assert_num_queries(7):
        client.get(act("uploaded"))
