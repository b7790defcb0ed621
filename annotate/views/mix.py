"""Behind the dashboard: what mix of prompts came, beside what is wanted."""

from collections.abc import Iterator

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotate.forms.planner import MixForm, lines_of
from annotate.models import Campaign
from annotate.selectors.finding import told_of
from annotate.selectors.quality import MixCell, Wanting, mix_of, newest_reports
from annotate.services.mix import want_mix
from annotate.views.leads import leads_only
from annotate.views.looking import Looking, looking_at
from annotate.views.mix_drawn import mix_drawn, prompts_of
from annotate.views.quality.framing import frame
from annotate.views.tables import Cell, Column, Table, file_asked_for
from commons.views.requests import AuthedRequest


@leads_only
@require_http_methods(["GET", "POST"])
def mix(request: AuthedRequest) -> HttpResponse:
    """What prompts came in the last four weeks beside what is wanted; a lead says what is."""
    looking = looking_at(request, one=True)
    campaign = looking.wanting.campaign
    if campaign is None:
        raise Http404
    cells = {facet: mix_of(campaign, facet, looking.wanting) for facet in ("skill", "language")}
    titles = {"skill": _("Skills"), "language": _("Languages")}
    tables = [_mix_table(looking, facet, titles[facet], cells[facet]) for facet in titles]
    if file := file_asked_for(request, tables, looking.wanting.campaigns):
        return file
    form = MixForm(request.POST or None, initial=_wanted(campaign))
    if form.is_valid():
        said = form.cleaned_data
        want_mix(
            campaign=campaign, skills=said["skills"], languages=said["languages"], by=request.user
        )
        return redirect(f"{request.path}{looking.query}")
    report = newest_reports([campaign]).get(campaign.pk)
    tables = [each.addressed(request) for each in tables]
    context = {
        **frame(looking, report, "annotate:mix"),
        "form": form,
        "tables": tables,
        "mixed": [(each, mix_drawn(looking, each.key, cells[each.key])) for each in tables],
        "findings": [
            each
            for each in (told_of([report]) if report else [])
            if each.sort.startswith("missing")
        ],
    }
    return render(request, "annotate/mix.html", context, status=422 if form.is_bound else 200)


def _wanted(campaign: Campaign) -> dict[str, str]:
    """Of the campaign, whatever is looked at."""
    cells = {facet: mix_of(campaign, facet, Wanting([campaign])) for facet in ("skill", "language")}
    return {
        f"{facet}s": lines_of({each.value: each.wanted for each in found if each.wanted})
        for facet, found in cells.items()
    }


def _mix_table(looking: Looking, facet: str, title: str, cells: list[MixCell]) -> Table:
    columns = (
        Column(title),
        Column(_("Came"), is_number=True),
        Column(_("Share"), is_number=True),
        Column(_("Wanted share"), is_number=True),
        Column(_("Wanted"), is_number=True),
    )
    rows = [
        (
            Cell(each.value or _("none"), prompts_of(looking, facet, each)),
            Cell(each.had, badge="wait" if each.expected and each.had < each.expected / 2 else ""),
            Cell(each.share, is_share=True),
            Cell(each.wanted, is_share=True),
            Cell(each.expected),
        )
        for each in cells
    ]
    about = " ".join(_about(looking.wanting, facet))
    return Table(facet, title, columns, rows, about=about, empty=_("No prompt came."))


def _about(wanting: Wanting, facet: str) -> Iterator[str]:
    if wanting.week:
        yield _("Prompts of %(week)s.") % {"week": f"{wanting.week:%G-W%V}"}
    else:
        yield _("Prompts of the last four weeks and of this one.")
    within = [value for name, value in wanting.cell.items() if name != facet]
    if within:
        said = _("Of %(within)s alone; shares are wanted of the whole campaign, so none is here.")
        yield said % {"within": within[0]}
