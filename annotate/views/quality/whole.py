"""How far people agree: overall, by slice and by question."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotate.enums import QualityMeasure
from annotate.models import QualityReport
from annotate.selectors.agreement import change_said
from annotate.selectors.quality_slices import (
    change_of,
    slice_of,
    slices_by,
    trend_of,
)
from annotate.selectors.sorts import STRENGTH, STRENGTHS, sort_named
from annotate.views.leads import leads_only
from annotate.views.looking import ALL_OF_IT, Looking, looking_at
from annotate.views.quality.cells import doubled, figure_cells
from annotate.views.quality.facets import (
    MEASURES,
    apart,
    facet_tables,
    figure_columns,
    kind_table,
)
from annotate.views.quality.framing import findings_in, frame, report_of
from annotate.views.quality.machines import machine_table
from annotate.views.quality.questions import question_tables
from annotate.views.tables import Cell, Table, file_asked_for
from commons.views.requests import AuthedRequest


@leads_only
@require_safe
def quality(request: AuthedRequest) -> HttpResponse:
    """How far people agree: overall, by slice and by question."""
    looking = looking_at(request, one=True)
    report = report_of(looking)
    tables = _agreement_tables(looking, report) if report else []
    if file := file_asked_for(request, tables, looking.wanting.campaigns):
        return file
    change = change_of(report, looking.wanting) if report else None
    context = {
        **frame(looking, report, "annotate:quality"),
        "tables": [each.addressed(request) for each in tables],
        "trend": trend_of(report, looking.wanting, "agreement") if report else [],
        "change": change_said(change) if change else "",
        "findings": findings_in(report, "ambiguous"),
        "apart": apart(looking),
    }
    return render(request, "annotate/quality.html", context)


def _agreement_tables(looking: Looking, report: QualityReport) -> list[Table]:
    tables = [
        _whole_table(looking, report),
        *facet_tables(looking, report),
        *_part_tables(looking, report),
        machine_table(report, is_narrowed=looking.is_narrowed),
    ]
    return [each for each in tables if each.rows or each.key in ("whole", "skill")]


def _whole_table(looking: Looking, report: QualityReport) -> Table:
    found = [slice_of(report, looking.wanting, each) for each in MEASURES]
    return Table(
        "whole",
        _("Together"),
        figure_columns(_("Figure")),
        [
            (Cell(str(each.get_measure_display())), *figure_cells(each, doubled(looking)))
            for each in found
            if each is not None
        ],
        about=_(
            "Of items that several people judged by chance; a tie against a preference is half an "
            "agreement. None of it is a ceiling for a reward model: its report card has one."
        ),
        empty=_("Fewer than five prompts were judged by two people: nothing can be said yet."),
    )


def _part_tables(looking: Looking, report: QualityReport) -> list[Table]:
    """Of the whole campaign, however one looks: reports have no such figure of a slice."""
    about = _("Of the whole campaign.") if looking.is_narrowed else ""
    return [
        kind_table(looking, report, about),
        _strength_table(looking, report, about),
        *question_tables(looking, report, about),
    ]


def _strength_table(looking: Looking, report: QualityReport, about: str) -> Table:
    rows = [
        (
            Cell(
                str(STRENGTHS.get(each.part, each.part)),
                apart(looking, **ALL_OF_IT, sort=sort_named(STRENGTH, each.part)),
            ),
            *figure_cells(each),
        )
        for each in slices_by(report, [QualityMeasure.AGREEMENT], STRENGTH)
    ]
    return Table(STRENGTH, _("By strength"), figure_columns(_("Part")), rows, about=about)
