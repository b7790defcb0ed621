"""What a planner need not be told: how people vote in a campaign, what it pays, what it wants."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from math import fsum

from django.db.models import Exists, F, OuterRef, Q, Sum
from django.utils import timezone

from annotate.enums import Kind, Side
from annotate.models import Campaign, CampaignPrompt, QualityReport, Ranking, WorkRollup
from annotate.pay import TENTHS_OF_AN_HOUR, Terms
from annotate.selectors.judged_json import HowMany
from annotate.selectors.ledger import terms_on
from annotate.selectors.measured import done_by_now
from annotate.selectors.sorts import COUNTED
from annotate.selectors.tally import beginning_of, week_start

LATELY = timedelta(weeks=4)
ENOUGH = 20  # prompts, from which a share of usable ones is told


@dataclass(frozen=True)
class Votes:
    """``tied`` of all pairs, the mean ``consistency`` of raters by their items; of the two sources
    that met most the error of their difference in logits, and how much wider it is by prompt."""

    tied: float = 0.0
    consistency: float | None = None
    known: int = 0
    error: float | None = None
    by_prompt: float = 1.0


def votes_in(campaign: Campaign, report: QualityReport | None) -> Votes:
    """By the newest report; ties by what is counted where no two sources met."""
    met = report.figures.get("meeting") if report else None
    eta = _consistency(report) if report else None
    if met:
        return Votes(met["tied"], eta, met["votes"], met["error"], met["by_prompt"])
    rows = WorkRollup.objects.filter(campaign=campaign).exclude(kind=Kind.DEMONSTRATE)
    sums = rows.aggregate(ties=Sum("ties", default=0), strict=Sum("comparisons", default=0))
    pairs = sums["ties"] + sums["strict"]
    return Votes(sums["ties"] / pairs if pairs else 0.0, eta)


def _consistency(report: QualityReport) -> float | None:
    rows = report.raters.filter(consistency__isnull=False).values_list("consistency", "doubled")
    found = [(eta, max(n, 1)) for eta, n in rows if eta is not None]
    return fsum(eta * n for eta, n in found) / sum(n for _, n in found) if found else None


@dataclass(frozen=True)
class Pay:
    """What the campaign pays today for what a plan counts, and what such an item took lately; None
    where nobody measured."""

    terms: Terms
    minutes: float | None

    @property
    def an_item(self) -> Decimal | None:
        """What a judgement costs; None where it is paid by the hour and hours are not known."""
        if not self.terms.per_hour:
            return self.terms.per_item
        if self.minutes is None:
            return None
        return self.terms.per_item + self.terms.per_hour * Decimal(self.minutes) / 60


def pay_in(campaign: Campaign) -> Pay | None:
    """None where no rate holds today for what a plan counts."""
    today, kind = timezone.now().date(), voting_kind(campaign)
    terms = terms_on(today, list(campaign.rates.order_by("holds_from")), kind)
    if terms is None:
        return None
    done = [each for each in done_by_now(campaign, since=today - LATELY) if each.kind == kind]
    items, tenths = sum(each.items for each in done), sum(each.tenths for each in done)
    minutes = 60 * tenths / TENTHS_OF_AN_HOUR / items if items and tenths else None
    return Pay(terms, minutes)


def voting_kind(campaign: Campaign) -> Kind:
    """Whence the votes come that a plan counts: people talk where nobody ranks."""
    kinds = set(campaign.works.values_list("kind", flat=True))
    return Kind.TALK if Kind.TALK in kinds and Kind.RANK not in kinds else Kind.RANK


def held_out_wanted(campaign: Campaign) -> int | None:
    """Of a week: what the campaign wants at the least, else at the most; None: it says neither."""
    return campaign.held_out_at_least or campaign.held_out_at_most


@dataclass(frozen=True)
class HeldOut:
    """Prompts of this week on the test side: those that came, and those of which a ranking tells
    something. ``usable`` is the share of those that were ranked in five weeks."""

    came: int
    have: int
    usable: float


def held_out_in(campaign: Campaign) -> HeldOut:
    monday = beginning_of(week_start())
    prompts = CampaignPrompt.objects.filter(
        campaign=campaign, added_at__gte=monday - LATELY, prompt__side=Side.TEST
    )
    rankings = Ranking.objects.filter(
        COUNTED, campaign=campaign, prompt=OuterRef("prompt"), current=True
    )
    says = rankings.annotate(tiers_in=HowMany(F("tiers"))).filter(tiers_in__gt=1)
    ranked, useful = prompts.filter(Exists(rankings)).count(), prompts.filter(Exists(says))
    of_five_weeks, this_week = useful.count(), Q(added_at__gte=monday)
    return HeldOut(
        came=prompts.filter(this_week).count(),
        have=useful.filter(this_week).count(),
        usable=of_five_weeks / ranked if ranked >= ENOUGH and of_five_weeks else 1.0,
    )
