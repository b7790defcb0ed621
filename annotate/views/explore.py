"""Explore: what campaigns have, looked through by whoever leads or reviews in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotate.enums import Agreement, Sought
from annotate.forms.explore import EXACT, ExploreForm
from annotate.models import Campaign, Rater
from annotate.selectors.campaign import campaigns_led_by, campaigns_looked_through_by
from annotate.selectors.explore import (
    TOGETHER,
    found_in,
    newest_is_findable,
    offered_together,
    rater_named,
    raters_called,
)
from annotate.selectors.hold import standing_of
from annotate.selectors.newest_first import Anchor, Found
from annotate.selectors.sorts import ONCE, sorts_of, which_waits
from annotate.selectors.sought import Wish
from annotate.selectors.waiting import Waiting
from annotate.views.explored import note_rows
from annotate.views.found_rows import covered_rows, told_rows
from annotate.views.looking import LED
from commons.views.requests import AuthedRequest
from commons.views.shown import shown_to

SHARED = ("campaign", *ExploreForm.base_fields)  # what was asked goes along from tab to tab

explorers_only = shown_to(lambda user: standing_of(user).reviews)


@dataclass(frozen=True)
class Through:
    """The campaigns that are looked through, and how the address names them."""

    campaigns: Sequence[Campaign]
    named: str
    is_lead: bool

    @property
    def one(self) -> Campaign | None:
        return self.campaigns[0] if len(self.campaigns) == 1 else None


@explorers_only
@require_safe
def explore(request: AuthedRequest) -> HttpResponse:
    """Who may be named in a campaign, and what may be asked, is its own; several are led by whoever
    looks through them."""
    campaigns = list(campaigns_looked_through_by(request.user))
    if not campaigns:  # an admin's, before there is any
        return render(request, "annotate/explore.html", {})
    led = list(campaigns_led_by(request.user))
    through = looked_through(campaigns, led, request.GET.get("campaign", ""))
    choices = {"campaigns": campaigns, "through": through, "led": LED if len(led) > 1 else ""}
    if len(through.campaigns) > TOGETHER:
        return render(request, "annotate/explore.html", {**choices, "most": TOGETHER}, status=422)
    context = {**choices, **_looked_for(request, through)}
    return render(request, "annotate/explore.html", context, status=context.pop("status"))


def _looked_for(request: AuthedRequest, through: Through) -> dict[str, Any]:
    sought, is_lead = sought_in(request.GET, is_lead=through.is_lead), through.is_lead
    offered = offered_together(through.campaigns, request.user)
    named = raters_named(through.campaigns, request.GET) if is_lead else dict.fromkeys(EXACT)
    form = ExploreForm(
        offered=offered,
        sought=sought,
        is_lead=is_lead,
        raters=named,
        is_once_offered=through.one is None or request.GET.get("sort") == ONCE,
        data=request.GET,
    )
    found: Found[Any] = Found([])
    if form.is_valid():
        wishes = wishes_of(through, form.cleaned_data, named)
        found = found_in(sought, wishes, anchor_in(request.GET))
        note_rows(request, wishes, named, sought)
    said = form.cleaned_data if form.is_valid() else {}
    rows = told_rows(
        found.rows, through.campaigns, is_lead=is_lead, waiting=waiting_in(sought, said)
    )
    return {
        "form": form,
        "tabs": [(each, with_query(request.GET, show=each)) for each in shown_tabs(is_lead)],
        "sought": sought,
        "rows": covered_rows(rows, through.campaigns, request.user),
        "looked_to": found.looked_to,
        "older": f"?{_older(request.GET, found.anchor, through)}" if found.anchor else "",
        "is_asked": any(request.GET.get(name) for name in form.fields),
        "is_narrowed": any(request.GET.get(name) for name in form.fields if name != "text"),
        "awaits_words": bool(request.GET.get("text"))
        and not all(map(newest_is_findable, through.campaigns)),
        "status": 200 if form.is_valid() else 422,
    }


def shown_tabs(is_lead: bool) -> list[Sought]:
    """Why somebody gave an item back, in their words, is told to leads alone."""
    return [each for each in Sought if is_lead or each != Sought.SKIPS]


def looked_through(campaigns: Sequence[Campaign], led: Sequence[Campaign], named: str) -> Through:
    if named == LED and led:
        return Through(led, LED, is_lead=True)
    campaign = chosen(campaigns, named)
    return Through([campaign], str(campaign.uuid), is_lead=campaign in led)


def chosen(campaigns: Sequence[Campaign], named: str) -> Campaign:
    """The one that is named, else the newest; one that is not theirs is not there."""
    found = [each for each in campaigns if not named or str(each.uuid) == named]
    if not found:
        raise Http404
    return found[0]


def sought_in(query: QueryDict, *, is_lead: bool) -> Sought:
    said = query.get("show", "")
    return Sought(said) if said in shown_tabs(is_lead) else Sought.PROMPTS


def row_after(query: QueryDict, name: str = "after") -> UUID | None:
    try:
        return UUID(query.get(name, "")) if name in query else None
    except ValueError as odd:
        raise Http404 from odd


def anchor_in(query: QueryDict) -> Anchor | None:
    """A prompt may be in several campaigns: where those are looked through, it is of one."""
    after = row_after(query)
    return Anchor(after, row_after(query, "of")) if after else None


def raters_named(campaigns: Sequence[Campaign], query: QueryDict) -> dict[str, Rater | None]:
    """Those whom the address names by their ids, each in the part that it gives them."""

    def named(said: str) -> Rater | None:
        found = (rater_named(each, said) for each in campaigns)
        return next((rater for rater in found if rater), None)

    return {name: named(said) if (said := query.get(name)) else None for name in EXACT}


def wishes_of(
    through: Through,
    said: dict[str, Any],
    named: Mapping[str, Rater | None],
) -> list[Wish]:
    """One of each campaign."""
    wish = Wish(
        through.campaigns[0],
        text=said.get("text", ""),
        skill=said["skill"],
        language=said["language"],
        flag=said.get("flag", ""),
        week=said["week"],
        sort=said.get("sort", ""),
        snapshot=said.get("snapshot"),
        agreement=Agreement(said["agreement"]) if said.get("agreement") else None,
        leads=through.is_lead,
        met=said.get("met"),
        days=said.get("days"),
        beside_it=[each.pk for each in through.campaigns],
    )
    if (beside := named["beside"]) and said.get("beside"):
        wish = replace(wish, beside=[beside.pk])
    name, by = said.get("rater", ""), named["by"]
    return [
        replace(wish, campaign=each, raters=raters_meant(each, name, by))
        for each in through.campaigns
    ]


def raters_meant(campaign: Campaign, name: str, exactly: Rater | None) -> list[int] | None:
    """Those with such a name and the very one; None: nobody is asked for."""
    called = raters_called(campaign, name) if name else None
    if exactly is None:
        return called
    return [exactly.pk] if called is None or exactly.pk in called else []


def waiting_in(sought: Sought, said: Mapping[str, Any]) -> Waiting | None:
    """For what prompts are asked to wait; None where nobody asks."""
    kind, days = which_waits(said.get("sort", "")), said.get("days")
    is_asked = sought == Sought.PROMPTS and (kind is not None or days is not None)
    return Waiting(kind or "", days) if is_asked else None


def with_query(query: QueryDict, *, show: Sought) -> str:
    """The address of another sort of rows, asked the same as far as it can be."""
    kept = QueryDict(mutable=True)
    for name in SHARED:
        said = query.get(name)
        if said and (name != "sort" or said in dict(sorts_of(show))):
            kept[name] = said
    kept["show"] = show
    return f"?{kept.urlencode()}"


def going_on(query: QueryDict, after: UUID, of: UUID | None = None) -> str:
    kept = query.copy()
    kept["after"] = str(after)
    if of:
        kept["of"] = str(of)
    return kept.urlencode()


def _older(query: QueryDict, behind: Anchor, through: Through) -> str:
    return going_on(query, behind.row, None if through.one else behind.campaign)
