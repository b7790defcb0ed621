"""What is owed: items and time as stored, rates from a day on, and what is settled for good."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from annotate.enums import Kind, LanePurpose
from annotate.ledger_errors import (
    CorrectionMadeBefore,
    NothingToSettle,
    RateSettled,
    WeekNotOver,
    WorkWithoutRate,
)
from annotate.models import (
    Campaign,
    Correction,
    Demonstration,
    Lane,
    LedgerLine,
    Ranking,
    Statement,
)
from annotate.pay import Terms
from annotate.selectors.ledger import (
    Line,
    open_corrections,
    open_lines,
    owed_by,
    settled_lines,
)
from annotate.selectors.measured import _by_day
from annotate.services.closing import SentDraft
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.ledger import (
    close_statement,
    correct_ledger,
    last_settleable,
    set_rate,
)
from annotate.services.ranking import RankingAnswer, revise_ranking, submit_ranking
from annotate.services.voiding import undo_void, void_work
from commons.models import User
from tests.annotate.asking import make_asking_item
from tests.factories import make_assignment, make_campaign, make_member, make_user

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 9, 7)
EUR = Terms("EUR", Decimal("0.50"), Decimal("12"))


class Clock:
    """The time that the product reads."""

    def __init__(self) -> None:
        self.at = datetime(2026, 9, 7, 8, tzinfo=UTC)

    def go(self, **how: float) -> None:
        self.at += timedelta(**how)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.at)
    return clock


@pytest.fixture
def campaign(clock: Clock) -> Campaign:
    return make_campaign()


@pytest.fixture
def lead(campaign: Campaign) -> User:
    return make_user()


@pytest.fixture
def member(campaign: Campaign) -> User:
    return make_member(campaign)


def effort(seconds: object) -> dict[str, object]:
    return {
        "active_seconds": seconds,
        "seconds_to_first_act": None,
        "seconds_from_last_act": None,
        "acts": 1,
        "typed": 0,
        "pasted": 0,
    }


def ranked(
    campaign: Campaign, by: User, clock: Clock, *, says: object = 60, takes: float = 60
) -> Ranking:
    """One item of which its page says that it took so long, and which took so long."""
    turn = make_assignment(campaign, by)
    clock.go(seconds=takes)
    answer = RankingAnswer(tiers=[[each] for each in turn.task.offered])
    sent = SentDraft(0, None, effort(says))
    return submit_ranking(assignment=turn, answer=answer, by=by, key=uuid4(), sent=sent)


def counted(campaign: Campaign) -> list[tuple[str, date, int, int, str]]:
    return [said(line) for line in open_lines(campaign)]


def said(line: Line) -> tuple[str, date, int, int, str]:
    return line.person.username, line.week, line.items, line.tenths, str(line.amount)


def test_a_week_of_a_person_is_its_items_and_its_time(campaign, member, lead, clock) -> None:
    set_rate(campaign=campaign, terms=EUR, holds_from=MONDAY, by=lead)
    ranked(campaign, member, clock, says=42.5)
    writing = make_assignment(campaign, member, kind=Kind.DEMONSTRATE)
    clock.go(minutes=5)
    submit_demonstration(
        assignment=writing,
        answer=DemonstrationAnswer(text="Whole."),
        by=member,
        sent=SentDraft(0, None, effort(257.5)),
    )

    # 0.50 + 257.5 s × 12 / 3600 s, and 0.50 + 42.5 s × 12 / 3600 s: a line for each kind of work
    assert counted(campaign) == [
        (member.username, MONDAY, 1, 2575, "1.36"),
        (member.username, MONDAY, 1, 425, "0.64"),
    ]


def test_no_item_has_more_time_than_passed_by_the_servers_clock(campaign, member, clock) -> None:
    ranked(campaign, member, clock, says=30 * 24 * 3600, takes=60)

    assert [line.tenths for line in open_lines(campaign)] == [600]


@pytest.mark.parametrize("said", [None, "60", -60, True, [60]], ids=str)
def test_what_is_no_time_counts_as_none(campaign, member, clock, said) -> None:
    """An imported parcel may say anything."""
    ranked(campaign, member, clock, says=said)

    assert [(line.items, line.tenths) for line in open_lines(campaign)] == [(1, 0)]


def test_a_change_adds_its_time_and_no_item(campaign, member, clock) -> None:
    kept = ranked(campaign, member, clock, says=60)
    assert kept.assignment is not None
    clock.go(seconds=30)
    tiers = [[each] for each in reversed(kept.assignment.task.offered)]
    revise_ranking(
        assignment=kept.assignment,
        answer=RankingAnswer(tiers=tiers),
        by=member,
        effort=effort(1_000),  # and no more than the half minute since it was handed in
    )

    assert [(line.items, line.tenths) for line in open_lines(campaign)] == [(1, 900)]


def test_changes_have_no_more_time_together_than_passed(campaign, member, clock) -> None:
    kept = ranked(campaign, member, clock, says=60)
    assert kept.assignment is not None
    straight = [[each] for each in kept.assignment.task.offered]
    for tiers in (straight[::-1], straight, straight[::-1]):
        clock.go(seconds=30)
        revise_ranking(
            assignment=kept.assignment,
            answer=RankingAnswer(tiers=tiers),
            by=member,
            effort=effort(1_000),
        )

    assert [(line.items, line.tenths) for line in open_lines(campaign)] == [(1, 600 + 3 * 300)]


def test_the_few_that_were_changed_have_an_index_of_their_own(campaign, member) -> None:
    """Else each look of a person at their own hours reads all judgements there are."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    wanted = Q(campaign=campaign, rater__user=member, origin="work", current=False)

    assert "changed_rankings" in _by_day(Ranking, wanted).explain()
    assert "changed_demonstrations" in _by_day(Demonstration, wanted).explain()


