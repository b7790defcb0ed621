"""``kill -9`` of a worker in the middle of a shard: nothing is lost, nothing half made is seen."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from annotate.enums import SnapshotKind
from annotate.errors import NoSuchFile
from annotate.export.manifest import NAME, verify_snapshot
from annotate.export.policy import Policy
from annotate.models import Campaign, Prompt, Snapshot, SnapshotPart
from annotate.services.snapshot import request_snapshot, snapshot_folder, snapshot_store
from annotate.services.snapshot_file import file_of
from annotate.tasks import freeze_requested_snapshots
from commons.models import RunState
from tests.factories import make_campaign, make_member, make_ranking

KEY = "a key of the test, as long as one has to be to be a key"
SILENT = timedelta(minutes=1)


@pytest.fixture
def campaign(settings: Settings, tmp_path: Path) -> Campaign:
    settings.ARTIFACTS, settings.PSEUDONYM_KEY = tmp_path / "artifacts", KEY
    found = make_campaign()
    person = make_member(found)
    for _ in range(3):
        make_ranking(found, person)
    Prompt.objects.update(side="train")
    return found


def asked(campaign: Campaign) -> Snapshot:
    policy = Policy(files=("jsonl",), report=False)
    kind = SnapshotKind.PREFERENCE
    return request_snapshot(kind=kind, campaigns=[campaign], by=None, policy=policy)


def worker(settings: Settings) -> "subprocess.Popen[str]":
    """A process that stops with a shard half written, on the database of this test."""
    environment = {
        "DATABASE_URL": url_of(connection.settings_dict),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ENV_FILE": "",
        "LAUREL_VAR": str(settings.VAR_DIR),
        "ARTIFACTS": str(settings.ARTIFACTS),
        "PSEUDONYM_KEY": KEY,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.annotate.services.freezing_until_killed"],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def url_of(database: dict[str, object]) -> str:
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    who = f"{database['USER']}:{database['PASSWORD']}"
    return f"postgres://{who}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_in_the_middle_of_a_shard_costs_nothing_but_time(
    campaign: Campaign, settings: Settings
) -> None:
    undisturbed = asked(campaign)
    freeze_requested_snapshots()
    undisturbed.refresh_from_db()
    snapshot = asked(campaign)
    staged = snapshot_store().root / f".{snapshot.uuid}.staged"  # type: ignore[attr-defined]  # a folder

    with worker(settings) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        process.kill()

    assert said == "half written\n"

    [unfinished] = staged.rglob("*.part")
    assert unfinished.stat().st_size > 0
    assert not snapshot_folder(snapshot).exists()
    with pytest.raises(NoSuchFile):
        file_of(Snapshot.objects.get(pk=snapshot.pk), NAME)

    freeze_requested_snapshots()  # too early: the dead one may live
    assert Snapshot.objects.get(pk=snapshot.pk).state == RunState.RUNNING
    for model in (Snapshot, SnapshotPart):  # as if a minute had passed
        model.objects.filter(state=RunState.RUNNING).update(heartbeat_at=timezone.now() - SILENT)
    freeze_requested_snapshots()

    snapshot.refresh_from_db()
    [part] = snapshot.parts.all()
    assert (snapshot.state, snapshot.attempts, part.attempts) == (RunState.DONE, 2, 2)
    assert snapshot.digest == undisturbed.digest
    assert verify_snapshot(snapshot_folder(snapshot)).digest == undisturbed.digest
    assert not list(snapshot_folder(snapshot).rglob("*.part"))
    assert not staged.exists()
