"""What else moves judgements than how good an answer is."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from annotate.models import QualityReport
from annotate.selectors.quality_slices import raters_in
from annotate.views.leads import leads_only
from annotate.views.looking import Looking, looking_at
from annotate.views.looks import note_people
from annotate.views.quality.cells import estimate_of, fitted, rater_link
from annotate.views.quality.framing import findings_in, frame, report_of
from annotate.views.tables import Cell, Column, Table, file_asked_for
from commons.views.requests import AuthedRequest


@leads_only
@require_safe
def bias(request: AuthedRequest) -> HttpResponse:
    """What else moves judgements: of the campaign, and of those who lean beyond it."""
    looking = looking_at(request, one=True)
    report = report_of(looking)
    tables = (
        [_campaign_leanings(looking, report), _rater_leanings(looking, report)] if report else []
    )
    if file := file_asked_for(request, tables, looking.wanting.campaigns):
        return file
    note_people(request, looking.wanting.campaigns)
    context = {
        **frame(looking, report, "annotate:bias"),
        "is_whole": True,
        "tables": [each.addressed(request) for each in tables],
        "findings": findings_in(report, "position"),
    }
    return render(request, "annotate/quality.html", context)


CAMPAIGN_FEATURES = {
    "position": gettext_lazy("Stands first"),
    "length": gettext_lazy("Longer (for e times the length)"),
    "markdown": gettext_lazy("Has Markdown"),
    "refusal": gettext_lazy("Refuses"),
}


def _campaign_leanings(looking: Looking, report: QualityReport) -> Table:
    columns = (
        Column(_("What an answer has")),
        Column(_("Logits that it adds")),
        Column(_("Corrected chance"), is_number=True),
        Column(_("Prompts"), is_number=True),
    )
    rows = [
        (
            Cell(str(CAMPAIGN_FEATURES[each["feature"]])),
            estimate_of(each["estimate"], fitted(looking)),
            Cell(each["chance"], badge="wait" if each["chance"] < 0.01 else "", digits=3),
            Cell(each["estimate"]["n"], fitted(looking)),
        )
        for each in report.figures.get("leanings", [])
    ]
    return Table(
        "campaign",
        _("The campaign"),
        columns,
        rows,
        about=_(
            "Of the newest 20,000 rankings. Longer answers may be better ones: only what stands "
            "first is never a reason."
        ),
        empty=_("Fewer than twenty prompts were ranked."),
    )


def _rater_leanings(looking: Looking, report: QualityReport) -> Table:
    columns = (
        Column(_("Rater")),
        *(Column(str(label)) for label in CAMPAIGN_FEATURES.values()),
        Column(_("Least corrected chance"), is_number=True),
    )
    rows = []
    for each in raters_in(report):
        found = {name: each.figures.get(f"leans_{name}") for name in CAMPAIGN_FEATURES}
        chances = [said["chance"] for said in found.values() if said]
        if chances:
            least, rows_of = min(chances), fitted(looking, by=str(each.rater.uuid))
            rows.append(
                (
                    Cell(str(each.rater), rater_link(looking, each.rater)),
                    *(estimate_of(said, rows_of) for said in found.values()),
                    Cell(least, badge="wait" if least < 0.01 else "", digits=3),
                )
            )
    return Table(
        "leanings",
        _("Raters, beyond the campaign"),
        columns,
        rows,
        about=_("Chances are corrected for all raters and features together (Holm)."),
        empty=_("Nobody has ranked twenty prompts yet."),
    )
