"""Explore: what a campaign has, looked through by whoever leads or reviews in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotate.enums import Agreement, CountsAs, Sought
from annotate.forms.explore import EXACT, ExploreForm
from annotate.models import Campaign, CampaignPrompt, Demonstration, Prompt, Ranking, Rater
from annotate.selectors.campaign import campaigns_led_by, campaigns_looked_through_by
from annotate.selectors.care import harmful_skills, is_uncovered
from annotate.selectors.explore import (
    Found,
    found_demonstrations,
    found_prompts,
    found_rankings,
    newest_is_findable,
    offered_in,
    rater_named,
    raters_called,
)
from annotate.selectors.hold import standing_of
from annotate.selectors.sorts import sorts_of
from annotate.selectors.sought import Wish
from commons.models import User
from commons.views.requests import AuthedRequest
from commons.views.shown import shown_to

SHARED = ("campaign", *ExploreForm.base_fields)  # what was asked goes along from tab to tab
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
    is_covered: bool = False
    is_work: bool = False


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
    named = raters_named(campaign, request.GET) if is_lead else dict.fromkeys(EXACT)
    form = ExploreForm(
        offered=offered, sought=sought, is_lead=is_lead, raters=named, data=request.GET
    )
    found: AnyFound = Found[Ranking]([])
    if form.is_valid():
        wish = wish_of(campaign, form.cleaned_data, named, is_lead=is_lead)
        found = LOOKS[sought](wish, row_after(request.GET))
    context = {
        "campaigns": campaigns,
        "campaign": campaign,
        "form": form,
        "tabs": [(each, with_query(request.GET, show=each)) for each in Sought],
        "sought": sought,
        "rows": covered_rows(
            [shown_row(each, is_lead=is_lead) for each in found.rows], campaign, request.user
        ),
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


def raters_named(campaign: Campaign, query: QueryDict) -> dict[str, Rater | None]:
    """Those whom the address names by their ids, each in the part that it gives them."""
    return {
        name: rater_named(campaign, said) if (said := query.get(name)) else None for name in EXACT
    }


def wish_of(
    campaign: Campaign,
    said: dict,  # type: ignore[type-arg]  # cleaned data
    named: Mapping[str, Rater | None],
    *,
    is_lead: bool,
) -> Wish:
    wish = Wish(
        campaign,
        text=said["text"],
        skill=said["skill"],
        language=said["language"],
        flag=said.get("flag", ""),
        week=said["week"],
        sort=said.get("sort", ""),
        snapshot=said.get("snapshot"),
        agreement=Agreement(said["agreement"]) if said.get("agreement") else None,
        leads=is_lead,
    )
    if (beside := named["beside"]) and said.get("beside"):
        wish = replace(wish, beside=[beside.pk])
    return replace(wish, raters=raters_meant(campaign, said.get("rater", ""), named["by"]))


def raters_meant(campaign: Campaign, name: str, exactly: Rater | None) -> list[int] | None:
    """Those with such a name and the very one; None: nobody is asked for."""
    called = raters_called(campaign, name) if name else None
    if exactly is None:
        return called
    return [exactly.pk] if called is None or exactly.pk in called else []


def with_query(query: QueryDict, *, show: Sought) -> str:
    """The address of another sort of rows, asked the same as far as it can be."""
    kept = QueryDict(mutable=True)
    for name in SHARED:
        said = query.get(name)
        if said and (name != "sort" or said in dict(sorts_of(show))):
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
        is_work=row.counts_as == CountsAs.WORK,
    )


def covered_rows(rows: list[ShownRow], campaign: Campaign, user: User) -> list[ShownRow]:
    """What may harm is covered, unless its reader wants to see it at once."""
    skills = harmful_skills([campaign.pk]).get(campaign.pk)
    if not skills or is_uncovered(user):
        return rows
    return [
        replace(each, is_covered=bool(skills & {"", each.prompt.skill, each.prompt.clearance}))
        for each in rows
    ]


def flags_of(ranking: Ranking) -> list[str]:
    """The flags to which it says yes of some answer."""
    said = (each.get("flags", {}) for each in ranking.answers.values())
    return sorted({name for flags in said for name, yes in flags.items() if yes is True})
