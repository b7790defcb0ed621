"""Behind the dashboard: how much more it takes, what mix of prompts is missing, what was saved."""

from collections.abc import Callable, Iterator

import numpy as np
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from annotate.enums import Kind
from annotate.models import Campaign, QualityReport
from annotate.planning_forms import MixForm, PlanForm, lines_of
from annotate.selectors.quality import (
    MixCell,
    held_out_of,
    mix_of,
    newest_reports,
    savings_of,
    slice_of,
)
from annotate.selectors.tally import daily_counts, week_start
from annotate.services.mix import want_mix
from annotate.stats.planning import (
    ELO,
    Need,
    cost_of,
    days_for,
    votes_to_fill,
    votes_to_narrow,
    votes_to_separate,
)
from annotate.views.finding import told_of
from annotate.views.leads import leads_only
from annotate.views.looking import Looking, looking_at
from annotate.views.quality.framing import frame, report_of
from annotate.views.tables import Cell, Column, Table, file_asked_for
from commons.stats.bootstrap import Estimate
from commons.stats.errors import StatisticsError
from commons.translating import translated
from commons.views.requests import AuthedRequest

WEEK_OF_DAYS = 8  # the seven before today, and today, which is not over


@leads_only
@require_safe
def planner(request: AuthedRequest) -> HttpResponse:
    """How many more judgements, how many days and what cost; answered where it can be."""
    looking = looking_at(request, one=True)
    report = report_of(looking)
    names = PlanForm.base_fields
    given = {name: request.GET.get(name, names[name].initial) for name in names}
    form = PlanForm(given)
    campaign = looking.wanting.campaign
    tables = []
    if form.is_valid() and campaign is not None:
        tables = [_plan_table(looking, campaign, report, form.cleaned_data)]
    if file := file_asked_for(request, tables):
        return file
    context = {
        **frame(looking, report, "annotate:planner"),
        "form": form,
        "tables": [each.addressed(request) for each in tables],
    }
    status = 200 if form.is_valid() else 422
    return render(request, "annotate/planner.html", context, status=status)


def _plan_table(
    looking: Looking, campaign: Campaign, report: QualityReport | None, said: dict[str, float]
) -> Table:
    daily = np.array(
        [
            float(day.rankings)
            for day in daily_counts(Campaign.objects.filter(pk=campaign.pk), WEEK_OF_DAYS)[:-1]
        ]
    )
    columns = (
        Column(_("Question")),
        Column(_("Judgements more"), is_number=True),
        Column(_("Prompts"), is_number=True),
        Column(_("Days at this week's pace"), is_number=True),
        Column(_("Cost"), is_number=True),
    )
    rows = [
        (Cell(question), *_answer(need, daily, said["rate"]))
        for question, need in _needs(looking, campaign, report, said)
    ]
    # xgettext:no-python-format
    about = _("A plan takes today's figures for the truth. Days are with their 95 % interval.")
    return Table("plan", _("The plan"), columns, rows, about=about)


def _needs(
    looking: Looking, campaign: Campaign, report: QualityReport | None, said: dict[str, float]
) -> Iterator[tuple[str, Callable[[], Need]]]:
    work = campaign.works.filter(kind=Kind.RANK).first()
    raters = float(work.wanted) if work else 1.0
    points = _("Separate two policies by %(points)g Elo points") % {"points": said["points"]}
    yield points, lambda: votes_to_separate(said["points"] * ELO)
    alpha = slice_of(report, looking.wanting, "alpha") if report else None
    if alpha is not None:
        found = Estimate(alpha.value, alpha.low, alpha.high, 0.95, alpha.prompts)
        width = said["half_width"]
        yield (
            _("Bring α's interval to ± %(width)g") % {"width": width},
            lambda: votes_to_narrow(found, width, raters=max(2.0, raters)),
        )
    have, wanted = held_out_of(campaign, week_start()), int(said["held_out"])
    yield (
        _("Fill this week's held-out set: %(have)d of %(wanted)d")
        % {"have": have, "wanted": wanted},
        lambda: votes_to_fill(wanted, have, raters=raters),
    )


