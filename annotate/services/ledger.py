"""Rates are set, work is settled, and what was settled is corrected: never written over.

Each locks the campaign's row first: a rate cannot be set, nor a correction written, into a period
that is being settled.
"""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotate.enums import PaidKind
from annotate.ledger_errors import (
    CorrectionMadeBefore,
    NothingToSettle,
    RateSettled,
    ReviewsHaveNoHours,
    WeekNotOver,
    WorkWithoutRate,
)
from annotate.models import Campaign, Correction, LedgerLine, Rate, Statement, StatementTeam
from annotate.pay import Terms
from annotate.selectors.ledger import Line, open_corrections, open_lines, open_since
from annotate.selectors.tally import week_start
from annotate.selectors.team import team_in
from commons.audit import record
from commons.models import User

LAST_HANDS = timedelta(hours=1)  # whatever was being handed in at midnight is in by then


def last_settleable(campaign: Campaign) -> date | None:
    """The Monday (UTC) until which everything is over and not settled; None: there is none."""
    until = week_start((timezone.now() - LAST_HANDS).date())
    since = open_since(campaign)
    return until if since is None or since < until else None


@transaction.atomic
def set_rate(
    *,
    campaign: Campaign,
    terms: Terms,
    holds_from: date,
    by: User,
    kind: PaidKind | None = None,
) -> Rate:
    """Let this be paid from a day on, until another rate of its kind holds. What was settled stays.

    Without a kind it is of all that people hand in and that has no rate of its own.
    """
    if kind == PaidKind.REVIEW and terms.per_hour:
        raise ReviewsHaveNoHours
    _lock(campaign)
    since = open_since(campaign)
    if since is not None and holds_from < since:
        raise RateSettled(since)
    rate, _ = Rate.objects.update_or_create(
        campaign=campaign,
        kind=kind or "",
        holds_from=holds_from,
        defaults={
            "currency": terms.currency,
            "per_item": terms.per_item,
            "per_hour": terms.per_hour,
            "made_by": by,
        },
    )
    record(
        actor=by,
        verb="ledger.rate-set",
        subject=campaign,
        kind=kind or "",
        holds_from=holds_from.isoformat(),
        currency=terms.currency,
        per_item=str(terms.per_item),
        per_hour=str(terms.per_hour),
    )
    return rate


@transaction.atomic
def correct_ledger(
    *,
    campaign: Campaign,
    person: User,
    amount: Decimal,
    currency: str,
    reason: str,
    by: User,
    uuid: UUID,
    kind: PaidKind | None = None,
) -> Correction:
    """Add an amount to what a person is owed, or take it off; it is settled with the next
    statement. The same ``uuid`` writes it once."""
    _lock(campaign)
    try:
        with transaction.atomic():
            made = Correction.objects.create(
                uuid=uuid,
                campaign=campaign,
                person=person,
                kind=kind or "",
                amount=amount,
                currency=currency,
                reason=reason,
                by=by,
            )
    except IntegrityError as twice:
        raise CorrectionMadeBefore from twice
    record(
        actor=by,
        verb="ledger.corrected",
        subject=campaign,
        person=str(person.uuid),
        kind=kind or "",
        amount=str(amount),
        currency=currency,
    )
    return made


@transaction.atomic
def close_statement(*, campaign: Campaign, until: date, by: User) -> Statement:
    """Settle whatever was done before a Monday, and every correction so far."""
    _lock(campaign)
    last, since = last_settleable(campaign), open_since(campaign)
    if last is None or until != week_start(until) or until > last:
        raise WeekNotOver
    if since is not None and until <= since:
        raise NothingToSettle
    lines = open_lines(campaign, until=until)
    corrections = open_corrections(campaign)
    if not lines and not corrections.exists():
        raise NothingToSettle
    statement = Statement.objects.create(
        campaign=campaign,
        number=campaign.statements.count() + 1,
        since=since,
        until=until,
        closed_by=by,
    )
    kept = [_kept(each, statement) for each in sorted(lines, key=lambda line: line.week)]
    LedgerLine.objects.bulk_create(kept, batch_size=1000)
    _keep_teams(
        statement, {each.person.pk for each in lines} | {each.person.pk for each in corrections}
    )
    corrections.update(statement=statement)
    record(
        actor=by,
        verb="ledger.settled",
        subject=campaign,
        statement=statement.number,
        until=until.isoformat(),
        lines=len(lines),
    )
    return statement


def _keep_teams(statement: Statement, people: set[int]) -> None:
    """For whom each of them works when it is settled: whom else they work for later changes not
    what was paid to whom."""
    teams = team_in(statement.campaign, people)
    StatementTeam.objects.bulk_create(
        StatementTeam(statement=statement, person_id=person, team=team)
        for person, team in sorted(teams.items())
    )


def _lock(campaign: Campaign) -> None:
    """Whoever hands in work waits for nobody: their rows name the campaign, and change it not."""
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)


def _kept(line: Line, statement: Statement) -> LedgerLine:
    terms = line.terms
    if terms is None or line.amount is None or line.voided_amount is None:
        raise WorkWithoutRate(line.week, PaidKind(line.kind))
    return LedgerLine(
        statement=statement,
        person=line.person,
        week=line.week,
        kind=line.kind,
        currency=terms.currency,
        per_item=terms.per_item,
        per_hour=terms.per_hour,
        items=line.items,
        tenths=line.tenths,
        voided_items=line.voided_items,
        voided_tenths=line.voided_tenths,
        amount=line.amount,
        voided_amount=line.voided_amount,
    )
