"""Whoever opens a link: they join, or make an account and join with it."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from annotate.errors import AnnotateError, InvitationOver, UsernameTaken
from annotate.forms.people import SignUpForm
from annotate.models import Campaign, Invitation
from annotate.selectors.campaign import current_instructions
from annotate.selectors.invitation import invitation_behind
from annotate.services.invitation import accept_invitation, sign_up, why_over
from commons.models import User
from commons.throttling import seconds_to_wait

PER_MINUTE = 30  # of one address: a whole class may open the link at once

UNKNOWN = gettext_lazy("This link is not known here; perhaps a part of it is missing")


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """A GET says what the link leads to; joining is a POST."""
    if seconds := seconds_to_wait(request, what="join", limit=PER_MINUTE):
        said = _("Too many attempts; wait a minute, then open the link again.")
        answer = refuse(request, said, HTTPStatus.TOO_MANY_REQUESTS)
        answer.headers["Retry-After"] = str(seconds)
        return answer
    invitation = invitation_behind(token)
    if invitation is None:
        return refuse(request, str(InvitationOver(str(UNKNOWN))), HTTPStatus.NOT_FOUND)
    if request.user.is_authenticated:
        return join_as(request, invitation, request.user)
    if why := why_over(invitation):
        return refuse(request, str(InvitationOver(why)), HTTPStatus.GONE)
    return join_anew(request, invitation)


def join_as(request: HttpRequest, invitation: Invitation, person: User) -> HttpResponse:
    """For whoever is signed in."""
    campaign = invitation.campaign
    is_in = campaign.memberships.filter(person=person, active=True).exists()
    if is_in:
        messages.info(request, _("You are in “%(name)s” already.") % {"name": campaign})
        return redirect("annotate:campaign", uuid=campaign.uuid)
    if request.method == "POST":
        try:
            accept_invitation(invitation=invitation, by=person)
        except AnnotateError as refused:
            return refuse(request, str(refused), refused.status)
        return welcome(request, campaign)
    if why := why_over(invitation):
        return refuse(request, str(InvitationOver(why)), HTTPStatus.GONE)
    return render(request, "annotate/join.html", {"invitation": invitation})


def join_anew(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """For whoever has no account, or is not signed in."""
    form = SignUpForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            person = sign_up(
                invitation=invitation,
                username=form.cleaned_data["username"],
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
            )
        except UsernameTaken as taken:
            form.add_error("username", str(taken))
        except AnnotateError as refused:
            return refuse(request, str(refused), refused.status)
        else:
            login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
            return welcome(request, invitation.campaign)
    context = {"invitation": invitation, "form": form}
    return render(request, "annotate/join.html", context, status=422 if form.is_bound else 200)


def welcome(request: HttpRequest, campaign: Campaign) -> HttpResponseRedirect:
    """To the guideline where there is one: nothing can be begun before it is accepted."""
    messages.success(request, _("Welcome to “%(name)s”.") % {"name": campaign})
    there = "annotate:guideline" if current_instructions(campaign) else "annotate:campaign"
    return redirect(there, uuid=campaign.uuid)


def refuse(request: HttpRequest, why: str, status: int) -> HttpResponse:
    return render(request, "annotate/join_refused.html", {"why": why}, status=status)
