"""No keystroke is lost: a version tells one tab from another."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotate.enums import AssignmentState, Kind
from annotate.errors import AssignmentClosed, DraftConflict
from annotate.models import Assignment, Draft
from annotate.services.assignment import take_assignment
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.draft import save_draft
from annotate.services.turn import release_assignment
from tests.factories import make_assignment, make_campaign, make_member, make_task


@pytest.mark.django_db
def test_each_change_of_a_draft_is_a_version() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    assignment = make_assignment(campaign, person, kind=Kind.DEMONSTRATE)

    first = save_draft(assignment=assignment, body={"text": "O"}, version=0, by=person)
    second = save_draft(assignment=assignment, body={"text": "On"}, version=1, by=person)
    same = save_draft(assignment=assignment, body={"text": "On"}, version=1, by=person)

    assert (first.version, second.version, same.version) == (1, 2, 2)
    assert second.body == {"text": "On"}


@pytest.mark.django_db
@pytest.mark.parametrize(("before", "after"), [(1, True), (True, 1), (0, False), ([0], [False])])
def test_a_number_that_becomes_a_truth_value_is_a_change(before: object, after: object) -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    assignment = make_assignment(campaign, person, kind=Kind.DEMONSTRATE)
    save_draft(assignment=assignment, body={"a": {"b": before}}, version=0, by=person)

    changed = save_draft(assignment=assignment, body={"a": {"b": after}}, version=1, by=person)

    assert changed.version == 2
    assert repr(Draft.objects.get().body) == repr({"a": {"b": after}})


@pytest.mark.django_db
def test_a_draft_that_comes_again_is_the_same_whatever_the_database_makes_of_its_numbers() -> None:
    """PostgreSQL gives 1e2 back as 100."""
    campaign = make_campaign()
    person = make_member(campaign)
    assignment = make_assignment(campaign, person, kind=Kind.DEMONSTRATE)
    body = {"a": [1e2, 0.1, None], "b": {}}

    first = save_draft(assignment=assignment, body=body, version=0, by=person)
    again = save_draft(assignment=assignment, body=body, version=0, by=person)

    assert (first.version, again.version) == (1, 1)


@pytest.mark.django_db
def test_whoever_has_typed_something_has_seen_the_item() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    make_task(campaign, kind=Kind.DEMONSTRATE)
    make_task(campaign, kind=Kind.DEMONSTRATE)
    assignment = take_assignment(by=person, kind=Kind.DEMONSTRATE)

    save_draft(assignment=assignment, body={"text": "x"}, version=0, by=person)

    assignment.refresh_from_db()
    assert assignment.shown_at is not None
    assert take_assignment(by=person, kind=Kind.DEMONSTRATE) != assignment


@pytest.mark.django_db
def test_a_second_tab_gets_both_texts() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    assignment = make_assignment(campaign, person, kind=Kind.DEMONSTRATE)
    save_draft(assignment=assignment, body={"text": "from tab one"}, version=0, by=person)

    with pytest.raises(DraftConflict) as conflict:
        save_draft(assignment=assignment, body={"text": "from tab two"}, version=0, by=person)

    assert (conflict.value.theirs, conflict.value.version) == ({"text": "from tab one"}, 1)


@pytest.mark.django_db
def test_nobody_writes_into_anothers_or_a_closed_draft() -> None:
    campaign = make_campaign()
    person, other = make_member(campaign), make_member(campaign)
    assignment = make_assignment(campaign, person, kind=Kind.DEMONSTRATE)

    with pytest.raises(AssignmentClosed):
        save_draft(assignment=assignment, body={"text": "x"}, version=0, by=other)
    release_assignment(assignment=assignment, by=person)
    assignment.refresh_from_db()
    with pytest.raises(AssignmentClosed):
        save_draft(assignment=assignment, body={"text": "x"}, version=0, by=person)


@pytest.mark.django_db
def test_whoever_types_keeps_the_item() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    assignment = make_assignment(campaign, person, kind=Kind.DEMONSTRATE)
    now = timezone.now()
    Assignment.objects.update(expires_at=now + timedelta(minutes=1))

    save_draft(assignment=assignment, body={"text": "x"}, version=0, by=person)

    assignment.refresh_from_db()
    assert assignment.expires_at is not None
    assert assignment.expires_at >= now + timedelta(minutes=60)


@pytest.mark.django_db
def test_a_text_is_kept_when_the_time_for_its_item_is_over() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    assignment = make_assignment(campaign, person, kind=Kind.DEMONSTRATE)
    Assignment.objects.update(state=AssignmentState.EXPIRED, closed_at=timezone.now())
    assignment.refresh_from_db()

    save_draft(assignment=assignment, body={"text": "late"}, version=0, by=person)

    assert Draft.objects.get().body == {"text": "late"}
    assignment.refresh_from_db()
    assert assignment.state == AssignmentState.EXPIRED


@pytest.mark.django_db
def test_nothing_is_kept_beside_what_was_handed_in_meanwhile() -> None:
    campaign = make_campaign()
    person = make_member(campaign)
    seen = make_assignment(campaign, person, kind=Kind.DEMONSTRATE)
    answer = DemonstrationAnswer("Done.")
    submit_demonstration(assignment=seen, answer=answer, by=person)

    with pytest.raises(AssignmentClosed, match="submitted"):  # it was read while it was open
        save_draft(assignment=seen, body={"text": "Typed too late."}, version=0, by=person)

    assert not Draft.objects.exists()
