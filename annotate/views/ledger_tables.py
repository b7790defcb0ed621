"""Hours, items and money as tables, on pages and in files for whoever pays."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext as _

from annotate.enums import PaidKind
from annotate.models import Correction
from annotate.pay import CENT, Terms, hours_said
from annotate.selectors.ledger import Line, Owed
from annotate.selectors.ledger_kinds import DoneOfKind
from annotate.views.tables import Cell, Column, Table
from commons.models import User

TEN = Decimal(10)


class Sums(Protocol):
    """What is owed to whomever: a person, a team, a team for one kind of work."""

    @property
    def items(self) -> int: ...
    @property
    def tenths(self) -> int: ...
    @property
    def work(self) -> Decimal: ...
    @property
    def voided(self) -> Decimal: ...
    @property
    def corrected(self) -> Decimal: ...
    @property
    def total(self) -> Decimal: ...
    @property
    def currency(self) -> str: ...


def owed_columns() -> tuple[Column, ...]:
    return (
        Column(_("Items"), is_number=True),
        time_column(),
        Column(_("For work"), is_number=True),
        Column(_("Of it voided"), is_number=True),
        Column(_("Corrections"), is_number=True),
        Column(_("Owed"), is_number=True),
        Column(_("Currency")),
    )


def owed_cells(each: Sums) -> tuple[Cell, ...]:
    return (
        Cell(each.items),
        time_cell(each.tenths),
        Cell(each.work),
        Cell(each.voided),
        Cell(each.corrected),
        Cell(each.total),
        Cell(each.currency),
    )


def owed_table(owed: Sequence[Owed]) -> Table:
    """One row for each payment."""
    columns = [
        *_who_columns(),
        *owed_columns(),
    ]
    rows = [
        [
            *_who(each.person),
            *owed_cells(each),
        ]
        for each in owed
    ]
    return Table("owed", _("What is owed"), columns, rows, _about_voided(), _("Nothing yet."))


def time_column() -> Column:
    """Hours on a page, as people read them; in a file seconds, as programs add them up."""
    said, in_file = _("Time at work (h:mm:ss)"), _("Seconds at work")
    return Column(said, is_number=True, in_file=in_file)


def kinds_table(done: Sequence[DoneOfKind]) -> Table:
    """One row for each kind of work under one rate."""
    columns = [
        kind_column(),
        Column(_("Items"), is_number=True),
        time_column(),
        Column(_("For each item"), is_number=True),
        Column(_("For each hour"), is_number=True),
        Column(_("For work"), is_number=True),
        Column(_("Of it voided"), is_number=True),
        Column(_("Currency")),
    ]
    rows = [
        [
            kind_cell(each.kind),
            Cell(each.items),
            time_cell(each.tenths),
            *_rate_cells(each.terms),
            Cell(each.work if each.terms else None),
            Cell(each.voided if each.terms else None),
            _currency_cell(each.terms),
        ]
        for each in done
    ]
    about = _("Reviews are counted where a rate names them; their time is not measured.")
    return Table("kinds", _("By kind of work"), columns, rows, about, _("Nothing yet."))


def kind_column() -> Column:
    return Column(_("Kind of work"))


def kind_cell(kind: str) -> Cell:
    """Its name on a page; in a file what programs know it by. None: of no kind alone."""
    return Cell(kind, shown=str(PaidKind(kind).label)) if kind else Cell()


def _rate_cells(terms: Terms | None) -> list[Cell]:
    return [
        Cell(plain(terms.per_item) if terms else None),
        Cell(plain(terms.per_hour) if terms else None),
    ]


def _currency_cell(terms: Terms | None) -> Cell:
    return Cell(terms.currency) if terms else Cell(_("no rate"), badge="wait")


def lines_table(lines: Sequence[Line]) -> Table:
    """One row for each kind of work in a week of a person under one rate."""
    columns = [*_who_columns(), *line_columns()]
    rows = [[*_who(each.person), *line_cells(each)] for each in lines]
    return Table("weeks", _("By week"), columns, rows, empty=_("Nothing yet."))


def line_columns() -> list[Column]:
    return [
        Column(_("Week from")),
        kind_column(),
        Column(_("Items"), is_number=True),
        time_column(),
        Column(_("For each item"), is_number=True),
        Column(_("For each hour"), is_number=True),
        Column(_("For work"), is_number=True),
        Column(_("Voided items"), is_number=True),
        Column(_("Of it voided"), is_number=True),
        Column(_("Currency")),
    ]


def line_cells(line: Line) -> list[Cell]:
    return [
        Cell(line.week),
        kind_cell(line.kind),
        Cell(line.items),
        time_cell(line.tenths),
        *_rate_cells(line.terms),
        Cell(line.amount),
        Cell(line.voided_items),
        Cell(line.voided_amount),
        _currency_cell(line.terms),
    ]


def corrections_table(corrections: Iterable[Correction]) -> Table:
    columns = [
        *_who_columns(),
        kind_column(),
        Column(_("Amount"), is_number=True),
        Column(_("Currency")),
        Column(_("Why")),
        Column(_("By")),
        Column(_("When")),
    ]
    rows = [
        [
            *_who(each.person),
            kind_cell(each.kind),
            Cell(each.amount),
            Cell(each.currency),
            Cell(each.reason),
            Cell(each.by.username if each.by else ""),
            Cell(each.at),
        ]
        for each in corrections
    ]
    return Table("corrections", _("Corrections"), columns, rows, empty=_("None."))


def plain(rate: Decimal) -> Decimal:
    """With two places at least, and no more than it needs."""
    return rate.quantize(CENT) if rate == rate.quantize(CENT) else rate


def _about_voided() -> str:
    return _("What was voided is paid with the rest, unless a lead takes it off by a correction.")


def _who_columns() -> list[Column]:
    return [Column(_("User name")), Column(_("Id"))]


def _who(person: User) -> list[Cell]:
    """The short form of the id on a page, the whole of it in a file."""
    return [Cell(person.username), Cell(str(person.uuid), shown=str(person.uuid)[:8])]


def time_cell(tenths: int) -> Cell:
    return Cell(Decimal(tenths) / TEN, shown=hours_said(tenths))
