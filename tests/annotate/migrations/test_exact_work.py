"""An installation of release 0.1, in the middle of its work, is brought up to date."""

from datetime import timedelta

from django.utils import timezone

from annotate.models import (
    Assignment,
    Batch,
    Campaign,
    CampaignWork,
    Lane,
    Prompt,
    Snapshot,
    Tally,
    Task,
)
from commons.models import RunState, User
from tests.annotate.migrations.first_release import OURS, Filled, Make, fill, install
from tests.installation import Installation, Tables

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
        if table not in DJANGOS_OWN
    }


def test_rows_of_the_first_release_are_kept_and_work_goes_on(second: Installation) -> None:
    with second.entered():
        make = install()
        filled = fill(make)
    before = second.rows()
    assert {table for table, rows in before.items() if table.startswith(OURS) and not rows} == {
        "commons_user_groups",
        "commons_user_user_permissions",
    }

    migrated = second.manage("migrate", "--noinput")

    assert migrated.returncode == 0, migrated.stderr
    after = second.rows()
    assert [table for table, same in kept(before, after).items() if not same] == []
    checked = second.manage("check_work")
    assert checked.stdout == "every turn is accounted for\n", checked.stderr
    with second.entered():
        assert_people_and_workers_go_on(filled)
        assert_a_process_of_the_first_release_goes_on(make)
    checked = second.manage("check_work")
    assert checked.stdout == "every turn is accounted for\n", checked.stderr


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


def assert_a_process_of_the_first_release_goes_on(make: Make) -> None:
    """It names its own columns alone, and its table of cursors is there: nobody stops it first."""
    campaign, prompt, lane = (model.objects.get().pk for model in (Campaign, Prompt, Lane))
    lead, bob = (User.objects.get(username=name).pk for name in ("lead", "bob"))
    now = timezone.now()
    of_it = {"campaign_id": campaign, "kind": "demonstrate", "wanted": 1}
    make("annotate.CampaignWork", **of_it)
    task = make("annotate.Task", **of_it, prompt_id=prompt, lane_id=lane, place=8, free=0)
    until = now + timedelta(hours=1)
    make("annotate.Assignment", task_id=task.pk, person_id=lead, state="open", expires_at=until)
    make("annotate.LaneCursor", person_id=bob, lane_id=lane, after=8)
    make("annotate.Tally", campaign_id=campaign, day=now.date(), slot=2, rankings=1)

    work = CampaignWork.objects.get(kind="demonstrate")
    assert (work.edit_minutes, work.second_opinion_share, work.held_out_share) == (60, 0, 0)
    made = Task.objects.get(pk=task.pk)
    assert (made.second_opinion, made.third_asked) == (False, False)
    assert Tally.objects.get(slot=2).edits == 0
