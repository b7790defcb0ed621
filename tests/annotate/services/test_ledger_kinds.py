"""A rate may be of one kind of work: it wins for that kind, and what is settled says of which."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from annotate.enums import Decision, Kind, PaidKind, ReviewState
from annotate.ledger_errors import ReviewsHaveNoHours, WorkWithoutRate
from annotate.models import Campaign, Correction, Review
from annotate.pay import Terms
from annotate.selectors.ledger import lines_by_now, open_lines, settled_lines
from annotate.selectors.ledger_kinds import done_by_kind, owed_by_team_and_kind
from annotate.services.campaign import Work
from annotate.services.closing import SentDraft
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.ledger import close_statement, correct_ledger, set_rate
from annotate.services.rollup import roll_up
from commons.models import User
from tests.annotate.services.test_ledger import EUR, MONDAY, Clock, effort, ranked
from tests.annotate.teaming import a_mate, a_part
from tests.factories import make_assignment, make_campaign, make_member, make_task, make_user

pytestmark = pytest.mark.django_db

WRITING = Terms("EUR", Decimal("4"), Decimal(0))
REVIEWING = Terms("EUR", Decimal("0.25"), Decimal(0))
NEXT = MONDAY + timedelta(days=7)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.at)
    return clock


@pytest.fixture
def campaign(clock: Clock) -> Campaign:
    return make_campaign(works=[Work(Kind.RANK), Work(Kind.DEMONSTRATE)])


@pytest.fixture
def lead(campaign: Campaign) -> User:
    return make_user()


@pytest.fixture
def member(campaign: Campaign) -> User:
    return make_member(campaign)


def written(campaign: Campaign, by: User, clock: Clock) -> None:
    turn = make_assignment(campaign, by, kind=Kind.DEMONSTRATE)
    clock.go(seconds=60)
    answer, sent = DemonstrationAnswer(text="Whole."), SentDraft(0, None, effort(60))
    submit_demonstration(assignment=turn, answer=answer, by=by, sent=sent)


def reviewed(campaign: Campaign, by: User) -> None:
    Review.objects.create(
        campaign=campaign,
        task=make_task(campaign),
        disagrees=True,
        state=ReviewState.DECIDED,
        decision=Decision.REJECT,
        reviewer=by,
        claimed_until=timezone.now(),
        decided_at=timezone.now(),
    )


def amounts(campaign: Campaign) -> list[tuple[str, int, str]]:
    return [(line.kind, line.items, str(line.amount)) for line in open_lines(campaign)]


def test_a_rate_of_a_kind_wins_for_its_kind_also_over_a_later_one_of_all(
    campaign, member, lead, clock
) -> None:
    set_rate(campaign=campaign, terms=EUR, holds_from=MONDAY, by=lead)
    set_rate(
        campaign=campaign, terms=WRITING, holds_from=MONDAY, by=lead, kind=PaidKind.DEMONSTRATE
    )
    clock.go(days=1)
    dearer = Terms("EUR", Decimal("0.75"), Decimal(0))
    set_rate(campaign=campaign, terms=dearer, holds_from=clock.at.date(), by=lead)
    ranked(campaign, member, clock)
    written(campaign, member, clock)

    assert amounts(campaign) == [("demonstrate", 1, "4.00"), ("rank", 1, "0.75")]


def test_before_its_day_a_kind_is_paid_like_all(campaign, member, lead, clock) -> None:
    set_rate(campaign=campaign, terms=EUR, holds_from=MONDAY, by=lead)
    tuesday = MONDAY + timedelta(days=1)
    set_rate(campaign=campaign, terms=WRITING, holds_from=tuesday, by=lead, kind=PaidKind.RANK)
    ranked(campaign, member, clock)
    clock.go(days=1)
    ranked(campaign, member, clock)

    assert amounts(campaign) == [("rank", 1, "0.70"), ("rank", 1, "4.00")]


def test_what_is_counted_beforehand_says_its_kind_too(campaign, member, clock) -> None:
    ranked(campaign, member, clock)
    written(campaign, member, clock)
    clock.go(days=2)
    roll_up(campaign=campaign)

    assert [line.kind for line in lines_by_now(campaign)] == ["demonstrate", "rank"]
    assert lines_by_now(campaign) == open_lines(campaign)


def test_reviews_are_paid_where_a_rate_names_them_and_from_its_day_on(
    campaign, member, lead, clock
) -> None:
    set_rate(campaign=campaign, terms=EUR, holds_from=MONDAY, by=lead)
    reviewed(campaign, member)
    without = amounts(campaign)
    clock.go(days=1)
    reviewed(campaign, member)
    reviewed(campaign, lead)
    set_rate(
        campaign=campaign,
        terms=REVIEWING,
        holds_from=clock.at.date(),
        by=lead,
        kind=PaidKind.REVIEW,
    )

    assert without == []
    assert sorted(amounts(campaign)) == [("review", 1, "0.25"), ("review", 1, "0.25")]
    assert [line.items for line in open_lines(campaign, person=member)] == [1]
    assert lines_by_now(campaign) == open_lines(campaign)


def test_no_hour_of_reviews_is_paid_because_none_is_measured(campaign, lead) -> None:
    with pytest.raises(ReviewsHaveNoHours, match="0 for an hour"):
        set_rate(campaign=campaign, terms=EUR, holds_from=MONDAY, by=lead, kind=PaidKind.REVIEW)

    assert not campaign.rates.exists()


def test_a_kind_without_a_rate_is_not_settled_and_named(campaign, member, lead, clock) -> None:
    set_rate(campaign=campaign, terms=EUR, holds_from=MONDAY, by=lead, kind=PaidKind.RANK)
    ranked(campaign, member, clock)
    written(campaign, member, clock)
    clock.go(days=7)

    with pytest.raises(WorkWithoutRate, match=r"2026-09-07 \(Write an answer\)"):
        close_statement(campaign=campaign, until=NEXT, by=lead)


def test_what_is_settled_keeps_its_kinds_and_no_later_rate_reaches_it(
    campaign, member, lead, clock
) -> None:
    set_rate(campaign=campaign, terms=EUR, holds_from=MONDAY, by=lead)
    ranked(campaign, member, clock)
    written(campaign, member, clock)
    before = open_lines(campaign)
    clock.go(days=7)
    made = close_statement(campaign=campaign, until=NEXT, by=lead)
    set_rate(campaign=campaign, terms=WRITING, holds_from=NEXT, by=lead, kind=PaidKind.RANK)

    assert sorted(settled_lines(made.lines.all()), key=lambda line: line.kind) == before
    assert [each.kind for each in done_by_kind(before)] == ["demonstrate", "rank"]


def corrected(campaign: Campaign, person: User, by: User, kind: PaidKind | None) -> Correction:
    return correct_ledger(
        campaign=campaign,
        person=person,
        kind=kind,
        amount=Decimal("-0.20"),
        currency="EUR",
        reason="Agreed.",
        by=by,
        uuid=uuid4(),
    )


def test_a_teams_sums_by_kind_hold_the_corrections_of_each(clock, lead) -> None:
    part = a_part(make_campaign())
    campaign, mate = part.campaign, a_mate(part)
    set_rate(campaign=campaign, terms=EUR, holds_from=MONDAY, by=lead)
    ranked(campaign, mate, clock)
    found = [corrected(campaign, mate, lead, kind) for kind in (PaidKind.RANK, None)]

    owed = owed_by_team_and_kind(open_lines(campaign), found, {mate.pk: part.team})

    assert [(each.team, each.kind, str(each.total)) for each in owed] == [
        (part.team, "", "-0.20"),
        (part.team, "rank", "0.50"),
    ]
