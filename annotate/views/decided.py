"""What reviewers have decided, for those who review or lead."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotate.enums import Decision
from annotate.forms.review import DecidedForm
from annotate.models import Campaign
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.care import covered_prompts
from annotate.selectors.decided import DecidedPage, decided_reviews
from annotate.selectors.review import campaigns_reviewed_by
from annotate.views.explore import chosen, going_on, row_after
from annotate.views.looks import note_items
from annotate.views.review import reviewers_only
from commons.views.requests import AuthedRequest


@reviewers_only
@require_safe
def decided(request: AuthedRequest) -> HttpResponse:
    """One campaign at a time. Who decided is told to its leads; a reviewer knows their own."""
    campaigns = list(campaigns_reviewed_by(request.user))
    if not campaigns:  # an admin's, before there is any
        return render(request, "annotate/decided.html", {})
    campaign = chosen(campaigns, request.GET.get("campaign", ""))
    form = DecidedForm(request.GET)
    found = DecidedPage([])
    if form.is_valid():
        found = page_of(request, campaign, form, row_after(request.GET))
        note_items(request, [campaign])
    context = {
        "campaigns": campaigns,
        "campaign": campaign,
        "form": form,
        "reviews": found.reviews,
        "covered": covered_prompts(
            request.user, [(campaign.pk, each.task.prompt) for each in found.reviews]
        ),
        "older": f"?{going_on(request.GET, found.after)}" if found.after else "",
        "is_lead": campaigns_led_by(request.user).filter(pk=campaign.pk).exists(),
        "is_asked": any(request.GET.get(name) for name in form.fields),
    }
    status = 200 if form.is_valid() else 422
    return render(request, "annotate/decided.html", context, status=status)


def page_of(
    request: AuthedRequest, campaign: Campaign, form: DecidedForm, after: UUID | None
) -> DecidedPage:
    said = form.cleaned_data
    return decided_reviews(
        request.user,
        campaign,
        decision=Decision(said["decision"]) if said["decision"] else None,
        week=said["week"],
        after=after,
    )
