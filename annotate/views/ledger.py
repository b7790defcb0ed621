"""The ledger: what leads pay and correct, and what each person is owed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotate.errors import AnnotateError
from annotate.forms.ledger import CorrectionForm, RateForm, SettleForm, said_of_rate
from annotate.models import Campaign, Correction, Rate, Team
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.invitation import members_of
from annotate.selectors.ledger import (
    Line,
    lines_by_now,
    open_corrections,
    open_since,
    owed_by,
    settled_lines,
    statements_led_by,
)
from annotate.selectors.ledger_kinds import done_by_kind, owed_by_team_and_kind
from annotate.selectors.measured import rolled_up_at
from annotate.selectors.team import team_in
from annotate.selectors.team_ledger import owed_by_team, settled_teams
from annotate.services.ledger import (
    close_statement,
    correct_ledger,
    last_settleable,
    set_rate,
)
from annotate.views.confirming import Done, Question, ask_and_do
from annotate.views.ledger_tables import (
    corrections_table,
    kinds_table,
    lines_table,
    owed_table,
    plain,
)
from annotate.views.looks import note_people
from annotate.views.tables import Table, file_asked_for
from annotate.views.team.tables import team_kinds_table, teams_owed_table
from commons.views.requests import AuthedRequest

RATE_IDS = "rate_%s"  # two forms of the page ask for a currency


@login_required
@require_safe
def ledger(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """What is not settled yet, and what may be said about it."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    return _page(request, campaign)


@login_required
@require_POST
def rate(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    form = RateForm(campaign, request.POST, auto_id=RATE_IDS)
    if form.is_valid():
        try:
            set_rate(
                campaign=campaign,
                terms=form.terms(),
                holds_from=form.cleaned_data["holds_from"],
                kind=form.cleaned_data["kind"],
                by=request.user,
            )
        except AnnotateError as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("annotate:ledger", uuid=uuid)
    return _page(request, campaign, rate_form=form)


@login_required
@require_POST
def correct(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    form = _correction_form(campaign, request)
    if form.is_valid():
        said = form.cleaned_data
        try:
            correct_ledger(
                campaign=campaign,
                person=said["member"].person,
                kind=said["kind"],
                amount=said["amount"],
                currency=said["currency"],
                reason=said["reason"],
                by=request.user,
                uuid=said["uuid"],
            )
        except AnnotateError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Corrected; the person reads why."))
            return redirect("annotate:ledger", uuid=uuid)
    return _page(request, campaign, correction_form=form)


def _correction_form(campaign: Campaign, request: AuthedRequest | None = None) -> CorrectionForm:
    last = _last_rate(campaign)
    initial = {"currency": last.currency} if last else {}
    form = CorrectionForm(
        campaign, request.POST if request else None, initial=initial, auto_id="correction_%s"
    )
    form.fields["member"].queryset = members_of(campaign)  # type: ignore[attr-defined]
    return form


def _fresh_rate_form(campaign: Campaign) -> RateForm:
    today = timezone.now().date()
    initial = said_of_rate(_last_rate(campaign), today)
    return RateForm(campaign, initial=initial, auto_id=RATE_IDS)


def _last_rate(campaign: Campaign) -> Rate | None:
    return campaign.rates.order_by("-holds_from", "kind").first()


def _page(
    request: AuthedRequest,
    campaign: Campaign,
    *,
    rate_form: RateForm | None = None,
    correction_form: CorrectionForm | None = None,
) -> HttpResponse:
    lines, corrections = lines_by_now(campaign), list(open_corrections(campaign))
    tables = _tables(lines, corrections, team_in(campaign))
    if file := file_asked_for(request, tables, [campaign]):
        return file
    note_people(request, [campaign])
    refused = rate_form or correction_form
    context = {
        "campaign": campaign,
        "tables": [each.addressed(request) for each in tables],
        "since": open_since(campaign),
        "counted_at": rolled_up_at(campaign),
        "rates": [
            (each, plain(each.per_item), plain(each.per_hour))
            for each in campaign.rates.order_by("-holds_from", "kind")
        ],
        "statements": campaign.statements.select_related("closed_by").order_by("-number"),
        "may_settle": last_settleable(campaign) is not None,
        "rate_form": rate_form or _fresh_rate_form(campaign),
        "correction_form": correction_form or _correction_form(campaign),
    }
    return render(request, "annotate/ledger.html", context, status=422 if refused else 200)


def _tables(
    lines: Sequence[Line], corrections: Iterable[Correction], teams: Mapping[int, Team]
) -> list[Table]:
    """``teams`` by the primary key of a person's account; where there is none, nothing by team."""
    said = list(corrections)
    owed = owed_by(lines, said)
    by_team = [
        teams_owed_table(owed_by_team(owed, teams)),
        team_kinds_table(owed_by_team_and_kind(lines, said, teams)),
    ]
    return [
        owed_table(owed),
        kinds_table(done_by_kind(lines)),
        *(by_team if teams else []),
        lines_table(lines),
        corrections_table(said),
    ]


@login_required
@require_http_methods(["GET", "POST"])
def settle(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """A lead is asked before what is owed is fixed."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    question = Question(
        title=_("Settle a period?"),
        says=_(
            "What everybody is owed for whole weeks, and the corrections so far, is fixed in a "
            "statement and never changed. What changes later is a correction in the next one."
        ),
        yes=_("Settle it"),
        back=reverse("annotate:ledger", args=[uuid]),
        where=campaign.name,
    )

    def act(form: forms.Form) -> Done:
        made = close_statement(campaign=campaign, until=form.cleaned_data["until"], by=request.user)
        there = reverse("annotate:statement", args=[made.uuid])
        return Done(_("Settled: statement %(number)d.") % {"number": made.number}, there)

    until = last_settleable(campaign)
    return ask_and_do(
        request, question, act, touched=None, form_class=SettleForm, initial={"until": until}
    )


@login_required
@require_safe
def statement(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """What was settled, for whoever pays it."""
    found = get_object_or_404(statements_led_by(request.user), uuid=uuid)
    lines = settled_lines(found.lines.all())
    corrections = found.corrections.select_related("person", "by").order_by("-pk")
    tables = _tables(lines, corrections, settled_teams(found))
    if file := file_asked_for(request, tables, [found.campaign]):
        return file
    note_people(request, [found.campaign])
    context = {
        "statement": found,
        "last_day": found.until - timedelta(days=1),
        "tables": [each.addressed(request) for each in tables],
    }
    return render(request, "annotate/statement.html", context)
