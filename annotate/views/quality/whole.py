"""How far people agree: overall, by slice and by question."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotate.models import AgreementSlice, QualityReport
from annotate.selectors.quality import slice_of, slices_by, trend_of
from annotate.views.leads import leads_only
from annotate.views.looking import Looking, looking_at
from annotate.views.quality.cells import figure_cells
from annotate.views.quality.framing import findings_in, frame, report_of
from annotate.views.tables import Cell, Column, Found, Table, file_asked_for
from commons.views.requests import AuthedRequest

MEASURES = ("agreement", "tau", "alpha", "w")


@leads_only
@require_safe
def quality(request: AuthedRequest) -> HttpResponse:
    """How far people agree: overall, by slice and by question."""
    looking = looking_at(request, one=True)
    report = report_of(looking)
    tables = _agreement_tables(looking, report) if report else []
    if file := file_asked_for(request, tables):
        return file
    context = {
        **frame(looking, report, "annotate:quality"),
        "tables": [each.addressed(request) for each in tables],
        "trend": trend_of(report, looking.wanting, "agreement") if report else [],
        "findings": findings_in(report, looking, "ambiguous"),
        "apart": looking.explore(agreement="apart"),
    }
    return render(request, "annotate/quality.html", context)


def _agreement_tables(looking: Looking, report: QualityReport) -> list[Table]:
    tables = [_whole_table(looking, report)]
    for facet, label in (("skill", _("By skill")), ("language", _("By language"))):
        tables.append(_facet_table(looking, report, facet, label))
    tables += [
        _facet_table(looking, report, "week", _("By week")),
        _part_table(report, "agreement", "kind", _("By answers offered"), _answers),
        _part_table(report, "agreement", "strength", _("By strength"), _strength),
        _part_table(report, "alpha", "flag", _("Flags: α"), str),
        _part_table(report, "alpha", "rating", _("Ratings: α"), str),
        _kappa_table(report),
    ]
    return [each for each in tables if each.rows or each.key in ("whole", "skill")]


def _whole_table(looking: Looking, report: QualityReport) -> Table:
    found = [slice_of(report, looking.wanting, each) for each in MEASURES]
    return Table(
        "whole",
        _("Together"),
        _figure_columns(_("Figure")),
        [
            (Cell(str(each.get_measure_display())), *figure_cells(each))
            for each in found
            if each is not None
        ],
        about=_(
            "Of items that several people judged by chance; a tie against a preference is half an "
            "agreement. The human ceiling of a reward model is the first line."
        ),
        empty=_("Fewer than five prompts were judged by two people: nothing can be said yet."),
    )


def _figure_columns(first: str) -> tuple[Column, ...]:
    return (
        Column(first),
        # xgettext:no-python-format
        Column(_("Value and 95 % interval"), is_drawn=True),
        Column(_("By chance"), is_number=True),
        Column(_("Prompts"), is_number=True),
    )


def _facet_table(looking: Looking, report: QualityReport, facet: str, title: str) -> Table:
    alphas = {
        (each.skill, each.language, each.week): each for each in slices_by(report, "alpha", facet)
    }
    rows = []
    for each in slices_by(report, "agreement", facet):
        name, asked = _named(each, facet)
        alpha = alphas.get((each.skill, each.language, each.week))
        beside = Cell(found=Found(alpha.value, alpha.low, alpha.high)) if alpha else Cell()
        link = looking.explore(**asked, agreement="apart")
        rows.append((Cell(name, link), *figure_cells(each), beside))
    columns = (*_figure_columns(title.removeprefix("By ").capitalize()), Column("α"))
    return Table(facet, title, columns, rows, empty=_("No slice has five prompts yet."))


def _named(each: AgreementSlice, facet: str) -> tuple[str, dict[str, str]]:
    if facet == "week":
        assert each.week is not None  # of the facet
        said = f"{each.week:%G-W%V}"
        return said, {"week": said}
    value = str(getattr(each, facet))
    return value or _("any"), {facet: value}


def _answers(said: str) -> str:
    return _("%(count)s answers") % {"count": said}


def _strength(said: str) -> str:
    named = {"1": _("slightly better"), "2": _("better"), "3": _("significantly better")}
    return named.get(said, said)


def _part_table(report: QualityReport, measure: str, facet: str, title: str, named: Any) -> Table:
    rows = [
        (Cell(named(each.part)), *figure_cells(each)) for each in slices_by(report, measure, facet)
    ]
    return Table(facet, title, _figure_columns(_("Part")), rows)


def _kappa_table(report: QualityReport) -> Table:
    columns = (
        Column(_("Rating")),
        Column(_("Pairs of raters"), is_number=True),
        Column(_("Lowest"), is_number=True),
        Column(_("Median"), is_number=True),
        Column(_("Highest"), is_number=True),
    )
    rows = [
        (
            Cell(name),
            Cell(each["pairs"]),
            *(Cell(each[at]) for at in ("lowest", "median", "highest")),
        )
        for name, each in report.figures.get("kappas", {}).items()
    ]
    return Table("kappa", _("Ratings: weighted κ of every two raters"), columns, rows)
