"""What a person has done and is owed, for that person."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotate.selectors.ledger import Line, campaigns_worked_in, open_lines, own_settled_lines
from annotate.views.ledger_tables import kind_cell, kind_column, line_cells, line_columns
from annotate.views.tables import Cell, Column, Table, file_asked_for
from commons.models import User
from commons.views.requests import AuthedRequest


@login_required
@require_safe
def own_ledger(request: AuthedRequest) -> HttpResponse:
    """By week, settled or not, and what leads have corrected, with their reasons."""
    tables = [each for each in (_weeks(request.user), _corrections(request.user)) if each.rows]
    if file := file_asked_for(request, tables):
        return file
    context = {"tables": [each.addressed(request) for each in tables]}
    return render(request, "annotate/own_ledger.html", context)


def _weeks(user: User) -> Table:
    rows: list[list[Cell]] = []
    for campaign in campaigns_worked_in(user):
        rows += [_row(campaign.name, each, None) for each in open_lines(campaign, person=user)]
        rows += [_row(campaign.name, *each) for each in own_settled_lines(campaign, user)]
    columns = [Column(_("Campaign")), *line_columns(), Column(_("Settled"))]
    return Table("weeks", _("By week"), columns, rows)


def _row(campaign: str, line: Line, statement: int | None) -> list[Cell]:
    return [Cell(campaign), *line_cells(line), _settled(statement)]


def _settled(statement: int | None) -> Cell:
    if statement is None:
        return Cell(_("not yet"), badge="wait")
    return Cell(_("statement %(number)d") % {"number": statement})


def _corrections(user: User) -> Table:
    found = user.corrections.select_related("campaign", "statement").order_by("-pk")
    rows = [
        [
            Cell(each.campaign.name),
            kind_cell(each.kind),
            Cell(each.amount),
            Cell(each.currency),
            Cell(each.reason),
            Cell(each.at),
            _settled(each.statement.number if each.statement else None),
        ]
        for each in found
    ]
    columns = [
        Column(_("Campaign")),
        kind_column(),
        Column(_("Amount"), is_number=True),
        Column(_("Currency")),
        Column(_("Why")),
        Column(_("When")),
        Column(_("Settled")),
    ]
    return Table("corrections", _("Corrections"), columns, rows)
