"""The teams of a campaign, for its leads: who is in, what each is asked for, and its end."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from annotate.enums import Facet
from annotate.errors import AnnotateError
from annotate.forms.confirming import ConfirmForm
from annotate.forms.team import AddPartForm, TeamForm, TermsForm, said_of_part
from annotate.importing.fields import LANGUAGE
from annotate.models import Campaign, TeamPart
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.invitation import fields_of_work
from annotate.selectors.quota import pace_of, paces_of
from annotate.selectors.team import parts_led_by, parts_of_campaign, teams_to_add
from annotate.services.quota import Terms, set_terms
from annotate.services.team import add_part, end_part, make_team
from annotate.views.confirming import Done, Question, ask_and_do
from annotate.views.tables import file_asked_for
from annotate.views.team.tables import name_of, paces_table
from commons.views.requests import AuthedRequest


@login_required
@require_http_methods(["GET", "POST"])
def campaign_teams(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """POST makes a team and lets it in."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    form = TeamForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            part = _made(campaign, form, request)
        except AnnotateError as refused:
            form.add_error("name", str(refused))
        else:
            return _in(request, part)
    return _page(request, campaign, form=form, status=422 if form.is_bound else 200)


@transaction.atomic
def _made(campaign: Campaign, form: TeamForm, request: AuthedRequest) -> TeamPart:
    team = make_team(**form.cleaned_data, by=request.user)
    return add_part(team=team, campaign=campaign, by=request.user, terms=_fresh_terms(campaign))


def _fresh_terms(campaign: Campaign) -> Terms:
    """Whoever joins can do what the campaign asks in languages; a skill is a lead's to give."""
    return Terms(languages=fields_of_work(campaign)[Facet.LANGUAGE] or [LANGUAGE])


def _in(request: AuthedRequest, part: TeamPart) -> HttpResponse:
    said = _("%(name)s is in. Say what it is asked for, then invite its people.")
    messages.success(request, said % {"name": part.team.name})
    return redirect("annotate:team_terms", uuid=part.uuid)


@login_required
@require_POST
def add(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Let a team in that there is."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    form = _add_form(request, campaign, is_sent=True)
    if form.is_valid():
        team = form.cleaned_data["team"]
        return _in(
            request,
            add_part(team=team, campaign=campaign, by=request.user, terms=_fresh_terms(campaign)),
        )
    return _page(request, campaign, form=TeamForm(), status=422, add_form=form)


def _add_form(request: AuthedRequest, campaign: Campaign, *, is_sent: bool = False) -> AddPartForm:
    form = AddPartForm(request.POST if is_sent else None)
    form.fields["team"].queryset = teams_to_add(  # type: ignore[attr-defined]
        campaign, request.user
    )
    return form


def _page(
    request: AuthedRequest, campaign: Campaign, *, form: TeamForm, status: int, **context: object
) -> HttpResponse:
    table = paces_table(paces_of(parts_of_campaign(campaign)), may_set=True)
    if file := file_asked_for(request, [table], [campaign]):
        return file
    shown = {
        "campaign": campaign,
        "table": table.addressed(request),
        "form": form,
        "may_add": teams_to_add(campaign, request.user).exists(),
        "add_form": _add_form(request, campaign),
    }
    return render(request, "annotate/campaign_teams.html", shown | context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def terms(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """What a team is asked for in a campaign."""
    part = get_object_or_404(parts_led_by(request.user), uuid=uuid)
    form = TermsForm(request.POST if request.method == "POST" else None, initial=said_of_part(part))
    if form.is_valid():
        set_terms(part=part, terms=form.terms(), by=request.user)
        messages.success(request, _("These hold from now on."))
        return redirect("annotate:team_terms", uuid=uuid)
    table = paces_table([pace_of(part)])
    if file := file_asked_for(request, [table], [part.campaign]):
        return file
    context = {
        "campaign": part.campaign,
        "team": part.team,
        "part": part,
        "name": name_of(part.team),
        "table": table.addressed(request),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "annotate/team_terms.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def end(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    parts = parts_led_by(request.user).filter(ended_at__isnull=True)
    part = get_object_or_404(parts, uuid=uuid)
    question = Question(
        title=_("Take %(name)s out of the campaign?") % {"name": part.team.name},
        says=_(
            "Its links end. Whoever is in the campaign for it holds nothing from then on: their "
            "items go to others at once, and what they were writing is kept and may still be "
            "handed in. What they did counts and is paid."
        ),
        yes=_("Take it out"),
        back=reverse("annotate:team_terms", args=[uuid]),
        where=part.campaign.name,
        is_grave=True,
    )

    def act(form: forms.Form) -> Done:
        left = end_part(part=part, by=request.user)
        said = ngettext(
            "It is out, and one person with it.", "It is out, and %(left)d people with it.", left
        )
        return Done(
            said % {"left": left}, reverse("annotate:campaign_teams", args=[part.campaign.uuid])
        )

    return ask_and_do(request, question, act, touched=None, form_class=ConfirmForm)
