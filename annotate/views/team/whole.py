"""The teams that a person sees, and one of them: what it is asked for, its people, its links."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotate.errors import AnnotateError, InvitationMadeBefore
from annotate.forms.team import LeadForm, TeamLinkForm
from annotate.models import Team
from annotate.selectors.mate import mates_in_numbers
from annotate.selectors.quota import paces_of
from annotate.selectors.team import (
    mates_seen_by,
    parts_seen_by,
    parts_that_invite,
    sees_teams,
    team_links_seen_by,
    teams_governed_by,
    teams_led_by,
    teams_seen_by,
)
from annotate.services.invitation import Invited, MadeInvitation, make_invitation, revoke_invitation
from annotate.services.team import drop_lead, name_lead
from annotate.views.looks import note_people
from annotate.views.tables import file_asked_for
from annotate.views.team.tables import mates_table, name_of, paces_table
from commons.models import User
from commons.views.requests import AuthedRequest
from commons.views.shown import shown_to


@shown_to(sees_teams)
@require_safe
def teams(request: AuthedRequest) -> HttpResponse:
    table = paces_table(paces_of(parts_seen_by(request.user)))
    campaigns = {each.campaign for each in parts_seen_by(request.user)}
    if file := file_asked_for(request, [table], campaigns):
        return file
    found = [(name_of(each), each) for each in teams_seen_by(request.user)]
    context = {"teams": found, "table": table.addressed(request)}
    return render(request, "annotate/teams.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def team(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """One team. The answer to the form for a link is the only page that ever shows the link."""
    found = get_object_or_404(teams_seen_by(request.user), uuid=uuid)
    if request.method != "POST":
        return _page(request, found)
    form = _link_form(request, found)
    if not form.is_valid():
        return _page(request, found, status=422, form=form)
    try:
        made = _made(form, request.user)
    except InvitationMadeBefore as twice:
        messages.warning(request, str(twice))
        return redirect("annotate:team", uuid=uuid)
    except AnnotateError as refused:
        form.add_error(None, str(refused))
        return _page(request, found, status=422, form=form)
    link = request.build_absolute_uri(reverse("annotate:join", args=[made.token]))
    return _page(request, found, status=201, made=made, link=link)


def _link_form(request: AuthedRequest, team: Team, *, is_sent: bool = True) -> TeamLinkForm:
    form = TeamLinkForm(request.POST if is_sent else None)
    parts = parts_that_invite(request.user).filter(team=team)
    field = form.fields["part"]
    field.queryset = parts  # type: ignore[attr-defined]
    field.label_from_instance = lambda part: part.campaign.name  # type: ignore[attr-defined]
    field.empty_label = None  # type: ignore[attr-defined]
    return form


def _made(form: TeamLinkForm, by: User) -> MadeInvitation:
    said = form.cleaned_data
    part = said["part"]
    invited = Invited(skills=part.skills, languages=part.languages, team=part.team)
    return make_invitation(
        campaign=part.campaign,
        invited=invited,
        places=said["places"],
        days=said["days"],
        by=by,
        uuid=said["uuid"],
    )


def _page(
    request: AuthedRequest, team: Team, *, status: int = 200, **context: object
) -> HttpResponse:
    parts = list(parts_seen_by(request.user).filter(team=team))
    mates = mates_in_numbers(mates_seen_by(request.user).filter(team=team))
    tables = [paces_table(paces_of(parts)), mates_table(mates, team, reader=request.user)]
    if file := file_asked_for(request, tables, {each.campaign for each in parts}):
        return file
    note_people(request, [each.campaign for each in parts])
    governs = teams_governed_by(request.user).filter(pk=team.pk).exists()
    shown = {
        "team": team,
        "name": name_of(team),
        "tables": [each.addressed(request) for each in tables],
        "form": _link_form(request, team, is_sent=False),
        "may_invite": parts_that_invite(request.user).filter(team=team).exists(),
        "invitations": team_links_seen_by(request.user).filter(team=team),
        "leads": team.leads.select_related("person").order_by("person__username"),
        "leads_it": teams_led_by(request.user).filter(pk=team.pk).exists(),
        "lead_form": LeadForm() if governs else None,
    }
    return render(request, "annotate/team.html", shown | context, status=status)


@login_required
@require_POST
def revoke(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    link = get_object_or_404(team_links_seen_by(request.user), uuid=uuid)
    if revoke_invitation(invitation=link, by=request.user):
        messages.success(request, _("The link is revoked; it lets nobody in any more."))
    assert link.team is not None
    return redirect("annotate:team", uuid=link.team.uuid)


@login_required
@require_POST
def name(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Name a lead of the team."""
    found = get_object_or_404(teams_governed_by(request.user), uuid=uuid)
    form = LeadForm(request.POST)
    if form.is_valid():
        try:
            lead = name_lead(team=found, username=form.cleaned_data["username"], by=request.user)
        except AnnotateError as refused:
            form.add_error("username", str(refused))
        else:
            said = _("%(name)s leads the team now.") % {"name": lead.person.display_name}
            messages.success(request, said)
            return redirect("annotate:team", uuid=uuid)
    return _page(request, found, status=422, lead_form=form)


@login_required
@require_POST
def drop(request: AuthedRequest, uuid: UUID, person: UUID) -> HttpResponse:
    found = get_object_or_404(teams_governed_by(request.user), uuid=uuid)
    lead = get_object_or_404(found.leads.select_related("person", "team"), person__uuid=person)
    said = _("%(name)s does not lead the team any more.") % {"name": lead.person.display_name}
    drop_lead(lead=lead, by=request.user)
    messages.success(request, said)
    return redirect("annotate:team", uuid=uuid)
