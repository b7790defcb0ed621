"""What a page of the dashboard is narrowed to: read from its address, which carries the view."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from annotate.models import Campaign
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.explore import TOGETHER
from annotate.selectors.quality import Wanting, cells_of
from annotate.selectors.tally import week_start
from commons.views.requests import AuthedRequest

PAGES = (
    ("annotate:dashboard", _("Overview")),
    ("annotate:quality", _("Agreement")),
    ("annotate:raters", _("Raters")),
    ("annotate:bias", _("Leanings")),
    ("annotate:mix", _("Mix of prompts")),
    ("annotate:planner", _("Planner")),
    ("annotate:stopping", _("Votes saved")),
)

LED = "led"  # in place of a campaign, in the address of Explore: all that somebody leads
ALL_OF_IT = {
    "skill": "",
    "language": "",
    "week": "",
    "met": "",
}  # asked of a link that is not narrowed


@dataclass(frozen=True)
class Looking:
    """A person who leads something, and what they look at."""

    led: Sequence[Campaign]
    wanting: Wanting
    skills: Sequence[str]
    languages: Sequence[str]
    said: Mapping[str, str]  # what the address says, without what is not known

    @property
    def query(self) -> str:
        return f"?{urlencode(self.said)}" if self.said else ""

    @property
    def week(self) -> str:
        """As a browser's field has it."""
        return f"{self.wanting.week:%G-W%V}" if self.wanting.week else ""

    @property
    def shown_week(self) -> str:
        """The one that is looked at, else this one: as Explore has it."""
        return f"{self.wanting.week or week_start():%G-W%V}"

    @property
    def narrowed(self) -> dict[str, str]:
        return {name: each for name, each in self.said.items() if name != "campaign"}

    @property
    def is_narrowed(self) -> bool:
        return bool(self.narrowed)

    @property
    def address(self) -> str:
        """Of a page of a campaign, as this page is narrowed; the campaign is put before it."""
        return f"&{urlencode(self.narrowed)}" if self.narrowed else ""

    @property
    def tabs(self) -> list[tuple[str, object, str]]:
        return [(name, label, f"{reverse(name)}{self.query}") for name, label in PAGES]

    @property
    def is_several(self) -> bool:
        return len(self.wanting.campaigns) > 1

    @property
    def has_rows(self) -> bool:
        return 0 < len(self.wanting.campaigns) <= TOGETHER

    def explore(self, **asked: str) -> str:
        """The rows behind a number: rankings unless it is said otherwise, narrowed as the page is.

        None where more campaigns are looked at than one list holds. What is asked empty is not
        narrowed.
        """
        if not self.has_rows:
            return ""
        campaign = self.wanting.campaign
        named = str(campaign.uuid) if campaign else LED
        said = {"show": "rankings", **self.narrowed, **asked, "campaign": named}
        return f"{reverse('annotate:explore')}?{urlencode({k: v for k, v in said.items() if v})}"

    def doubled(self, **asked: str) -> str:
        """The same of what figures of agreement are of: their week is that in which the later of
        two ranked a prompt."""
        return self.explore(**{"met": self.week, **asked, "week": ""})

    def rater(self, uuid: UUID) -> str:
        return f"{reverse('annotate:rater', args=[uuid])}{self.query}"


def looking_at(request: AuthedRequest, *, one: bool = False) -> Looking:
    """A campaign that is not led is not there. ``one``: where none is named, the first."""
    led = list(campaigns_led_by(request.user))
    named = request.GET.get("campaign", "")
    chosen = [each for each in led if not named or str(each.uuid) == named]
    if not chosen and named:
        raise Http404
    if one:
        chosen = chosen[:1]
    skills, languages = cells_of(chosen)
    skill, language = request.GET.get("skill", ""), request.GET.get("language", "")
    wanting = Wanting(
        chosen,
        skill if skill in skills else "",
        language if language in languages else "",
        week_said(request),
    )
    said = {"campaign": named, **wanting.cell}
    if wanting.week:
        said["week"] = f"{wanting.week:%G-W%V}"
    return Looking(led, wanting, skills, languages, {k: v for k, v in said.items() if v})


def week_said(request: HttpRequest) -> date | None:
    """The Monday of a week as 2026-W48; None where there is none, or it has not begun."""
    found = re.fullmatch(r"(\d{4})-W(\d{1,2})", request.GET.get("week", ""))
    try:
        week = date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        return None
    return week if week and week <= week_start() else None