def _answer(
    ask: Callable[[], Need], daily: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", rate: float
) -> tuple[Cell, Cell, Cell, Cell]:
    try:
        need = ask()
    except StatisticsError as undefined:
        return Cell(translated(undefined)), Cell(), Cell(), Cell()
    cost = Cell(cost_of(need, rate=rate), digits=2)
    try:
        days = days_for(need, daily)
    except StatisticsError:
        return Cell(need.votes), Cell(need.prompts), Cell(_("no pace yet")), cost
    high = f"{days.high:.0f}" if days.high is not None else "∞"
    said = f"{days.value:.0f} [{days.low:.0f}, {high}]"
    return Cell(need.votes), Cell(need.prompts), Cell(said), cost


@leads_only
@require_http_methods(["GET", "POST"])
def mix(request: AuthedRequest) -> HttpResponse:
    """What prompts came in the last four weeks beside what is wanted; a lead says what is."""
    looking = looking_at(request, one=True)
    campaign = looking.wanting.campaign
    if campaign is None:
        raise Http404
    cells = {facet: mix_of(campaign, facet) for facet in ("skill", "language")}
    tables = [
        _mix_table(looking, "skill", _("Skills"), cells["skill"]),
        _mix_table(looking, "language", _("Languages"), cells["language"]),
    ]
    if file := file_asked_for(request, tables):
        return file
    form = MixForm(request.POST or None, initial=_wanted(cells))
    if form.is_valid():
        said = form.cleaned_data
        want_mix(
            campaign=campaign, skills=said["skills"], languages=said["languages"], by=request.user
        )
        return redirect(f"{request.path}{looking.query}")
    report = newest_reports([campaign]).get(campaign.pk)
    context = {
        **frame(looking, report, "annotate:mix"),
        "form": form,
        "tables": [each.addressed(request) for each in tables],
        "findings": [
            each
            for each in (told_of([report], looking) if report else [])
            if each.sort.startswith("missing")
        ],
    }
    return render(request, "annotate/mix.html", context, status=422 if form.is_bound else 200)


def _wanted(cells: dict[str, list[MixCell]]) -> dict[str, str]:
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
            Cell(each.value or _("any"), looking.explore(show="prompts", **{facet: each.value})),
            Cell(each.had, badge="wait" if each.expected and each.had < each.expected / 2 else ""),
            Cell(each.share, is_share=True),
            Cell(each.wanted, is_share=True),
            Cell(each.expected),
        )
        for each in cells
    ]
    about = _("Prompts of the last four weeks and of this one.")
    return Table(facet, title, columns, rows, about=about, empty=_("No prompt came."))


@leads_only
@require_safe
def stopping(request: AuthedRequest) -> HttpResponse:
    """What giving up votes on sure items has saved, campaign by campaign."""
    looking = looking_at(request)
    columns = (
        Column(_("Campaign")),
        Column(_("Stops when sure by"), is_number=True),
        Column(_("Items stopped"), is_number=True),
        Column(_("Votes they had"), is_number=True),
        Column(_("Votes saved"), is_number=True),
        Column(_("Of these items' votes"), is_number=True),
    )
    rows = []
    for each in looking.wanting.campaigns:
        work = each.works.filter(kind=Kind.RANK).first()
        found = savings_of(each)
        rows.append(
            (
                Cell(each.name),
                Cell(work.stops_when_sure if work else None, is_share=True),
                Cell(found.tasks),
                Cell(found.votes),
                Cell(found.saved),
                Cell(found.share, is_share=True),
            )
        )
    about = _("Off until a campaign's settings say how sure it wants to be.")
    tables = [Table("stopping", _("Votes saved"), columns, rows, about=about)]
    if file := file_asked_for(request, tables):
        return file
    context = {
        **frame(looking, None, "annotate:stopping"),
        "tables": [each.addressed(request) for each in tables],
        "is_of_all": True,
    }
    return render(request, "annotate/quality.html", context)
