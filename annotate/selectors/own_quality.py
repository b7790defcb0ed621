"""What the newest report of each campaign says of one person, for that person.

The figures are those that the leads read: one fit, one rule, one date. Nothing here is of silent
checks, and nothing says who the others were.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from annotate.figures import Found
from annotate.models import AgreementSlice, Campaign, QualityReport, RaterPart, RaterQuality
from annotate.selectors.ledger import campaigns_worked_in
from annotate.selectors.quality_slices import FACETS
from commons.models import RunState, User

ON_DESK = 3  # campaigns whose agreement a desk tells, those measured last


@dataclass(frozen=True)
class OwnAgreement:
    """How far others order answers as a person does in a campaign, as its report of then has it."""

    campaign: str
    found: Found
    at: datetime | None

    @property
    def percent(self) -> tuple[int, int, int]:
        """The value and its interval, rounded."""
        one, low, high = (
            round(100 * (each or 0.0))
            for each in (self.found.value, self.found.low, self.found.high)
        )
        return one, low, high


@dataclass(frozen=True)
class OwnFigures:
    """Of one campaign; without a ``report`` nothing was measured there, without a ``row`` nothing
    of this person was."""

    campaign: Campaign
    report: QualityReport | None = None
    row: RaterQuality | None = None
    whole: AgreementSlice | None = None  # how far all agree there
    parts: Sequence[RaterPart] = field(default_factory=list)


def own_agreements(user: User) -> list[OwnAgreement]:
    """Of each campaign in whose report they have a figure, measured last first. One question to the
    database: a desk asks it each time that it is drawn."""
    rows = (
        RaterQuality.objects.filter(
            rater__user=user, report__state=RunState.DONE, figures__has_key="agreement"
        )
        .order_by("-report__finished_at", "-report")
        .values_list("report__campaign", "report__campaign__name", "report__finished_at", "figures")
    )
    newest: dict[int, OwnAgreement] = {}
    for campaign, name, at, figures in rows:
        newest.setdefault(campaign, OwnAgreement(name, _found(figures["agreement"]), at))
    return list(newest.values())


def _found(said: dict[str, Any]) -> Found:
    return Found(said["value"], said["low"], said["high"])


def own_figures(user: User) -> list[OwnFigures]:
    """Of each campaign in which a person is or was a member, by name."""
    campaigns = list(campaigns_worked_in(user))
    done = QualityReport.objects.filter(campaign__in=campaigns, state=RunState.DONE)
    reports = {each.campaign_id: each for each in done.defer("findings").order_by("pk")}
    shown = list(reports.values())
    rows = {
        each.report_id: each
        for each in RaterQuality.objects.filter(report__in=shown, rater__user=user)
    }
    slices = AgreementSlice.objects.filter(
        report__in=shown, measure="agreement", facet="overall", part=""
    )
    whole = {each.report_id: each for each in slices}
    parts = _parts(user, shown)
    return [
        OwnFigures(
            each,
            report,
            rows.get(report.pk),
            whole.get(report.pk),
            parts.get(report.pk, []),
        )
        if (report := reports.get(each.pk))
        else OwnFigures(each)
        for each in campaigns
    ]


def _parts(user: User, reports: Sequence[QualityReport]) -> dict[int, list[RaterPart]]:
    """By skill, by language and by week; what is cut by several at once is too fine to be read."""
    found: dict[int, list[RaterPart]] = {}
    rows = RaterPart.objects.filter(report__in=reports, rater__user=user, facet__in=FACETS)
    for each in rows.order_by("facet", "skill", "language", "week"):
        found.setdefault(each.report_id, []).append(each)
    return found
