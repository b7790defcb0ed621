"""Erasing is asked about first, and datasets that hold what was erased say so."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from annotate.enums import SnapshotKind
from annotate.export.policy import Policy
from annotate.models import CampaignPrompt, Erasure, Prompt, Ranking, Snapshot
from annotate.services.erasure import erase_prompt
from annotate.services.freezing import claim_snapshot, freeze_snapshot
from annotate.services.snapshot import request_snapshot, snapshot_store
from commons.models import User
from tests.annotate.views.conftest import Cast
from tests.factories import make_campaign, make_ranking, make_user


@pytest.fixture
def ranking(cast: Cast) -> Ranking:
    found = make_ranking(cast.campaign, cast.member)
    Prompt.objects.update(side="train")
    return found


@pytest.fixture
def frozen(cast: Cast, ranking: Ranking, settings: Settings, tmp_path: Path) -> Snapshot:
    settings.ARTIFACTS = tmp_path
    settings.PSEUDONYM_KEY = "a key of the test"
    request_snapshot(
        kind=SnapshotKind.RANKED, campaigns=[cast.campaign], by=None, policy=Policy(report=False)
    )
    claimed = claim_snapshot()
    assert claimed is not None
    freeze_snapshot(snapshot=claimed)
    return claimed


@pytest.fixture
def admin(cast: Cast) -> User:
    return make_user("admin", admin=True)


def prompt_page(ranking: Ranking) -> str:
    return reverse("annotate:erase_prompt", args=[ranking.prompt.uuid])


def test_only_leads_of_all_its_campaigns_may_erase_a_prompt(
    cast: Cast, ranking: Ranking, admin: User
) -> None:
    def status(client: Client) -> int:
        return client.get(prompt_page(ranking)).status_code

    assert status(cast.client(cast.lead)) == status(cast.client(admin)) == 200
    assert status(cast.client(cast.stranger)) == status(cast.client(cast.member)) == 404
    assert status(Client()) == 302
    CampaignPrompt.objects.create(campaign=make_campaign(), prompt=ranking.prompt)
    assert status(cast.client(cast.lead)) == 404
    assert cast.client(cast.lead).post(prompt_page(ranking)).status_code == 404
    assert not Erasure.objects.exists()


def test_a_preview_says_what_is_touched_and_changes_nothing(
    cast: Cast, ranking: Ranking, frozen: Snapshot
) -> None:
    page = cast.client(cast.lead).get(prompt_page(ranking))

    goes = {str(said): counts for said, counts in page.context["goes"]}
    assert goes["Candidates"] == [4]
    assert goes["Rankings: their reasons and marked words, every revision"] == [1]
    assert page.context["held"] == [(frozen, True)]
    assert (
        page.context["panels"] == [f"/rewards/item/?snapshot={frozen.uuid}"]
        or page.context["panels"]
    )
    assert not Erasure.objects.exists()


def test_a_lead_erases_a_prompt_and_reads_of_it_on_its_life(cast: Cast, ranking: Ranking) -> None:
    client = cast.client(cast.lead)

    answer = client.post(prompt_page(ranking), follow=True)

    assert answer.redirect_chain[-1][0] == reverse("annotate:life", args=[ranking.prompt.uuid])
    words = answer.content.decode()
    assert "[erased]" in words
    assert "Erased. Datasets" in words
    assert "Erase this prompt" not in words
    assert client.post(prompt_page(ranking)).status_code == 422


def test_a_marked_dataset_is_rebuilt_and_its_files_removed(
    cast: Cast, ranking: Ranking, frozen: Snapshot, django_capture_on_commit_callbacks
) -> None:
    make_ranking(cast.campaign, cast.member)
    erase_prompt(prompt=ranking.prompt, by=cast.lead)
    client = cast.client(cast.lead)
    page = reverse("annotate:dataset", args=[frozen.uuid])
    assert "holds what was erased on" in client.get(reverse("annotate:datasets")).content.decode()
    assert "Rebuild without it" in client.get(page).content.decode()

    rebuilt = client.post(reverse("annotate:rebuild_dataset", args=[frozen.uuid]))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("annotate:remove_dataset", args=[frozen.uuid]))

    new = Snapshot.objects.get(instead_of=frozen)
    assert rebuilt.headers["Location"] == reverse("annotate:dataset", args=[new.uuid])
    assert not snapshot_store().has(str(frozen.uuid))
    shown = client.get(page).content.decode()
    assert "Its files were removed on" in shown
    assert "Remove the files" not in shown
    gone = client.get(reverse("annotate:dataset_file", args=[frozen.uuid, "manifest.json"]))
    assert gone.status_code == 410


@pytest.mark.parametrize("act", ["rebuild_dataset", "remove_dataset"])
def test_what_holds_nothing_erased_is_left_alone(cast: Cast, frozen: Snapshot, act: str) -> None:
    there = reverse(f"annotate:{act}", args=[frozen.uuid])

    assert cast.client(cast.lead).post(there).status_code == 404
    assert cast.client(cast.stranger).post(there).status_code == 404


def test_only_admins_erase_people(cast: Cast, admin: User) -> None:
    there = reverse("annotate:erase_person", args=[cast.member.uuid])

    def status(client: Client) -> int:
        return client.get(there).status_code

    assert status(cast.client(admin)) == 200
    assert status(cast.client(cast.lead)) == status(cast.client(cast.member)) == 404
    assert status(Client()) == 302


def test_an_admin_types_whom_they_mean(cast: Cast, admin: User) -> None:
    client = cast.client(admin)
    there = reverse("annotate:erase_person", args=[cast.member.uuid])

    other = client.post(there, {"texts": "account", "username": "lead"})
    done = client.post(there, {"texts": "texts", "username": "member"})

    cast.member.refresh_from_db()
    assert (other.status_code, done.status_code) == (422, 302)
    assert cast.member.username.startswith("erased-")
    assert Erasure.objects.get().texts


def test_a_refusal_says_why(cast: Cast, admin: User) -> None:
    there = reverse("annotate:erase_person", args=[cast.lead.uuid])

    page = cast.client(admin).post(there, {"texts": "account", "username": "lead"})

    assert page.status_code == 422
    assert "Nobody else leads “Medicine”" in page.content.decode()