def test_an_ideal_answer_is_part_of_its_ranking(clock) -> None:
    turn, person = make_asking_item()
    best, *rest = turn.task.offered
    answer = RankingAnswer(tiers=[[best], *([each] for each in rest)], ideal="One, and why.")
    submit_ranking(assignment=turn, answer=answer, by=person)

    assert [line.items for line in open_lines(turn.task.campaign)] == [1]


def test_checks_and_training_are_paid_and_tests_are_not(campaign, member, clock) -> None:
    for purpose in (LanePurpose.GOLD, LanePurpose.PRACTICE, LanePurpose.TEST):
        kept = ranked(campaign, member, clock)
        assert kept.assignment is not None
        task = kept.assignment.task
        task.lane, _ = Lane.objects.get_or_create(
            campaign=campaign, kind=task.kind, language=task.lane.language, purpose=purpose
        )
        task.save()

    assert [line.items for line in open_lines(campaign)] == [2]


def test_each_day_is_paid_by_the_rate_that_holds_then(campaign, member, lead, clock) -> None:
    tuesday = MONDAY + timedelta(days=1)
    set_rate(campaign=campaign, terms=EUR, holds_from=MONDAY, by=lead)
    dearer = Terms("USD", Decimal("0.75"), Decimal(0))
    set_rate(campaign=campaign, terms=dearer, holds_from=tuesday, by=lead)
    ranked(campaign, member, clock, says=0)
    clock.at = datetime(2026, 9, 7, 23, 59, 30, tzinfo=UTC)
    ranked(campaign, member, clock, says=0, takes=10)
    ranked(campaign, member, clock, says=0, takes=60)  # after midnight

    lines = open_lines(campaign)
    owed = owed_by(lines, [])

    assert [(line.items, line.terms, str(line.amount)) for line in lines] == [
        (2, EUR, "1.00"),
        (1, dearer, "0.75"),
    ]
    assert [(each.currency, str(each.total)) for each in owed] == [("EUR", "1.00"), ("USD", "0.75")]


def test_work_without_a_rate_is_shown_and_owed_nothing(campaign, member, clock) -> None:
    ranked(campaign, member, clock)

    assert counted(campaign) == [(member.username, MONDAY, 1, 600, "None")]
    assert owed_by(open_lines(campaign), []) == []


def test_voided_work_is_shown_apart_and_paid(campaign, member, lead, clock) -> None:
    set_rate(campaign=campaign, terms=EUR, holds_from=MONDAY, by=lead)
    ranked(campaign, member, clock)
    clock.go(days=1)
    ranked(campaign, member, clock)
    void = void_work(
        campaign=campaign, person=member, since=clock.at - timedelta(hours=1), reason="So.", by=lead
    )
    [line] = open_lines(campaign)

    undo_void(void=void, by=lead)
    [after] = open_lines(campaign)

    assert (line.items, line.voided_items, line.voided_tenths) == (2, 1, 600)
    assert (str(line.amount), str(line.voided_amount)) == ("1.40", "0.70")
    assert (after.items, after.voided_items, str(after.amount)) == (2, 0, "1.40")


def test_what_is_settled_stays_whatever_becomes_of_it(campaign, member, lead, clock) -> None:
    set_rate(campaign=campaign, terms=EUR, holds_from=MONDAY, by=lead)
    ranked(campaign, member, clock)
    clock.go(days=7)
    before = counted(campaign)
    made = close_statement(campaign=campaign, until=MONDAY + timedelta(days=7), by=lead)
    void_work(campaign=campaign, person=member, since=clock.at - timedelta(30), reason="", by=lead)
    ranked(campaign, member, clock)

    assert [said(line) for line in settled_lines(made.lines.all())] == before
    assert [(line.week, line.items) for line in open_lines(campaign)] == [
        (MONDAY + timedelta(days=7), 1)
    ]


