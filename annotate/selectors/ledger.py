"""What people are owed: the weeks that are open, what was settled, and what was corrected."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from annotate.enums import PaidKind
from annotate.models import Campaign, Correction, LedgerLine, Rate, Statement
from annotate.pay import Terms, amount_of
from annotate.selectors.campaign import visible_campaign_filter
from annotate.selectors.measured import Done, done_by_now, done_in, reviewed_in
from annotate.selectors.tally import week_start
from commons.models import User

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Line:
    """What one person did of one kind in one week (its Monday) under one rate; no rate, no amount.

    No kind: settled before kinds were told apart.
    """

    person: User
    week: date
    kind: str
    items: int
    tenths: int
    voided_items: int
    voided_tenths: int
    terms: Terms | None
    amount: Decimal | None
    voided_amount: Decimal | None


@dataclass(kw_only=True)
class DoneSums:
    """What was done, put together. Of ``work``, ``voided`` counts for nothing else."""

    items: int = 0
    tenths: int = 0
    work: Decimal = field(default=NOTHING)
    voided: Decimal = field(default=NOTHING)

    def add(self, line: Line) -> None:
        """As it was rounded, so that a column adds up; without terms it is worth nothing."""
        self.items += line.items
        self.tenths += line.tenths
        self.work += line.amount or NOTHING
        self.voided += line.voided_amount or NOTHING


@dataclass(kw_only=True)
class OwedSums(DoneSums):
    """What is owed for it, with what was corrected."""

    corrected: Decimal = field(default=NOTHING)

    @property
    def total(self) -> Decimal:
        return self.work + self.corrected


@dataclass
class Owed(OwedSums):
    """What one person is owed in one currency."""

    person: User
    currency: str


def open_since(campaign: Campaign) -> date | None:
    """The day on which what is not settled begins; None: from the beginning."""
    return campaign.statements.order_by("-number").values_list("until", flat=True).first()


def open_lines(
    campaign: Campaign,
    *,
    until: date | None = None,
    person: User | None = None,
    people: QuerySet[Any, Any] | None = None,
) -> list[Line]:
    """What is not settled yet, the latest week first: read from the judgements as they stand.

    Of everybody, or of one person, or of some ``people``.
    """
    since, rates = open_since(campaign), _rates(campaign)
    done = done_in(campaign, since=since, until=until, person=person, people=people)
    if (paid := _reviews_paid_since(rates, since)) is not None:
        done += reviewed_in(campaign, since=paid, until=until, person=person, people=people)
    return _lines(done, rates)


def lines_by_now(campaign: Campaign) -> list[Line]:
    """The same for a page, which does not read all that was ever done: older days as they were
    counted some minutes ago."""
    return lines_since(campaign, open_since(campaign))


def lines_since(campaign: Campaign, since: date | None, until: date | None = None) -> list[Line]:
    """The same of any days: what they are worth by the rates as they are, settled or not."""
    rates = _rates(campaign)
    done = done_by_now(campaign, since=since, until=until)
    if (paid := _reviews_paid_since(rates, since)) is not None:
        done += reviewed_in(campaign, since=paid, until=until)
    return _lines(done, rates)


def _rates(campaign: Campaign) -> list[Rate]:
    return list(campaign.rates.order_by("holds_from"))


def _reviews_paid_since(rates: Iterable[Rate], since: date | None) -> date | None:
    """From which of these days on reviews are paid; None: they are not. A review for which no rate
    holds is no work without a rate: it stops no statement."""
    named = [each.holds_from for each in rates if each.kind == PaidKind.REVIEW]
    return max(min(named), since or date.min) if named else None


def _lines(found: Iterable[Done], rates: Sequence[Rate]) -> list[Line]:
    sums: dict[tuple[date, int, str, Terms | None], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for done in found:
        terms = terms_on(done.day, rates, done.kind)
        key = (week_start(done.day), done.person, done.kind, terms)
        sums[key] = [sum(pair) for pair in zip(sums[key], _counts(done), strict=True)]
    known = User.objects.in_bulk({who for _, who, _, _ in sums})
    lines = [
        _line(known[who], week, kind, terms, counts)
        for (week, who, kind, terms), counts in sums.items()
    ]
    return sorted(lines, key=_in_order)


def _counts(done: Done) -> tuple[int, int, int, int]:
    return done.items, done.tenths, done.voided_items, done.voided_tenths


def terms_on(day: date, rates: Sequence[Rate], kind: str) -> Terms | None:
    """What holds on a day for a kind of work; ``rates`` are in order of time.

    The last that names the kind, else the last that names none, which is not of reviews.
    """
    holding = [each for each in rates if each.holds_from <= day]
    named = [each for each in holding if kind and each.kind == kind]
    of_all = [each for each in holding if not each.kind and kind != PaidKind.REVIEW]
    best = (named or of_all)[-1:]
    return terms_of(best[0]) if best else None


def terms_of(rate: Rate | LedgerLine) -> Terms:
    return Terms(rate.currency, rate.per_item, rate.per_hour)


def _line(person: User, week: date, kind: str, terms: Terms | None, counts: Sequence[int]) -> Line:
    items, tenths, voided_items, voided_tenths = counts
    return Line(
        person,
        week,
        kind,
        items,
        tenths,
        voided_items,
        voided_tenths,
        terms,
        _worth(terms, items, tenths),
        _worth(terms, voided_items, voided_tenths),
    )


def _worth(terms: Terms | None, items: int, tenths: int) -> Decimal | None:
    return amount_of(terms, items=items, tenths=tenths) if terms else None


def _in_order(line: Line) -> tuple[timedelta, str, str, tuple[Terms, ...]]:
    terms = (line.terms,) if line.terms else ()
    return date.max - line.week, line.person.username, line.kind, terms


def settled_lines(rows: QuerySet[LedgerLine]) -> list[Line]:
    """As they were when they were settled."""
    found = rows.select_related("person").order_by("-week", "person__username", "pk")
    return [_settled(each) for each in found]


def own_settled_lines(campaign: Campaign, person: User) -> list[tuple[Line, int]]:
    """A person's own, the latest statement first, each with the number of its statement."""
    rows = LedgerLine.objects.filter(statement__campaign=campaign, person=person)
    found = rows.select_related("person", "statement").order_by("-statement", "-week", "pk")
    return [(_settled(each), each.statement.number) for each in found]


