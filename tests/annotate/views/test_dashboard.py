"""This week, for leads."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from annotate.services.rollup import roll_up
from commons.models import WorkerHeartbeat
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
