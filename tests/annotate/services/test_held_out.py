"""How much of a week is held out, and that nothing of it ever trains."""

from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pytest
from django.db.models import F
from pytest_django.fixtures import Settings

from annotate.enums import Kind, Side, SnapshotKind
from annotate.export.policy import Policy
from annotate.models import Campaign, Prompt, Snapshot
from annotate.services.campaign import Work
from annotate.services.near.held_out import _monday, week_of
from annotate.services.snapshot import snapshot_folder
from tests.annotate.freezing import freeze
from tests.annotate.services.test_near import add, bring, near_to, text
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _artifacts(settings: Settings, tmp_path: Path) -> None:
    settings.ARTIFACTS, settings.PSEUDONYM_KEY = tmp_path, "a key of the test"


@pytest.fixture
def campaign() -> Campaign:
    """At least two and at most six prompts a week are held out."""
    found = make_campaign(works=[Work(Kind.DEMONSTRATE)])
    Campaign.objects.filter(pk=found.pk).update(held_out_at_least=2, held_out_at_most=6)
    return found


def a_week_passes() -> None:
    Prompt.objects.update(created_at=F("created_at") - timedelta(days=7))


def firsts_on_test() -> set[int]:
    found = Prompt.objects.filter(side=Side.TEST, cluster=None, quarantined=False)
    return set(found.values_list("pk", flat=True))


def prompts_in(snapshot: Snapshot, side: str) -> set[str]:
    files = (snapshot_folder(snapshot) / "jsonl").glob(f"{side}-*.jsonl")
    lines = (line for file in files for line in file.read_bytes().splitlines())
    return {orjson.loads(line)["prompt_id"] for line in lines}


def test_over_three_weeks_no_prompt_that_is_held_out_ever_trains(campaign: Campaign) -> None:
    """Each week brings sixty prompts, and three that nearly repeat one that was held out before."""
    trained: set[str] = set()
    names: set[str] = set()
    for week in range(3):
        before = firsts_on_test()
        near = [near_to(Prompt.objects.get(pk=pk), at=week + 3) for pk in sorted(before)[:3]]
        bring(campaign, *(text(f"w{week}n{n}x") for n in range(60)), *near)

        fresh = firsts_on_test() - before
        assert 2 <= len(fresh) <= 6
        assert before <= firsts_on_test()  # no side that was fixed has moved
        names |= {str(each.uuid) for each in Prompt.objects.filter(side=Side.TEST)}
        weekly = freeze(SnapshotKind.PROMPTS, campaign)
        trained |= prompts_in(weekly, "train")
        a_week_passes()

    repeats = Prompt.objects.filter(cluster__side=Side.TEST)
    assert repeats.count() == 6
    assert {*repeats.values_list("side", flat=True)} == {"test"}
    assert trained
    assert trained & names == set()

    union = freeze(SnapshotKind.PROMPTS, campaign, Policy(sides=("test",)))

    assert prompts_in(union, "test") == names
    assert union.manifest["rows"] == {"train": 0, "validation": 0, "test": len(names)}


def test_a_full_week_holds_out_nothing_more_and_the_next_begins_anew(campaign: Campaign) -> None:
    Campaign.objects.update(held_out_at_least=2, held_out_at_most=2)
    bring(campaign, *(text(f"a{n}x") for n in range(30)))
    full = firsts_on_test()
    bring(campaign, *(text(f"b{n}x") for n in range(30)))
    for n in range(10):
        add(campaign, text(f"c{n}x"))

    assert len(full) == 2
    assert firsts_on_test() == full

    a_week_passes()
    bring(campaign, *(text(f"d{n}x") for n in range(30)))

    assert len(firsts_on_test()) == 4


def test_a_campaign_without_bounds_asks_nothing_of_its_week(
    campaign: Campaign, django_assert_num_queries
) -> None:
    Campaign.objects.update(held_out_at_least=0, held_out_at_most=None)

    with django_assert_num_queries(1):
        assert week_of(campaign.pk, newcomers=[]) is None


def test_another_campaigns_prompts_fill_no_week_of_this_one(campaign: Campaign) -> None:
    other = make_campaign(works=[Work(Kind.DEMONSTRATE)])
    Campaign.objects.filter(pk=other.pk).update(held_out_at_least=5, held_out_at_most=5)
    bring(other, *(text(f"o{n}x") for n in range(40)))

    here = week_of(campaign.pk, newcomers=[])
    there = week_of(other.pk, newcomers=[])

    assert here is not None
    assert there is not None
    assert (here.taken, there.taken) == (0, 5)


def test_a_week_begins_on_monday_in_utc() -> None:
    now = datetime.fromisoformat("2026-11-30T00:30:00+02:00")

    assert _monday(now).isoformat() == "2026-11-23T00:00:00+00:00"
    assert _monday(now + timedelta(hours=2)).isoformat() == "2026-11-30T00:00:00+00:00"
