"""What the overview draws or says in words is in files as well."""

import csv
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from annotate.enums import Taken
from annotate.models import Access, AgreementSlice, Campaign
from commons.models import WorkerHeartbeat
from commons.runs import SILENCE
from tests.annotate.views.conftest import Cast
from tests.factories import make_ranking
from tests.planted import Plan, measured, plant

DASHBOARD = reverse("annotate:dashboard")


@pytest.fixture
def client(cast: Cast) -> Client:
    return cast.client(cast.lead)


def file_of(client: Client, key: str, **asked: str) -> list[list[str]]:
    answer = client.get(DASHBOARD, {**asked, "csv": key})
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.reader(StringIO(answer.content.decode())))


def test_goals_and_what_stands_beside_them_have_a_file(
    cast: Cast, client: Client, settings: Settings
) -> None:
    settings.WEEKLY_TARGETS = {"demonstrations": 10, "comparisons": 12, "prompts": 4}
    make_ranking(cast.campaign, cast.member)

    goals, beside = file_of(client, "goals"), file_of(client, "beside")

    assert [row[:3] for row in goals] == [
        ["Goal", "Done", "Target"],
        ["Demonstrations", "0", "10"],
        ["Comparisons", "6", "12"],
        ["Prompts", "1", "4"],
    ]
    assert beside == [
        ["Number", "Done"],
        ["Rankings", "1"],
        ["Ties", "0"],
        ["Surplus", "0"],
        ["Skips", "0"],
        ["Imported rankings", "0"],
    ]


def test_bars_have_a_file_of_their_days(cast: Cast, client: Client) -> None:
    make_ranking(cast.campaign, cast.member)

    head, *days = file_of(client, "days")

    assert head == ["Day", "Comparisons", "Demonstrations", "Rankings"]
    assert len(days) == 14
    assert days[-1] == [f"{timezone.now():%Y-%m-%d}", "6", "0", "1"]


@pytest.fixture
def planted(cast: Cast) -> Campaign:
    campaign = plant(Plan(prompts=60, raters=4, each=2), lead=cast.lead)
    measured(campaign)
    return campaign


def test_the_headline_and_its_trend_have_files(client: Client, planted: Campaign) -> None:
    here = {"campaign": str(planted.uuid)}
    report = planted.quality_reports.latest("pk")
    whole = AgreementSlice.objects.get(report=report, measure="agreement", facet="overall")

    head, [name, value, low, high, *_rest] = file_of(client, "agreement", **here)
    weeks = file_of(client, "trend", **here)

    assert head[:4] == ["Campaign", "Pairwise agreement", "low", "high"]
    assert name == planted.name
    assert [float(each) for each in (value, low, high)] == [whole.value, whole.low, whole.high]
    shown = client.get(DASHBOARD, here).context["headlines"][0].trend
    assert [(row[1], float(row[2])) for row in weeks[1:]] == [
        (f"{each.week:%G-W%V}", each.value) for each in shown
    ]
    assert len(weeks) > 2


def test_workers_have_a_file(client: Client) -> None:
    now = timezone.now()
    for name, seen in {"quick": now, "stuck": now - 2 * SILENCE}.items():
        WorkerHeartbeat.objects.create(
            name=name, queues="default", host="here", pid=1, started_at=now, seen_at=seen
        )

    rows = file_of(client, "workers")

    assert [row[:3] for row in rows] == [
        ["Worker", "Queues", "State"],
        ["quick", "default", "alive"],
        ["stuck", "default", "silent"],
    ]


def test_files_are_narrowed_as_the_page_is_and_named_on_it(
    client: Client, planted: Campaign
) -> None:
    here = {"campaign": str(planted.uuid), "skill": "law"}
    page = client.get(DASHBOARD, here)
    files = {each.key: each for each in page.context["files"]}

    named = client.get(files["agreement"].csv).content.decode()
    client.get(files["goals"].csv)

    assert "days" not in files  # a day of one skill is not counted
    assert all(
        f'href="{each.csv.replace("&", "&amp;")}"' in page.content.decode()
        for each in files.values()
    )
    assert str(page.context["headlines"][0].agreement.value) in named
    assert list(Access.objects.order_by("pk").values_list("taken", "part")) == [
        (Taken.TABLE, "agreement"),
        (Taken.TABLE, "goals"),
    ]
