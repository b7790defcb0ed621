"""This week, for leads."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from annotate.enums import SnapshotKind
from annotate.models import QualityReport, Snapshot, SnapshotPart, Upload
from annotate.services.rollup import roll_up
from commons.models import WorkerHeartbeat
from commons.runs import SILENCE, cancel_run, claim_run, finish_run
from tests.annotate.views.conftest import Cast
from tests.factories import make_member, make_ranking

DASHBOARD = reverse("annotate:dashboard")


def test_a_dashboard_counts_what_the_lead_leads(cast: Cast, settings: Settings) -> None:
    settings.WEEKLY_TARGETS = {"demonstrations": 10, "comparisons": 12, "prompts": 4}
    make_ranking(cast.campaign, cast.member)  # four answers in strict order: six comparisons
    roll_up(campaign=cast.campaign)

    page = cast.client(cast.lead).get(DASHBOARD)
    elsewhere = cast.client(cast.stranger).get(DASHBOARD)

    assert [(goal.value, goal.target) for goal in page.context["goals"]] == [
        (0, 10),
        (6, 12),
        (1, 4),
    ]
    assert [goal.value for goal in elsewhere.context["goals"]] == [0, 0, 0]
    people = page.context["people"].rows
    assert [[cell.text for cell in row] for row in people] == [
        ["member", "1", "1", "0", "6", "100.0 %"]
    ]


def test_a_dashboard_tells_the_silent_worker_from_the_living(cast: Cast) -> None:
    now = timezone.now()
    for name, seen in {"quick": now, "stuck": now - timedelta(minutes=5)}.items():
        WorkerHeartbeat.objects.create(
            name=name, queues="default", host="here", pid=1, started_at=now, seen_at=seen
        )

    page = cast.client(cast.lead).get(DASHBOARD)

    signs = [(sign.worker.name, sign.is_alive) for sign in page.context["workers"]]
    assert signs == [("quick", True), ("stuck", False)]


def test_long_work_says_what_waits_what_goes_on_and_what_has_fallen_silent(cast: Cast) -> None:
    """Three datasets wait, the first for an hour; one is being frozen, one by a worker that
    died, and one is done. A report waits."""
    now = timezone.now()
    snapshots = [Snapshot.objects.create(kind=SnapshotKind.RANKED) for _ in range(6)]
    for each in (claim_run(Snapshot.objects.filter(pk=each.pk)) for each in snapshots[:3]):
        assert each is not None
    finish_run(Snapshot.objects.get(pk=snapshots[2].pk), digest="d")
    Snapshot.objects.filter(pk=snapshots[1].pk).update(heartbeat_at=now - 2 * SILENCE)
    an_hour_ago = now - timedelta(hours=1)
    Snapshot.objects.filter(pk=snapshots[3].pk).update(requested_at=an_hour_ago)
    Snapshot.objects.filter(pk=snapshots[0].pk).update(requested_at=now - timedelta(hours=2))
    QualityReport.objects.create(campaign=cast.campaign)

    page = cast.client(cast.lead).get(DASHBOARD)

    found = {each.label: each for each in page.context["lengths"]}
    datasets, reports = found.pop("Datasets"), found.pop("Reports of quality")
    assert found == {}
    counted = (datasets.waiting, datasets.running, datasets.silent, datasets.oldest)
    assert counted == (3, 2, 1, an_hour_ago)
    assert (reports.waiting, reports.running, reports.silent) == (1, 0, 0)
    said = " ".join(re.sub("<[^>]+>", " ", page.content.decode()).split())
    since = f"{an_hour_ago:%Y-%m-%d %H:%M}"
    lines = f"Datasets 3 waiting, 2 running, waiting since {since} 1 without a sign of life"
    assert lines in said
    assert "Reports of quality 1 waiting, 0 running, waiting since" in said


def test_long_work_counts_nothing_that_no_worker_may_take(cast: Cast) -> None:
    """A file waits for its lead's yes; a part was left by a dataset that was cancelled."""
    Upload.objects.create(campaign=cast.campaign, made_by=cast.lead, name="p.jsonl", size=2)
    snapshot = Snapshot.objects.create(kind=SnapshotKind.RANKED)
    part = {"side": "train", "number": 0, "first": 0, "last": 0}
    SnapshotPart.objects.create(snapshot=snapshot, **part)
    cancel_run(snapshot)

    page = cast.client(cast.lead).get(DASHBOARD)

    assert page.context["lengths"] == []
    assert "Long work" not in page.content.decode()


def test_a_file_whose_lead_said_yes_is_long_work(cast: Cast) -> None:
    Upload.objects.create(
        campaign=cast.campaign,
        made_by=cast.lead,
        name="p.jsonl",
        size=2,
        confirmed_at=timezone.now(),
    )

    (length,) = cast.client(cast.lead).get(DASHBOARD).context["lengths"]

    assert (length.label, length.waiting, length.running) == ("Files that are imported", 1, 0)


def test_a_dashboard_loads_the_panels_that_are_installed(cast: Cast, settings: Settings) -> None:
    settings.DASHBOARD_PANELS = ["nobody:has_this", "annotate:campaigns"]

    page = cast.client(cast.lead).get(DASHBOARD)

    assert page.context["panels"] == [reverse("annotate:campaigns")]
    assert f'hx-get="{reverse("annotate:campaigns")}"' in page.content.decode()


def test_a_dashboard_is_not_there_for_whoever_leads_nothing(cast: Cast) -> None:
    assert cast.client(cast.member).get(DASHBOARD).status_code == 404


@pytest.mark.parametrize("people", [1, 3])
def test_a_dashboard_asks_the_database_equally_often(
    cast: Cast, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(people):
        make_ranking(cast.campaign, make_member(cast.campaign))
    roll_up(campaign=cast.campaign)
    client = cast.client(cast.lead)

    with django_assert_num_queries(30):
        client.get(DASHBOARD)