def test_a_correction_is_settled_once_with_the_next_statement(
    campaign, member, lead, clock
) -> None:
    def corrected(amount: str) -> Correction:
        return correct_ledger(
            campaign=campaign,
            person=member,
            amount=Decimal(amount),
            currency="EUR",
            reason="A bonus.",
            by=lead,
            uuid=uuid4(),
        )

    clock.go(days=7)
    corrected("5.00")
    first = close_statement(campaign=campaign, until=MONDAY + timedelta(days=7), by=lead)
    corrected("-1.25")
    clock.go(days=7)
    second = close_statement(campaign=campaign, until=MONDAY + timedelta(days=14), by=lead)

    totals = [
        [str(each.total) for each in owed_by([], statement.corrections.all())]
        for statement in (first, second)
    ]
    assert totals == [["5.00"], ["-1.25"]]
    assert (first.number, second.number, second.since) == (1, 2, first.until)
    assert not open_corrections(campaign).exists()


def test_a_correction_that_is_sent_twice_is_written_once(campaign, member, lead) -> None:
    given = {
        "campaign": campaign,
        "person": member,
        "amount": Decimal("5.00"),
        "currency": "EUR",
        "reason": "A bonus.",
        "by": lead,
        "uuid": uuid4(),
    }
    correct_ledger(**given)

    with pytest.raises(CorrectionMadeBefore):
        correct_ledger(**given)

    assert Correction.objects.count() == 1


def test_a_week_is_settled_when_it_is_over_and_once(campaign, member, lead, clock) -> None:
    set_rate(campaign=campaign, terms=EUR, holds_from=MONDAY, by=lead)
    ranked(campaign, member, clock)
    next_monday = MONDAY + timedelta(days=7)

    def settle(until: date) -> Statement:
        return close_statement(campaign=campaign, until=until, by=lead)

    clock.at = datetime(2026, 9, 14, 0, 59, tzinfo=UTC)
    with pytest.raises(WeekNotOver):  # somebody may be handing in still
        settle(next_monday)
    clock.go(minutes=1)
    with pytest.raises(WeekNotOver):
        settle(next_monday - timedelta(days=1))
    assert last_settleable(campaign) == next_monday
    settle(next_monday)
    assert last_settleable(campaign) is None
    with pytest.raises(WeekNotOver):
        settle(next_monday)
    clock.go(days=7)
    with pytest.raises(NothingToSettle):  # nobody did anything
        settle(next_monday + timedelta(days=7))

    assert Statement.objects.count() == LedgerLine.objects.count() == 1


def test_no_work_is_settled_without_a_rate(campaign, member, lead, clock) -> None:
    ranked(campaign, member, clock)
    clock.go(days=7)

    with pytest.raises(WorkWithoutRate, match="2026-09-07"):
        close_statement(campaign=campaign, until=MONDAY + timedelta(days=7), by=lead)

    assert not Statement.objects.exists()


def test_no_rate_reaches_into_what_is_settled(campaign, member, lead, clock) -> None:
    set_rate(campaign=campaign, terms=EUR, holds_from=MONDAY, by=lead)
    ranked(campaign, member, clock)
    clock.go(days=7)
    close_statement(campaign=campaign, until=MONDAY + timedelta(days=7), by=lead)

    with pytest.raises(RateSettled, match="2026-09-14"):
        set_rate(campaign=campaign, terms=EUR, holds_from=MONDAY + timedelta(days=6), by=lead)


def test_the_database_refuses_to_write_over_what_is_settled(campaign, member, lead, clock) -> None:
    set_rate(campaign=campaign, terms=EUR, holds_from=MONDAY, by=lead)
    ranked(campaign, member, clock)
    clock.go(days=7)
    correction = correct_ledger(
        campaign=campaign,
        person=member,
        amount=Decimal("5.00"),
        currency="EUR",
        reason="A bonus.",
        by=lead,
        uuid=uuid4(),
    )
    made = close_statement(campaign=campaign, until=MONDAY + timedelta(days=7), by=lead)
    mine = Correction.objects.filter(pk=correction.pk)
    refused = [
        lambda: LedgerLine.objects.update(amount=Decimal("9.00")),
        lambda: Statement.objects.update(until=MONDAY),
        lambda: mine.update(amount=Decimal("9.00")),
        lambda: mine.update(reason="Another."),
        lambda: mine.update(kind="rank"),
        lambda: mine.update(statement=None),
        mine.delete,
        lambda: LedgerLine.objects.all().delete(),
        lambda: _remove("annotate_statement"),
    ]
    for write in refused:
        with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
            write()
    mine.update(reason="")  # as an erasure does

    [line] = made.lines.all()
    correction.refresh_from_db()
    assert (str(line.amount), str(correction.amount)) == ("0.70", "5.00")
    assert correction.statement == made


def _remove(table: str) -> None:
    """Without a look at what else names the rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


def test_others_campaigns_and_others_work_are_not_in_it(campaign, member, clock) -> None:
    other = make_campaign()
    ranked(other, make_member(other), clock)
    ranked(campaign, make_member(campaign), clock)
    ranked(campaign, member, clock)

    lines = open_lines(campaign, person=member)

    assert [said(line)[:4] for line in lines] == [(member.username, MONDAY, 1, 600)]
