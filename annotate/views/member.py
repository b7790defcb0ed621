"""The team of a campaign, as its leads see and change it; and the links that people come by."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from annotate.digests import digest_of
from annotate.enums import Facet, Pool, Role
from annotate.errors import AnnotateError, InvitationMadeBefore, MemberMoved
from annotate.forms.people import InvitationForm, MemberForm, MemberTeamForm
from annotate.importing.fields import LANGUAGE
from annotate.models import Campaign, Membership, Team
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.invitation import (
    fields_of_work,
    invitations_led_by,
    invitations_of,
    members_of,
)
from annotate.selectors.lane import held_now
from annotate.selectors.pause import standing_of
from annotate.selectors.team import parts_of_campaign
from annotate.services.invitation import make_invitation, revoke_invitation
from annotate.services.member import change_member, set_competences
from annotate.services.team import put_in_team
from annotate.views.looks import note_person
from commons.views.requests import AuthedRequest

PAGE = 50


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def people(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The team. The answer to the form for a link is the only page that ever shows the link."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    work = fields_of_work(campaign)
    starts = {"languages": work[Facet.LANGUAGE] or [LANGUAGE], "skills": work[Facet.SKILL]}
    fresh = InvitationForm(initial=starts)
    if request.method != "POST":
        return _page(request, campaign, form=fresh, status=200)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, campaign, form=form, status=422)
    try:
        made = make_invitation(
            campaign=campaign,
            invited=form.invited(),
            places=form.cleaned_data["places"],
            days=form.cleaned_data["days"],
            by=request.user,
            uuid=form.cleaned_data["uuid"],
        )
    except InvitationMadeBefore as twice:
        messages.warning(request, str(twice))
        return redirect("annotate:people", uuid=uuid)
    link = request.build_absolute_uri(reverse("annotate:join", args=[made.token]))
    return _page(request, campaign, form=fresh, made=made, link=link, status=201)


def _page(
    request: AuthedRequest, campaign: Campaign, *, status: int, **context: object
) -> HttpResponse:
    context |= {
        "campaign": campaign,
        "page": Paginator(members_of(campaign), PAGE).get_page(request.GET.get("page")),
        "invitations": invitations_of(campaign),
    }
    return render(request, "annotate/people.html", context, status=status)


@login_required
@require_POST
def revoke(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    invitation = get_object_or_404(invitations_led_by(request.user), uuid=uuid)
    if revoke_invitation(invitation=invitation, by=request.user):
        messages.success(request, _("The link is revoked; it lets nobody in any more."))
    return redirect("annotate:people", uuid=invitation.campaign.uuid)


@login_required
@require_http_methods(["GET", "POST"])
def member(request: AuthedRequest, uuid: UUID, person: UUID) -> HttpResponse:
    """One member: role, pool, whether they are in, and what they can do."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    found = get_object_or_404(members_of(campaign), person__uuid=person)
    said = said_of(found)
    posted = request.POST if request.method == "POST" else None
    form = MemberForm(posted, initial=said | {"seen": digest_of(said)})
    if form.is_valid():
        try:
            _change(found, form, request)
        except AnnotateError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("annotate:people", uuid=uuid)
    note_person(request, found.person, [campaign])
    context = {"campaign": campaign, "membership": found, "form": form}
    context["team_form"] = _team_form(found)
    pauses = list(standing_of([found]))
    context |= {"pauses": pauses, "may_pause": all(each.is_by_team for each in pauses)}
    return render(request, "annotate/member.html", context, status=422 if form.is_bound else 200)


def _team_form(membership: Membership, data: QueryDict | None = None) -> MemberTeamForm:
    parts = parts_of_campaign(membership.campaign).filter(ended_at__isnull=True)
    form = MemberTeamForm(data, initial={"team": membership.team and membership.team.uuid})
    open_or_theirs = Q(pk__in=parts.values("team")) | Q(pk=membership.team_id)
    form.fields["team"].queryset = Team.objects.filter(  # type: ignore[attr-defined]
        open_or_theirs
    ).order_by("name")
    return form


@login_required
@require_POST
def team(request: AuthedRequest, uuid: UUID, person: UUID) -> HttpResponse:
    """Say for which team a member works in the campaign."""
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    found = get_object_or_404(members_of(campaign), person__uuid=person)
    form = _team_form(found, request.POST)
    if form.is_valid():
        try:
            put_in_team(membership=found, team=form.cleaned_data["team"], by=request.user)
        except AnnotateError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Choose a team that has a part in this campaign."))
    return redirect("annotate:member", uuid=uuid, person=person)


def said_of(membership: Membership) -> dict[str, object]:
    known = list(held_now(membership.person).order_by("value"))
    return {
        "role": membership.role,
        "pool": membership.pool,
        "active": membership.active,
        "languages": [each.value for each in known if each.facet == Facet.LANGUAGE],
        "skills": [each.value for each in known if each.facet == Facet.SKILL],
    }


@transaction.atomic
def _change(membership: Membership, form: MemberForm, request: AuthedRequest) -> None:
    now = Membership.objects.select_for_update().get(pk=membership.pk)
    if form.cleaned_data["seen"] not in ("", digest_of(said_of(now))):
        raise MemberMoved
    change_member(
        membership=membership,
        role=Role(form.cleaned_data["role"]),
        pool=Pool(form.cleaned_data["pool"]),
        active=form.cleaned_data["active"],
        by=request.user,
    )
    set_competences(person=membership.person, said=form.said(), by=request.user)
