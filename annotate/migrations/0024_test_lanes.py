"""Each test has lanes of its own, named by the skill that it gives: two tests shared one."""

from django.db import migrations
from django.db.models import F

SAME = ("campaign_id", "kind", "language", "clearance", "pool", "band", "purpose")


def part_tests(apps, schema_editor):
    Gold, Lane, Task = (apps.get_model("annotate", name) for name in ("Gold", "Lane", "Task"))
    tests = Gold.objects.filter(purpose="test").exclude(
        task__lane__skill=F("qualification__skill")
    )
    for gold in tests.select_related("task__lane", "qualification"):
        alike = {name: getattr(gold.task.lane, name) for name in SAME}
        lane, _ = Lane.objects.get_or_create(
            **alike, skill=gold.qualification.skill, reserved_for=None
        )
        Task.objects.filter(pk=gold.task_id).update(lane=lane)


class Migration(migrations.Migration):
    dependencies = [("annotate", "0023_choosing")]

    operations = [migrations.RunPython(part_tests, migrations.RunPython.noop)]
