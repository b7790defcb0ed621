"""What rankings count in agreement is written down with a dataset's members, and stands."""

from pathlib import Path

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from annotate.enums import Kind, SnapshotKind
from annotate.export.policy import Policy
from annotate.models import Campaign, CampaignWork, Ranking, Snapshot, Task
from annotate.services.campaign import Work
from annotate.services.freezing import claim_snapshot, freeze_snapshot
from annotate.services.snapshot import snapshot_folder
from annotate.services.snapshot_removal import let_go_files, make_files_again
from commons.models import RunState
from rewards.engine.data import open_snapshot
from tests.annotate.freezing import freeze
from tests.annotate.reviewing import APART, make_ranked_task, rank_as
from tests.annotate.services.test_snapshot_weight import rows_in
from tests.annotate.services.test_voiding import void
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db

SAID = Policy(chances=True)


@pytest.fixture(autouse=True)
def _artifacts(settings: Settings, tmp_path: Path) -> None:
    settings.ARTIFACTS, settings.PSEUDONYM_KEY = tmp_path, "a key of the test"
    settings.REPORT_TOKENIZER = settings.EVALUATIONS = tmp_path / "none"


@pytest.fixture
def campaign() -> Campaign:
    """Two disagree, and a third was asked for."""
    campaign = make_campaign(works=[Work(Kind.RANK, wanted=2, answers=4)])
    CampaignWork.objects.update(third_below=0.4)
    rank_as(make_ranked_task(campaign, APART), "abcd")
    return campaign


def counts_in(snapshot: Snapshot) -> list[object]:
    """In the order of handing in."""
    counts = {row["ranking_id"]: row["agreement_weight"] for row in rows_in(snapshot)}
    in_order = Ranking.objects.order_by("assignment__closed_at", "assignment")
    return [counts[str(uuid)] for uuid in in_order.values_list("uuid", flat=True)]


def test_each_row_says_what_it_counts(campaign: Campaign) -> None:
    assert counts_in(freeze(SnapshotKind.RANKED, campaign, SAID)) == [1, 1, 0]


def test_who_reads_it_finds_it(campaign: Campaign) -> None:
    frozen = freeze(SnapshotKind.RANKED, campaign, SAID)
    side = Ranking.objects.all()[0].prompt.side

    read = open_snapshot(snapshot_folder(frozen), "ranked").rankings(side)

    assert sorted(str(each.agreement_weight) for each in read) == ["0.0", "1.0", "1.0"]


@pytest.mark.parametrize(
    ("kind", "policy"),
    [(SnapshotKind.RANKED, Policy()), (SnapshotKind.PREFERENCE, SAID)],
)
def test_what_nobody_asked_for_is_neither_kept_nor_said(
    campaign: Campaign, kind: SnapshotKind, policy: Policy
) -> None:
    frozen = freeze(kind, campaign, policy)

    assert not any("agreement_weight" in row for row in rows_in(frozen))
    assert not frozen.members.filter(agreement_weight__isnull=False).exists()


def test_files_that_are_made_again_say_the_same_whatever_became_of_it(
    campaign: Campaign, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """Since then the first was voided, so that the third is one of two; and what is judged from now
    on stops early. A new dataset says so, and the files of the older one come out as they were."""
    frozen = freeze(SnapshotKind.RANKED, campaign, SAID)
    before = rows_in(frozen)
    with django_capture_on_commit_callbacks(execute=True):
        let_go_files(snapshot=frozen, by=None)
    void(campaign, Task.objects.get().assignments.order_by("closed_at", "pk")[0].person)
    newer = freeze(SnapshotKind.RANKED, campaign, SAID)
    CampaignWork.objects.update(stops_when_sure=0.9)
    stopping = freeze(SnapshotKind.RANKED, campaign, SAID)

    make_files_again(snapshot=frozen, by=None)
    claimed = claim_snapshot()
    assert claimed is not None
    freeze_snapshot(snapshot=claimed)

    frozen.refresh_from_db()
    assert (frozen.state, rows_in(frozen)) == (RunState.DONE, before)
    assert [row["agreement_weight"] for row in rows_in(newer)] == [1, 1]
    assert [row["agreement_weight"] for row in rows_in(stopping)] == [0, 0]


def test_members_that_count_otherwise_are_other_members(campaign: Campaign) -> None:
    """Equal members, policy and key give equal bytes."""
    one = freeze(SnapshotKind.RANKED, campaign, SAID)
    CampaignWork.objects.update(stops_when_sure=0.9)
    other = freeze(SnapshotKind.RANKED, campaign, SAID)

    assert one.members_digest != other.members_digest
    assert freeze(SnapshotKind.RANKED, campaign, SAID).digest == other.digest


def test_a_dataset_that_says_nothing_of_it_has_the_members_it_always_had(
    campaign: Campaign,
) -> None:
    one = freeze(SnapshotKind.RANKED, campaign)
    CampaignWork.objects.update(stops_when_sure=0.9)

    assert freeze(SnapshotKind.RANKED, campaign).digest == one.digest
