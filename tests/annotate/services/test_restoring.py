"""After a restore nobody holds a lease, and the turns are free again."""

import pytest

from annotate.enums import AssignmentState, Kind
from annotate.models import Assignment
from annotate.selectors.balance import tasks_out_of_balance
from annotate.services import restoring
from annotate.services.campaign import Work
from annotate.services.lease import reserve_turn
from annotate.services.restoring import end_open_leases
from tests.factories import make_assignment, make_campaign, make_member, make_ranking, make_task

pytestmark = pytest.mark.django_db


def test_every_lease_ends_and_its_turn_is_free(monkeypatch):
    """Three of them, two to a transaction."""
    monkeypatch.setattr(restoring, "CHUNK", 2)
    campaign = make_campaign(works=[Work(Kind.RANK)])
    leases = [make_assignment(campaign, make_member(campaign)) for _ in range(3)]

    assert end_open_leases() == 3
    assert end_open_leases() == 0

    for lease in leases:
        lease.refresh_from_db()
        assert (lease.state, lease.task.free) == (AssignmentState.EXPIRED, 1)
        assert lease.closed_at
    assert list(tasks_out_of_balance()) == []


def test_what_is_done_or_set_aside_stays_as_it_is():
    campaign = make_campaign(works=[Work(Kind.RANK)])
    person = make_member(campaign)
    make_ranking(campaign, person)
    kept = reserve_turn(task=make_task(campaign), person=person, by=person)

    assert end_open_leases() == 0

    states = Assignment.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [AssignmentState.SUBMITTED, AssignmentState.RESERVED]
    kept.refresh_from_db()
    assert kept.task.free == 0
