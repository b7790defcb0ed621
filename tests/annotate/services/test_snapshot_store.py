"""Datasets that lie in an object store: frozen, read, fetched, let go."""

import os
import time
from datetime import timedelta
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from annotate import gateway
from annotate.enums import SnapshotKind
from annotate.models import Snapshot
from annotate.services import retention
from annotate.services.freezing import claim_snapshot, freeze_snapshot
from annotate.services.retention import leftover_snapshots, prune_leftover_snapshots
from annotate.services.snapshot import request_snapshot, snapshot_store
from commons.models import RunState
from commons.stores import BrokenCopy, StoreError
from rewards.services import run as runs
from rewards.services.run import carry_out, request_run
from tests.factories import make_campaign, make_member, make_ranking, make_user

pytestmark = pytest.mark.django_db
_names = count()


@pytest.fixture(autouse=True)
def url(settings, tmp_path):
    settings.VAR_DIR, settings.ARTIFACTS = tmp_path / "var", tmp_path / "artifacts"
    settings.PSEUDONYM_KEY = "a key of the test"
    settings.SNAPSHOT_STORE = f"memory://datasets-{next(_names)}"
    return settings.SNAPSHOT_STORE


def asked() -> Snapshot:
    campaign = make_campaign()
    make_ranking(campaign, make_member(campaign))
    return request_snapshot(
        kind=SnapshotKind.RANKED, campaigns=[campaign], by=make_user(admin=True)
    )


def frozen() -> Snapshot:
    snapshot = asked()
    claimed = claim_snapshot()
    assert claimed is not None
    freeze_snapshot(snapshot=claimed)
    snapshot.refresh_from_db()
    return snapshot


def copies(settings) -> list[Path]:
    root = settings.VAR_DIR / "snapshots"
    return sorted(root.iterdir()) if root.is_dir() else []


def test_it_is_frozen_there_with_the_bytes_of_a_folder(settings):
    there = frozen()
    settings.SNAPSHOT_STORE = ""
    Snapshot.objects.filter(pk=there.pk).update(
        state=RunState.REQUESTED, digest="", manifest={}, finished_at=None
    )
    there.parts.update(state=RunState.REQUESTED, finished_at=None)
    claimed = claim_snapshot()
    assert claimed is not None

    freeze_snapshot(snapshot=claimed)

    assert (there.state, there.error, claimed.digest) == (RunState.DONE, "", there.digest)
    assert (settings.ARTIFACTS / "snapshots" / str(there.uuid) / "manifest.json").is_file()


def test_its_state_is_told_without_fetching_it_and_a_run_fetches_it(settings, monkeypatch):
    snapshot = frozen()
    assert gateway.snapshot_status(snapshot.uuid).state == RunState.DONE
    assert copies(settings) == []
    told: dict[str, object] = {}

    def engine(module, folder, config, listener):
        told.update(config)
        return {}

    monkeypatch.setattr(runs, "run_engine", engine)
    run = request_run(module="train_reward", config={"snapshot": str(snapshot.uuid), "base": "b"})
    claimed = runs.claim_requested_run()
    assert claimed is not None
    assert claimed.pk == run.pk

    assert carry_out(claimed)

    assert told == {"snapshot": str(copies(settings)[0]), "base": "b"}


def test_another_dataset_under_its_name_is_refused_and_the_run_says_so(monkeypatch):
    snapshot = frozen()
    Snapshot.objects.filter(pk=snapshot.pk).update(digest="0" * 64)
    request_run(module="train_reward", config={"snapshot": str(snapshot.uuid)})
    claimed = runs.claim_requested_run()
    assert claimed is not None

    with pytest.raises(BrokenCopy):
        gateway.local_snapshot(snapshot.uuid)
    assert not carry_out(claimed)

    claimed.refresh_from_db()
    assert claimed.error.startswith(f"What came from {snapshot_store().url}/{snapshot.uuid} is not")


def test_a_store_that_refuses_is_said_in_the_error_of_the_snapshot(monkeypatch):
    snapshot = asked()
    monkeypatch.setattr(type(snapshot_store().system), "put_file", _refused)
    claimed = claim_snapshot()
    assert claimed is not None

    freeze_snapshot(snapshot=claimed)

    snapshot.refresh_from_db()
    assert snapshot.state == RunState.FAILED
    assert "refuses this machine (Access Denied). Give its credentials the right" in snapshot.error


def _refused(*given, **named):
    raise PermissionError("Access Denied")


def write(name: str) -> None:
    with snapshot_store().staged(name).writing("a.txt") as out:
        out.write(b"a")


@pytest.mark.parametrize("of", ["folder", "url"])
@pytest.mark.parametrize(
    ("state", "goes"),
    [
        (RunState.REQUESTED, False),
        (RunState.RUNNING, False),
        (RunState.FAILED, True),
        (RunState.CANCELLED, True),
        (None, True),
    ],
)
def test_what_nobody_goes_on_with_is_let_go(settings, monkeypatch, of, state, goes):
    if of == "folder":
        settings.SNAPSHOT_STORE = str(settings.ARTIFACTS / "elsewhere")
    name = str(uuid4())
    if state is not None:
        now = timezone.now()
        running = {"token": uuid4(), "heartbeat_at": now, "started_at": now}
        Snapshot.objects.create(
            uuid=name, kind=SnapshotKind.RANKED, state=state, finished_at=now, **running
        )
    write(name)
    write("no-snapshot")
    assert leftover_snapshots() == []  # written to a moment ago
    monkeypatch.setattr(retention, "LEFTOVERS_KEPT", timedelta(seconds=-5))

    assert leftover_snapshots() == ([name] if goes else [])
    assert prune_leftover_snapshots() == int(goes)
    assert leftover_snapshots() == []


def test_a_store_that_is_away_stops_no_other_rule(monkeypatch, caplog):
    def away(*given, **named):
        raise StoreError("it is away")

    monkeypatch.setattr(retention, "snapshot_store", away)

    call_command("prune")

    assert "leftovers stay: it is away" in caplog.text


def test_old_copies_go_by_the_rule(settings):
    snapshot = frozen()
    place = gateway.local_snapshot(snapshot.uuid)
    settings.SNAPSHOT_COPIES_GB = 0
    assert retention.copies_due() == 0  # in use
    then = time.time() - 4 * 86_400
    os.utime(place, (then, then))

    assert (retention.copies_due(), retention.prune_copies(), copies(settings)) == (1, 1, [])


def test_pages_and_downloads_read_it_where_it_lies(client, settings):
    snapshot = frozen()
    client.force_login(snapshot.requested_by)

    page = client.get(reverse("annotate:dataset", args=[snapshot.uuid]))
    file = client.get(reverse("annotate:dataset_file", args=[snapshot.uuid, "manifest.json"]))

    assert "How it was made" in page.content.decode()
    assert file.status_code == 200
    assert snapshot.digest.encode() in b"".join(file.streaming_content)
    assert copies(settings) == []
