"""Items of two tests that waited in one lane are parted, each into its own test's."""

from importlib import import_module

import pytest
from django.apps import apps

from annotate.enums import LanePurpose
from annotate.models import Lane, Task
from annotate.services.qualification import make_test
from tests.annotate.golden import gold_of
from tests.factories import make_campaign, make_user

pytestmark = pytest.mark.django_db


def test_two_tests_share_no_lane_any_more() -> None:
    campaign = make_campaign()
    tests = [
        make_test(campaign=campaign, skill=skill, by=make_user()) for skill in ("law", "medicine")
    ]
    golds = [gold_of(campaign, purpose=LanePurpose.TEST, qualification=test) for test in tests]
    shared = Lane.objects.get(tasks=golds[0].task_id)
    Lane.objects.filter(pk=shared.pk).update(skill="")  # as both were before
    Task.objects.filter(gold__in=golds).update(lane=shared)
    Lane.objects.exclude(tasks__isnull=False).delete()

    import_module("annotate.migrations.0024_test_lanes").part_tests(apps, None)

    lanes = [Lane.objects.get(tasks=gold.task_id) for gold in golds]
    assert [lane.skill for lane in lanes] == ["law", "medicine"]
    assert {(lane.purpose, lane.language, lane.band) for lane in lanes} == {
        (shared.purpose, shared.language, shared.band)
    }
