"""What every page needs: where one may go, and in which colours."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from django import template
from django.http import HttpRequest
from django.template import RequestContext
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from annotate.selectors.hold import count_of_reports, standing_of
from commons.views.appearance import Appearance, appearance_of

register = template.Library()

EVERYBODY = [("annotate:desk", _("Desk")), ("annotate:campaigns", _("Campaigns"))]
REVIEWERS = [("annotate:reviews", _("Review")), ("annotate:explore", _("Explore"))]
LEADS_OF_TEAMS = [("annotate:teams", _("Teams"))]
LEADS = [
    ("annotate:datasets", _("Datasets")),
    ("rewards:reward_models", _("Reward models")),
    ("rewards:cycle", _("Cycle")),
    ("annotate:dashboard", _("Dashboard")),
    ("annotate:notices", _("Notices")),
]


@dataclass(frozen=True)
class NavEntry:
    label: str
    href: str
    is_current: bool
    count: int = 0


@register.simple_tag(takes_context=True)
def nav_entries(context: RequestContext) -> list[NavEntry]:
    """Where this person may go. An address that is not installed is left out."""
    request = context["request"]
    standing = standing_of(request.user)
    pages = EVERYBODY + (REVIEWERS if standing.reviews else [])
    pages += LEADS if standing.leads else []
    pages += LEADS_OF_TEAMS if standing.leads_a_team else []
    entries = [
        NavEntry(str(label), href, _is_current(request, href))
        for name, label in pages
        for href in address_if_there(name)
    ]
    waiting = count_of_reports(request.user) if standing.decides else 0
    if waiting:
        href = reverse("annotate:reports")
        reports = NavEntry(str(_("Reports")), href, _is_current(request, href), waiting)
        entries.insert(len(EVERYBODY), reports)
    return entries


def address_if_there(name: str) -> Iterator[str]:
    """The page's address, or nothing where the app that has it is not installed."""
    try:
        yield reverse(name)
    except NoReverseMatch:
        return


def _is_current(request: HttpRequest, href: str) -> bool:
    is_home = href == reverse("annotate:desk")
    return request.path == href if is_home else request.path.startswith(href)


@register.simple_tag(takes_context=True)
def chosen_keys(context: RequestContext) -> str:
    """The keys that this person chose instead of ours, as JSON by what they do."""
    return json.dumps(context["request"].user.keys or {})


@register.simple_tag(takes_context=True)
def theme_attribute(context: RequestContext) -> SafeString | str:
    """`` data-theme="dark"`` for a person who chose; nothing for whoever follows the system."""
    chosen = appearance_of(context["request"])
    return "" if chosen == Appearance.AUTO else format_html(' data-theme="{}"', chosen.value)


@register.simple_tag(takes_context=True)
def appearances(context: RequestContext) -> list[tuple[str, str, bool]]:
    """Every choice of colours: its value, its name, whether it is this person's."""
    chosen = appearance_of(context["request"])
    return [(each.value, str(each.label), each == chosen) for each in Appearance]
