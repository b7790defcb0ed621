"""Campaigns: what is collected, how far it is, under which guideline, by whom."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, F, Q, QuerySet, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotate.enums import AssignmentState, CampaignState, Kind
from annotate.errors import AnnotateError
from annotate.forms import CampaignStateForm
from annotate.models import Acknowledgement, Campaign, Membership, Task
from annotate.selectors.campaign import (
    campaigns_led_by,
    campaigns_of,
    current_instructions,
    membership_of,
)
from annotate.selectors.tally import week_start
from annotate.services.campaign import acknowledge_instructions, change_campaign_state
from annotate.views.assignment import start_work
from commons.markdown import render_markdown
from commons.views.requests import AuthedRequest


@dataclass(frozen=True)
class Progress:
    """How far one kind of work is: turns wanted, turns that nobody holds or has done yet."""

    kind: str
    tasks: int
    wanted: int
    free: int
    held: int

    @property
    def taken(self) -> int:
        """Turns done or in somebody's hands."""
        return self.wanted - self.free


@login_required
@require_safe
def campaigns(request: AuthedRequest) -> HttpResponse:
    mine = campaigns_of(request.user).annotate(
        wanted=Sum("task__wanted", default=0),
        taken=Sum(F("task__wanted") - F("task__free"), default=0),
    )
    return render(request, "annotate/campaigns.html", {"campaigns": mine})


@login_required
@require_safe
def campaign(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Members see what it is about and its guideline; its leads see progress and people too."""
    found = get_object_or_404(campaigns_of(request.user), uuid=uuid)
    is_lead = campaigns_led_by(request.user).filter(pk=found.pk).exists()
    instructions = current_instructions(found)
    context = {
        "campaign": found,
        "is_lead": is_lead,
        "works": found.works.order_by("kind"),
        "membership": membership_of(request.user, found),
        "instructions": instructions,
        "guideline": render_markdown(instructions.guideline) if instructions else "",
        "versions": found.instructions.order_by("-version"),
    }
    if is_lead:
        context |= {"progress": progress_of(found), "people": people_of(found)}
    return render(request, "annotate/campaign.html", context)


def progress_of(campaign: Campaign) -> list[Progress]:
    rows = (
        Task.objects.filter(campaign=campaign)
        .values("kind")
        .annotate(
            tasks=Count("pk"),
            turns=Sum("wanted"),
            open=Sum("free"),
            stopped=Count("pk", ~Q(held="")),
        )
        .order_by("kind")
    )
    return [
        Progress(Kind(row["kind"]).label, row["tasks"], row["turns"], row["open"], row["stopped"])
        for row in rows
    ]


def people_of(campaign: Campaign) -> QuerySet[Membership]:
    """The team, each with what they submitted to this campaign this week and in all."""
    done = Q(
        person__assignments__task__campaign=campaign,
        person__assignments__state=AssignmentState.SUBMITTED,
    )
    this_week = done & Q(person__assignments__closed_at__date__gte=week_start())
    return (
        campaign.memberships.filter(active=True)
        .select_related("person")
        .annotate(
            submitted=Count("person__assignments", filter=done),
            this_week=Count("person__assignments", filter=this_week),
        )
        .order_by("-this_week", "person__username")
    )


@login_required
@require_http_methods(["GET", "POST"])
def guideline(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Read the newest guideline; accepting it leads straight to work."""
    found = get_object_or_404(campaigns_of(request.user), uuid=uuid)
    instructions = current_instructions(found)
    if instructions is None:
        raise Http404
    if request.method == "POST":
        acknowledge_instructions(instructions=instructions, by=request.user)
        return start_work(request, campaign=found)
    accepted = Acknowledgement.objects.filter(person=request.user, instructions=instructions)
    context = {
        "campaign": found,
        "instructions": instructions,
        "guideline": render_markdown(instructions.guideline),
        "is_accepted": accepted.exists(),
        "is_running": found.state == CampaignState.RUNNING,
    }
    return render(request, "annotate/guideline.html", context)


@login_required
@require_POST
def change_state(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Start, pause or close a campaign."""
    found = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    form = CampaignStateForm(request.POST)
    if form.is_valid():
        to = CampaignState(form.cleaned_data["state"])
        try:
            change_campaign_state(campaign=found, to=to, by=request.user)
        except AnnotateError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(
                request, _("The campaign is %(state)s now.") % {"state": to.label.lower()}
            )
    return redirect("annotate:campaign", uuid=found.uuid)
