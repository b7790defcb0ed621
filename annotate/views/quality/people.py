"""Everybody whose judgements were doubled, and every two of them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotate.models import QualityReport
from annotate.selectors.gold import PersonCount, person_counts, rules_of
from annotate.selectors.quality_slices import pairs_in, raters_in
from annotate.views.leads import leads_only
from annotate.views.looking import ALL_OF_IT, Looking, looking_at
from annotate.views.looks import note_people
from annotate.views.quality.cells import (
    asked_in,
    checks_of,
    consistency_of,
    estimate_of,
    pair_cells,
    pair_columns,
    rater_link,
    shared,
    shared_with_others,
    verdict_of,
)
from annotate.views.quality.framing import findings_in, frame, report_of
from annotate.views.quality.parts import part_table
from annotate.views.tables import Cell, Column, Table, file_asked_for
from commons.views.requests import AuthedRequest

PAIRS = 200


@leads_only
@require_safe
def raters(request: AuthedRequest) -> HttpResponse:
    """Everybody whose judgements were doubled, and every two of them."""
    looking = looking_at(request, one=True)
    report = report_of(looking)
    tables = []
    if report:
        raters_of = part_table if looking.is_narrowed else _raters_table
        tables = [raters_of(looking, report), _pairs_table(looking, report, request)]
    if file := file_asked_for(request, tables, looking.wanting.campaigns):
        return file
    note_people(request, looking.wanting.campaigns)
    context = {
        **frame(looking, report, "annotate:raters"),
        "tables": [each.addressed(request) for each in tables],
        "findings": [
            each
            for begins in ("careless", "weak", "position")
            for each in findings_in(report, begins)
        ],
    }
    return render(request, "annotate/quality.html", context)


def _raters_table(looking: Looking, report: QualityReport) -> Table:
    columns = (
        Column(_("Rater")),
        Column(_("Items doubled"), is_number=True),
        Column(_("Consistency"), is_drawn=True),
        Column(_("Agrees with others"), is_drawn=True),
        Column(_("As checks should be"), is_drawn=True),
        Column(_("Evidence")),
    )
    least = rules_of(report.campaign).least_items
    checked: dict[int | None, PersonCount] = {
        each.person: each for each in person_counts([report.campaign], least=least)
    }
    rows = [
        (
            Cell(str(each.rater), rater_link(looking, each.rater)),
            Cell(each.doubled, shared_with_others(looking, each.rater, **ALL_OF_IT)),
            consistency_of(each),
            estimate_of(each.figures.get("agreement")),
            checks_of(checked.get(each.rater.user_id)),
            verdict_of(each),
        )
        for each in raters_in(report)
    ]
    return Table(
        "raters",
        _("Raters"),
        columns,
        rows,
        about=_(
            "Consistency is the chance that a vote goes the way the answers deserve: a coin has "
            "0.5. Read the interval, not the value: it is wide for whoever judged little."
        ),
        empty=_("Nobody has judged anything that others judged too."),
    )


def _pairs_table(looking: Looking, report: QualityReport, request: AuthedRequest) -> Table:
    """A page is given no more than it shows: there may be twenty thousand."""
    found = pairs_in(report)
    is_file, asked = request.GET.get("csv") == "pairs", asked_in(report)
    columns = (
        Column(_("Rater")),
        Column(_("and")),
        *pair_columns(asked),
    )
    about = _(
        "Those who agree least first. It says that two differ, not who is right. By chance "
        "τ-b, α and κ are 0, and W of two is 0.5."
    )
    return Table(
        "pairs",
        _("Pairs of raters"),
        columns,
        [
            (
                Cell(str(each.one), rater_link(looking, each.one)),
                Cell(str(each.other), rater_link(looking, each.other)),
                *pair_cells(each, shared(looking, each.one, each.other), asked),
            )
            for each in (found if is_file else found[:PAIRS])
        ],
        about=f"{about} {_('Of the whole campaign.')}" if looking.is_narrowed else about,
        empty=_("No two people share ten prompts yet."),
        most=PAIRS,
        total=found.count(),
    )
