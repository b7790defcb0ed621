"""An installation of release 0.1, in the middle of its work, is brought up to date."""

from django.utils import timezone

from annotate.models import Assignment, Batch, Snapshot, Task
from commons.models import RunState
from tests.annotate.migrations.first_release import OURS, Filled, fill, install
from tests.installation import Installation, Tables

GONE = {"annotate_lanecursor"}  # the newest turn says what it said
DJANGOS_OWN = {"django_migrations", "django_content_type", "auth_permission"}


def kept(before: Tables, after: Tables) -> dict[str, bool]:
    """For each table of before: whether every row is there, its columns as they were."""
    return {
        table: [
            {name: row[name] for name in old}
            for old, row in zip(rows, after.get(table, []), strict=True)
        ]
        == rows
        for table, rows in before.items()
        if table not in GONE | DJANGOS_OWN
    }


def test_rows_of_the_first_release_are_kept_and_work_goes_on(second: Installation) -> None:
    with second.entered():
        filled = fill(install())
    before = second.rows()
    assert {table for table, rows in before.items() if table.startswith(OURS) and not rows} == {
        "commons_user_groups",
        "commons_user_user_permissions",
    }

    migrated = second.manage("migrate", "--noinput")

    assert migrated.returncode == 0, migrated.stderr
    after = second.rows()
    assert set(before) - set(after) == GONE
    assert [table for table, same in kept(before, after).items() if not same] == []
    checked = second.manage("check_work")
    assert checked.stdout == "every turn is accounted for\n", checked.stderr
    with second.entered():
        assert_people_and_workers_go_on(filled)


def assert_people_and_workers_go_on(filled: Filled) -> None:
    """The lease lives, its draft is there, and the worker's token still holds its run."""
    lease = Assignment.objects.select_related("task", "draft").get(uuid=filled.lease)
    assert lease.state == "open"
    assert lease.expires_at > timezone.now()
    assert (lease.lane, lease.place, lease.take_key, lease.closing_key) == (None, None, None, None)
    assert lease.draft.body == {"reason": filled.text}
    task = Task.objects.get(uuid=filled.task)
    assert (task.wanted, task.free, task.second_opinion, task.third_asked) == (3, 1, False, False)
    held = Snapshot.objects.filter(
        uuid=filled.run, state=RunState.RUNNING, token=filled.token
    )
    assert held.update(heartbeat_at=timezone.now()) == 1
    assert not Batch.objects.exists()
