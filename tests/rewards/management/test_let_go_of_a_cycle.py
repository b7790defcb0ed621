"""All datasets that a cycle froze are let go by one command."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks, Settings

from annotate.enums import SnapshotKind
from annotate.models import Snapshot
from annotate.services.snapshot import request_snapshot, snapshot_store
from commons.models import RunState
from rewards.enums import Stage
from rewards.models import Cycle, CycleStep
from rewards.services.datasets import LEFT
from rewards.services.track import create_track
from tests.annotate.freezing import freeze
from tests.factories import make_campaign, make_member, make_ranking

pytestmark = pytest.mark.django_db

NOBODYS = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(autouse=True)
def _store(settings: Settings, tmp_path: Path) -> None:
    settings.ARTIFACTS = tmp_path
    settings.REPORT_TOKENIZER = settings.EVALUATIONS = tmp_path / "none"


@pytest.fixture
def cycle() -> Cycle:
    """The fourth of a track whose name has a slash; it has ended, and had frozen two datasets,
    one of them before it began anew, where a third had failed."""
    campaign = make_campaign()
    for _ in range(2):
        make_ranking(campaign, make_member(campaign))
    left, pairs, ranked = (
        freeze(SnapshotKind.RANKED, campaign),
        freeze(SnapshotKind.PREFERENCE, campaign),
        request_snapshot(kind=SnapshotKind.RANKED, campaigns=[campaign], by=None),
    )
    Snapshot.objects.filter(pk=ranked.pk).update(
        state=RunState.FAILED, finished_at=timezone.now(), error="the disk is full"
    )
    track = create_track(name="Law/EU", campaigns=[campaign.uuid], by=None)
    cycle = Cycle.objects.create(track=track, number=4, stage=Stage.DONE, closed_at=timezone.now())
    asked = {"preference": str(pairs.uuid), LEFT: [str(left.uuid), str(ranked.uuid)]}
    CycleStep.objects.create(cycle=cycle, stage=Stage.FREEZING, result=asked)
    return cycle


def frozen() -> list[Snapshot]:
    return list(Snapshot.objects.exclude(digest="").order_by("pk"))


def are_there() -> list[bool]:
    return [snapshot_store().has(str(each.uuid)) for each in frozen()]


def test_all_that_a_cycle_froze_goes_and_nothing_else(
    cycle, capsys, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
):
    elsewhere = make_campaign()
    make_ranking(elsewhere, make_member(elsewhere))
    freeze(SnapshotKind.RANKED, elsewhere)

    with django_capture_on_commit_callbacks(execute=True):
        call_command("let_go_snapshot", "--all-of-cycle", "Law/EU/4")
    first = capsys.readouterr().out.splitlines()
    call_command("let_go_snapshot", "--all-of-cycle", "Law/EU/4")
    again = capsys.readouterr().out.splitlines()

    left, pairs, _other = frozen()
    assert are_there() == [False, False, True]
    assert [line.partition(" (")[0] for line in first] == [
        f"{left.uuid} let go",
        f"{pairs.uuid} let go",
    ]
    since = f"{left.removed_at:%Y-%m-%d}"
    assert again == [f"{left.uuid} gone since {since}", f"{pairs.uuid} gone since {since}"]


@pytest.mark.parametrize("said", ["{0.track.uuid}/4", "{0.uuid}"])
def test_a_cycle_is_named_by_ids_too_and_a_preview_changes_nothing(cycle, said, capsys):
    call_command("let_go_snapshot", "--all-of-cycle", said.format(cycle), "--dry-run", "--json")

    told = json.loads(capsys.readouterr().out)
    assert told["dry_run"] is True
    assert told["bytes"] == sum(each.bytes for each in frozen()) > 0
    assert [(each["kind"], each["outcome"]) for each in told["datasets"]] == [
        ("ranked", "let_go"),
        ("preference", "let_go"),
    ]
    assert are_there() == [True, True]


def test_each_that_an_open_cycle_reads_is_refused_by_name(cycle):
    Cycle.objects.update(stage=Stage.FREEZING, closed_at=None)

    with pytest.raises(CommandError) as refused:
        call_command("let_go_snapshot", "--all-of-cycle", "Law/EU/4")

    pairs = frozen()[1]
    assert refused.value.returncode == 1
    assert str(refused.value).splitlines() == [
        f"{pairs.uuid}: An open cycle or a training needs these files still; let it end, or cancel "
        "it. The files of this dataset are as they were."
    ]
    assert are_there()[1]


def test_a_cycle_that_froze_nothing_has_nothing_to_let_go(cycle, capsys):
    CycleStep.objects.all().delete()

    call_command("let_go_snapshot", "--all-of-cycle", str(cycle.uuid))

    assert capsys.readouterr().out == "This cycle has frozen no dataset.\n"


@pytest.mark.parametrize(
    "said",
    [
        "Law/EU/5",
        "Law/4",
        "Law/EU",
        "4",
        "Law/EU/-4",
        "Law/EU/4" + "4" * 30,
        "00000000-0000-4000-8000-000000000000",
    ],
)
def test_an_unknown_cycle_is_refused(cycle, said):
    with pytest.raises(CommandError) as refused:
        call_command("let_go_snapshot", "--all-of-cycle", said)

    assert refused.value.returncode == 2
    assert str(refused.value).startswith(f"There is no cycle {said}; write TRACK/NUMBER")
