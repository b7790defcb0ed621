"""Explore: what a campaign has, looked through by whoever leads or reviews in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotate.enums import Agreement, Sought
from annotate.explore_forms import ExploreForm
from annotate.models import Campaign, CampaignPrompt, Demonstration, Prompt, Ranking, Rater
from annotate.selectors.campaign import campaigns_led_by, campaigns_looked_through_by
from annotate.selectors.explore import (
    Found,
    found_demonstrations,
    found_prompts,
    found_rankings,
    newest_is_findable,
    offered_in,
    raters_called,
)
from annotate.selectors.hold import standing_of
from annotate.selectors.sought import Wish
from commons.views.requests import AuthedRequest
from commons.views.shown import shown_to

SHARED = (
    "campaign",
    "text",
    "skill",
    "language",
    "week",
    "rater",
)  # what every sort of rows can be asked
AnyFound = Found[CampaignPrompt] | Found[Demonstration] | Found[Ranking]
LOOKS: dict[Sought, Callable[[Wish, UUID | None], AnyFound]] = {
    Sought.PROMPTS: found_prompts,
    Sought.RANKINGS: found_rankings,
    Sought.DEMONSTRATIONS: found_demonstrations,
}

explorers_only = shown_to(lambda user: standing_of(user).reviews)


@dataclass(frozen=True)
class ShownRow:
    """A line of the list. ``rater`` is told to leads alone."""

    prompt: Prompt
    at: datetime
    rater: Rater | None = None
    tiers: int | None = None
    flags: Sequence[str] = ()
    revision: int = 1
    counts_as: str = ""


@explorers_only
@require_safe
def explore(request: AuthedRequest) -> HttpResponse:
    """One campaign at a time: who may be named in it, and what may be asked, is its own."""
    campaigns = list(campaigns_looked_through_by(request.user))
    if not campaigns:  # an admin's, before there is any
        return render(request, "annotate/explore.html", {})
    campaign = chosen(campaigns, request.GET.get("campaign", ""))
    sought = sought_in(request.GET)
    is_lead = campaigns_led_by(request.user).filter(pk=campaign.pk).exists()
    offered = offered_in(campaign, request.user)
    form = ExploreForm(offered=offered, sought=sought, is_lead=is_lead, data=request.GET)
    found: AnyFound = Found[Ranking]([])
    if form.is_valid():
        found = LOOKS[sought](wish_of(campaign, form.cleaned_data), row_after(request.GET))
    context = {
        "campaigns": campaigns,
        "campaign": campaign,
        "form": form,
        "tabs": [(each, with_query(request.GET, show=each)) for each in Sought],
        "sought": sought,
        "rows": [shown_row(each, is_lead=is_lead) for each in found.rows],
        "looked_to": found.looked_to,
        "older": f"?{going_on(request.GET, found.after)}" if found.after else "",
        "is_asked": any(request.GET.get(name) for name in form.fields),
        "is_narrowed": any(request.GET.get(name) for name in form.fields if name != "text"),
        "awaits_words": bool(request.GET.get("text")) and not newest_is_findable(campaign),
    }
    return render(request, "annotate/explore.html", context, status=200 if form.is_valid() else 422)


def chosen(campaigns: Sequence[Campaign], named: str) -> Campaign:
    """The one that is named, else the newest; one that is not theirs is not there."""
    found = [each for each in campaigns if not named or str(each.uuid) == named]
    if not found:
        raise Http404
    return found[0]


def sought_in(query: QueryDict) -> Sought:
    said = query.get("show", "")
    return Sought(said) if said in Sought.values else Sought.PROMPTS


def row_after(query: QueryDict) -> UUID | None:
    try:
        return UUID(query.get("after", "")) if "after" in query else None
    except ValueError as odd:
        raise Http404 from odd


def wish_of(campaign: Campaign, said: dict) -> Wish:  # type: ignore[type-arg]  # cleaned data
    wish = Wish(
        campaign,
        text=said["text"],
        skill=said["skill"],
        language=said["language"],
        flag=said.get("flag", ""),
        week=said["week"],
        snapshot=said.get("snapshot"),
        agreement=Agreement(said["agreement"]) if said.get("agreement") else None,
    )
    name = said.get("rater")
    return replace(wish, raters=raters_called(campaign, name)) if name else wish


def with_query(query: QueryDict, *, show: Sought) -> str:
    """The address of another sort of rows, asked the same as far as it can be."""
    kept = QueryDict(mutable=True)
    for name in SHARED:
        if said := query.get(name):
            kept[name] = said
    kept["show"] = show
    return f"?{kept.urlencode()}"


def going_on(query: QueryDict, after: UUID) -> str:
    kept = query.copy()
    kept["after"] = str(after)
    return kept.urlencode()


def shown_row(row: CampaignPrompt | Demonstration | Ranking, *, is_lead: bool) -> ShownRow:
    if isinstance(row, CampaignPrompt):
        return ShownRow(row.prompt, row.added_at)
    return ShownRow(
        row.prompt,
        row.created_at,
        rater=row.rater if is_lead else None,
        tiers=len(row.tiers) if isinstance(row, Ranking) else None,
        flags=flags_of(row) if isinstance(row, Ranking) else (),
        revision=row.revision,
        counts_as=row.get_counts_as_display(),
    )


def flags_of(ranking: Ranking) -> list[str]:
    """The flags to which it says yes of some answer."""
    said = (each.get("flags", {}) for each in ranking.answers.values())
    return sorted({name for flags in said for name, yes in flags.items() if yes is True})