def _settled(each: LedgerLine) -> Line:
    return Line(
        each.person,
        each.week,
        each.kind,
        each.items,
        each.tenths,
        each.voided_items,
        each.voided_tenths,
        terms_of(each),
        each.amount,
        each.voided_amount,
    )


def open_corrections(campaign: Campaign) -> QuerySet[Correction]:
    found = campaign.corrections.filter(statement__isnull=True)
    return found.select_related("person", "by").order_by("-pk")


def owed_by(lines: Iterable[Line], corrections: Iterable[Correction]) -> list[Owed]:
    """Sums of the lines as they were rounded, so that a column adds up, and of corrections."""
    found: dict[tuple[str, str], Owed] = {}
    for line in lines:
        if line.terms is None or line.amount is None or line.voided_amount is None:
            continue
        _of(found, line.person, line.terms.currency).add(line)
    for each in corrections:
        _of(found, each.person, each.currency).corrected += each.amount
    return [found[key] for key in sorted(found)]


def _of(found: dict[tuple[str, str], Owed], person: User, currency: str) -> Owed:
    return found.setdefault((person.username, currency), Owed(person, currency))


def statements_led_by(user: User) -> QuerySet[Statement]:
    mine = Statement.objects.filter(visible_campaign_filter(user))
    return mine.select_related("campaign", "closed_by")


def campaigns_worked_in(user: User) -> QuerySet[Campaign]:
    """Where a person is or was a member: whoever was taken out is owed for what they did."""
    return Campaign.objects.filter(memberships__person=user).order_by("name")
