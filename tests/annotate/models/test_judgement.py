"""What was said is never written over, whoever tries."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from annotate.enums import Kind
from annotate.models import Demonstration, Ranking
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from commons.audit import record
from commons.models import AuditEvent
from tests.factories import make_assignment, make_campaign, make_member, make_ranking

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "change",
    [
        {"tiers": [["another"]]},
        {"unrankable": ["another"]},
        {"strengths": [3]},
        {"answers": {"a": 1}},
        {"reason": "because"},
        {"revision": 2},
        {"rater": F("rater") + 1},
        {"created_at": timezone.now()},
    ],
)
def test_a_ranking_is_kept_as_it_was_given(change: dict[str, object]) -> None:
    campaign = make_campaign()
    make_ranking(campaign, make_member(campaign))
    before = Ranking.objects.values().get()

    with pytest.raises(IntegrityError, match="kept as it was given"), transaction.atomic():
        Ranking.objects.update(**change)

    assert Ranking.objects.values().get() == before


def test_a_demonstration_is_kept_as_it_was_given() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    assignment = make_assignment(campaign, person, kind=Kind.DEMONSTRATE)
    submit_demonstration(assignment=assignment, answer=DemonstrationAnswer("Mine."), by=person)

    with pytest.raises(IntegrityError, match="kept as it was given"), transaction.atomic():
        Demonstration.objects.update(messages=[{"role": "assistant", "content": "Yours."}])

    assert Demonstration.objects.get().text == "Mine."


def test_a_revision_that_was_replaced_is_never_current_again() -> None:
    campaign = make_campaign()
    make_ranking(campaign, make_member(campaign))
    Ranking.objects.update(current=False)

    with pytest.raises(IntegrityError, match="next revision"), transaction.atomic():
        Ranking.objects.update(current=True)


def test_the_audit_record_is_only_added_to() -> None:
    campaign = make_campaign()
    record(actor=None, verb="campaign.seen", subject=campaign)

    with pytest.raises(IntegrityError, match="only ever added to"), transaction.atomic():
        AuditEvent.objects.update(verb="campaign.unseen")
