"""Leads let the files of a dataset go and have them made again; others see none of it."""

from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from annotate.enums import Removal, SnapshotKind
from annotate.models import Prompt, Snapshot, SnapshotPart
from annotate.services.erasure import erase_prompt
from annotate.services.freezing import claim_snapshot
from annotate.services.snapshot_removal import let_go_files, make_files_again
from annotate.tasks import freeze_requested_snapshots
from annotate.views import snapshot_removal
from commons.models import RunState
from tests.annotate.freezing import freeze
from tests.annotate.views.conftest import Cast
from tests.annotate.views.test_snapshot import page_of
from tests.factories import make_ranking, make_user


@pytest.fixture
def frozen(cast: Cast, settings: Settings, tmp_path: Path) -> Snapshot:
    settings.ARTIFACTS = tmp_path
    settings.REPORT_TOKENIZER = settings.EVALUATIONS = tmp_path / "none"
    make_ranking(cast.campaign, cast.member)
    return freeze(SnapshotKind.RANKED, cast.campaign)


@pytest.fixture
def gone(frozen: Snapshot, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks):
    with django_capture_on_commit_callbacks(execute=True):
        let_go_files(snapshot=frozen, by=None, why=Removal.AGE)
    return frozen


def test_a_lead_is_asked_and_lets_the_files_go(cast: Cast, frozen: Snapshot) -> None:
    client = cast.client(cast.lead)
    assert page_of(frozen, "let_go_dataset") in client.get(page_of(frozen)).content.decode()
    asked = client.get(page_of(frozen, "let_go_dataset")).content.decode()
    assert "Let the files of this dataset go?" in asked
    assert "They weigh" in asked
    frozen.refresh_from_db()
    assert not frozen.are_files_gone

    answer = client.post(page_of(frozen, "let_go_dataset"), follow=True)

    page = answer.content.decode()
    frozen.refresh_from_db()
    assert frozen.removed_for == Removal.PERSON
    assert f"were let go on {frozen.removed_at:%Y-%m-%d}" in page
    assert page_of(frozen, "remake_dataset") in page
    assert page_of(frozen, "dataset_file", frozen.manifest["shards"][0]["path"]) not in page
    assert frozen.manifest["shards"][0]["path"] in page
    assert "nothing needed them" not in page


def test_who_is_second_reads_why_not(cast: Cast, gone: Snapshot) -> None:
    answer = cast.client(cast.lead).post(page_of(gone, "let_go_dataset"))

    assert answer.status_code == 422
    assert "these are gone already" in answer.content.decode()


def test_a_file_that_is_gone_says_so_and_how_to_have_it_back(cast: Cast, gone: Snapshot) -> None:
    client = cast.client(cast.lead)

    for path in (gone.manifest["shards"][0]["path"], "manifest.json", "README.md"):
        answer = client.get(page_of(gone, "dataset_file", path))
        assert answer.status_code == 410
        assert "Have them made again: on its page" in answer.content.decode()


def test_the_page_and_the_list_say_it(cast: Cast, gone: Snapshot) -> None:
    client = cast.client(cast.lead)
    gone.refresh_from_db()
    day = f"{gone.removed_at:%Y-%m-%d}"

    page = client.get(page_of(gone)).content.decode()
    listed = client.get(reverse("annotate:datasets")).content.decode()

    assert "A cycle had asked for them, and nothing needed them any more." in page
    assert "Train a reward model" not in page
    assert f"files gone since {day}" in listed


def test_a_lead_has_the_files_made_again(
    cast: Cast, gone: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot_removal, "nudge", lambda task: None)
    client = cast.client(cast.lead)

    waiting = client.post(page_of(gone, "remake_dataset"), follow=True).content.decode()
    freeze_requested_snapshots()
    page = client.get(page_of(gone)).content.decode()

    assert "Waiting for a worker" in waiting
    assert "Files are to be made again" in waiting
    assert page_of(gone, "let_go_dataset") in page
    assert page_of(gone, "remake_dataset") not in page


def test_while_files_are_made_again_pages_say_so_and_how_far_it_is(
    cast: Cast, gone: Snapshot
) -> None:
    """Nowhere is a dataset said to freeze that is frozen; and what is in it can be read on."""
    make_files_again(snapshot=gone, by=None)
    claimed = claim_snapshot()
    assert claimed == gone
    gone.refresh_from_db()
    Snapshot.objects.update(done=1, total=4)
    SnapshotPart.objects.update(done=1)
    client, day = cast.client(cast.lead), f"{gone.removed_at:%Y-%m-%d}"

    page = client.get(page_of(gone)).content.decode()
    part = client.get(page_of(gone, "dataset_progress")).content.decode()
    listed = client.get(reverse("annotate:datasets")).content.decode()

    for said in (page, part, listed):
        assert "Freezing" not in said
    for said in (page, part):
        assert "<h2>Its files are made again</h2>" in said
        assert f"Its files were let go on {day} and are asked for again" in said
        assert "1 of 4 judgements or prompts" in said
    assert "Files are made again</span>" in page
    assert gone.digest in page
    assert page_of(gone, "remake_dataset") not in page
    assert "Files are made again</span>" in listed
    assert "25\N{NO-BREAK SPACE}%" in listed
    assert f"files gone since {day}" in listed


def test_who_stops_the_making_reads_that_the_dataset_stays(cast: Cast, gone: Snapshot) -> None:
    make_files_again(snapshot=gone, by=None)

    page = cast.client(cast.lead).post(page_of(gone, "stop_dataset"), follow=True).content.decode()

    assert "The dataset is frozen as before, and its files stay gone." in page
    assert "Nothing of it was kept" not in page


def test_files_that_came_out_otherwise_leave_the_page_as_it_was(cast: Cast, gone: Snapshot) -> None:
    client = cast.client(cast.lead)
    client.post(page_of(gone, "remake_dataset"))
    Prompt.objects.update(skill="rhyme")
    freeze_requested_snapshots()

    page = client.get(page_of(gone)).content.decode()

    gone.refresh_from_db()
    assert gone.state == RunState.FAILED
    assert "does not come out as it was frozen" in page
    assert "Files not made again" in page
    assert gone.digest in page
    assert page_of(gone, "remake_dataset") in page
    assert page_of(gone, "retry_dataset") not in page


def test_what_was_erased_since_is_rebuilt_and_not_made_again(cast: Cast, gone: Snapshot) -> None:
    erase_prompt(prompt=Prompt.objects.get(rankings__isnull=False), by=make_user(admin=True))
    client = cast.client(cast.lead)

    page = client.get(page_of(gone)).content.decode()
    answer = client.post(page_of(gone, "remake_dataset"), follow=True).content.decode()

    assert page_of(gone, "rebuild_dataset") in page
    assert page_of(gone, "remake_dataset") not in page
    assert "Rebuild it without that, on its page." in answer


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_others_find_nothing_there(cast: Cast, frozen: Snapshot, who: str) -> None:
    client = cast.client(getattr(cast, who))

    answers = [
        client.get(page_of(frozen, "let_go_dataset")),
        client.post(page_of(frozen, "let_go_dataset")),
        client.post(page_of(frozen, "remake_dataset")),
    ]

    assert {each.status_code for each in answers} <= {403, 404}
    frozen.refresh_from_db()
    assert not frozen.are_files_gone
