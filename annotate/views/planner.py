"""Behind the dashboard: how much more it takes, and who is here to do it."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotate.forms.planner import PlanForm
from annotate.models import Campaign
from annotate.selectors.planning import Pay, held_out_wanted, pay_in
from annotate.selectors.presence import Here, presence_in
from annotate.stats.presence import day_factors
from annotate.views.leads import leads_only
from annotate.views.looking import looking_at
from annotate.views.looks import note_people
from annotate.views.plan_table import Plan, plan_table
from annotate.views.quality.framing import frame, report_of
from annotate.views.tables import Cell, Column, Table, file_asked_for
from commons.stats.errors import StatisticsError
from commons.views.requests import AuthedRequest


@leads_only
@require_safe
def planner(request: AuthedRequest) -> HttpResponse:
    """How many more judgements, how many days and what cost; answered where it can be."""
    looking = looking_at(request, one=True)
    report = report_of(looking)
    campaign = looking.wanting.campaign
    pay = pay_in(campaign) if campaign else None
    form = PlanForm(request.GET, _given(campaign, pay) if campaign else {})
    tables = []
    if form.is_valid() and campaign is not None:
        team = presence_in(campaign)
        factors = _factors(team)
        tables = [
            plan_table(Plan(looking, campaign, report, form.cleaned_data, pay, factors)),
            _presence_table(team),
        ]
    if file := file_asked_for(request, tables, looking.wanting.campaigns):
        return file
    note_people(request, looking.wanting.campaigns)
    context = {
        **frame(looking, report, "annotate:planner"),
        "form": form,
        "tables": [each.addressed(request) for each in tables],
    }
    status = 200 if form.is_valid() else 422
    return render(request, "annotate/planner.html", context, status=status)


def _given(campaign: Campaign, pay: Pay | None) -> dict[str, str]:
    """The campaign's own numbers; what it does not say is left to whoever asks."""
    found: dict[str, str] = {}
    if wanted := held_out_wanted(campaign):
        found["held_out"] = str(wanted)
    if pay and pay.an_item is not None:
        found["rate"] = f"{pay.an_item:.4f}"
    return found


def _presence_table(team: Sequence[Here]) -> Table:
    """Whoever has said something; nobody has to."""
    columns = (
        Column(_("User name")),
        Column(_("Hours a week, as they say"), is_number=True),
        Column(_("When")),
        Column(_("Hours in the last seven days"), is_number=True),
        Column(_("Items in the last seven days"), is_number=True),
        Column(_("Days away")),
    )
    rows = [
        (
            Cell(each.person.username),
            Cell(each.presence.said, digits=0),
            Cell(each.times),
            Cell(each.presence.hours, digits=1),
            Cell(int(each.presence.items)),
            Cell(", ".join(f"{first:%Y-%m-%d} – {last:%Y-%m-%d}" for first, last in each.absences)),
        )
        for each in team
        if each.presence.said is not None or each.times or each.absences
    ]
    about = _("What people say in their profile under “When you are here”.")
    return Table(
        "presence",
        _("Who is here when"),
        columns,
        rows,
        about=about,
        empty=_("Nobody has said anything."),
    )


def _factors(team: Sequence[Here]) -> Sequence[float] | None:
    """What the days to come are worth beside those of this week; None: nobody has said anything."""
    people = [each.presence for each in team]
    if not any(each.says_something for each in people):
        return None
    try:
        return day_factors(people)
    except StatisticsError:
        return None
