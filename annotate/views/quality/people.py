"""Everybody whose judgements were doubled, and every two of them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotate.models import QualityReport
from annotate.selectors.gold import PersonCount, person_counts, rules_of
from annotate.selectors.quality import pairs_in, raters_in
from annotate.views.leads import leads_only
from annotate.views.looking import Looking, looking_at
from annotate.views.quality.cells import (
    agree_of,
    checks_of,
    consistency_of,
    estimate_of,
    rater_link,
    shared,
    verdict_of,
)
from annotate.views.quality.framing import findings_in, frame, report_of
from annotate.views.tables import Cell, Column, Table, file_asked_for
from commons.views.requests import AuthedRequest

PAIRS = 200


@leads_only
@require_safe
def raters(request: AuthedRequest) -> HttpResponse:
    """Everybody whose judgements were doubled, and every two of them."""
    looking = looking_at(request, one=True)
    report = report_of(looking)
    tables = (
        [_raters_table(looking, report), _pairs_table(looking, report, request)] if report else []
    )
    if file := file_asked_for(request, tables, looking.wanting.campaigns):
        return file
    context = {
        **frame(looking, report, "annotate:raters"),
        "is_whole": True,
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
            Cell(each.doubled),
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
    is_file = request.GET.get("csv") == "pairs"
    columns = (
        Column(_("Rater")),
        Column(_("and")),
        Column(_("Agree"), is_drawn=True),
        Column(_("Prompts"), is_number=True),
    )
    return Table(
        "pairs",
        _("Pairs of raters"),
        columns,
        [
            (
                Cell(str(each.one), rater_link(looking, each.one)),
                Cell(str(each.other), rater_link(looking, each.other)),
                agree_of(each),
                Cell(each.prompts, shared(looking, each.one, each.other)),
            )
            for each in (found if is_file else found[:PAIRS])
        ],
        about=_("Those who agree least first. It says that two differ, not who is right."),
        empty=_("No two people share ten prompts yet."),
        most=PAIRS,
        total=found.count(),
    )
