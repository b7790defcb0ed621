"""What a lead is told of a week: whether what came of it is worth training on.

    goals and their forecast -> each campaign: agreement, findings, work for nobody, people and cost
    -> datasets that were frozen -> what other apps say (``LETTER_PARTS``)

Every figure is one that a page shows, from where that page has it. Targets and agreement are always
told; a part that has nothing to say is left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotate.enums import CampaignState, Purpose
from annotate.figures import whole_text
from annotate.models import Campaign, QualityReport, Snapshot
from annotate.selectors.agreement import agreement_in
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.finding import told_of
from annotate.selectors.goal import goal_in_words, goals_of, share_of_week
from annotate.selectors.ledger import NOTHING, lines_since, owed_by
from annotate.selectors.pause import appeals_waiting, paused_in
from annotate.selectors.quality import Wanting, WorkCounts, counts_of, newest_reports
from annotate.selectors.snapshot import snapshots_of
from annotate.selectors.stranded import StrandedLane, stranded_in
from annotate.selectors.tally import beginning_of, daily_counts, week_counts
from commons.letters import Line, Part, parts_of_letters
from commons.models import RunState, User

WEEK = timedelta(days=7)
MOST = 20  # lines of a part; behind them stands how many more there are


@dataclass(frozen=True)
class CampaignWeek:
    """What a letter tells of one campaign."""

    campaign: Campaign
    counts: WorkCounts
    agreement: Sequence[str]
    parts: Sequence[Part]
    href: str


@dataclass(frozen=True)
class Letter:
    """Links are from the root on."""

    goals: Part
    told: Sequence[CampaignWeek]
    parts: Sequence[Part]
    dashboard: str


def letter_of(person: User, week: date) -> Letter | None:
    """Of the week that began on this Monday, in the active language and the person's time zone;
    None where they lead nothing that is not closed."""
    with timezone.override(_zone_of(person)):
        led = list(campaigns_led_by(person))
        told = [each for each in led if each.state != CampaignState.CLOSED]
        if not told:
            return None
        reports, since = newest_reports(told), beginning_of(week)
        until = since + WEEK
        parts = [_frozen(person, since, until), *parts_of_letters(person, since, until)]
        return Letter(
            Part(_("Against the targets"), _goals(led, week)),
            [_week_of(each, reports.get(each.pk), week) for each in told],
            [each for each in parts if each.lines],
            f"{reverse('annotate:dashboard')}?week={week:%G-W%V}",
        )


def _zone_of(person: User) -> ZoneInfo | None:
    """None is the installation's: of whoever has none, or one that this host does not know."""
    try:
        return ZoneInfo(person.time_zone) if person.time_zone else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _goals(led: Sequence[Campaign], week: date) -> list[Line]:
    """Of everything that they lead, as the dashboard has it: closed campaigns too."""
    targets, now = settings.WEEKLY_TARGETS, timezone.now()
    campaigns = Campaign.objects.filter(pk__in=[each.pk for each in led])
    done = goals_of(counts_of(Wanting(led), week), elapsed=1.0, targets=targets)
    runs = goals_of(
        week_counts(campaigns),
        elapsed=share_of_week(now),
        targets=targets,
        days=daily_counts(campaigns),
    )
    return [Line(" ".join(goal_in_words(*pair))) for pair in zip(done, runs, strict=True)]


def _week_of(campaign: Campaign, report: QualityReport | None, week: date) -> CampaignWeek:
    found = told_of([report]) if report else []
    findings = [Line(f"{each.title}. {each.seen} {each.remedy}", each.href) for each in found]
    leases = f"{reverse('annotate:leases', args=[campaign.uuid])}#stranded-title"
    waiting = [Line(_waits(each), leases) for each in stranded_in(campaign)]
    there = f"{reverse('annotate:dashboard')}?campaign={campaign.uuid}"
    parts = [
        Part(_("What to look at"), _first(findings, there)),
        Part(_("Waiting for nobody"), _first(waiting, leases)),
        Part(_("Beside the counts"), list(_beside(campaign, week))),
    ]
    return CampaignWeek(
        campaign,
        counts_of(Wanting([campaign]), week),
        agreement_in(campaign, report, week),
        [each for each in parts if each.lines],
        there,
    )


def _first(lines: Sequence[Line], href: str) -> list[Line]:
    """As many as a letter can be read with, and where the others are."""
    if (more := len(lines) - MOST) <= 0:
        return list(lines)
    return [*lines[:MOST], Line(ngettext("%(n)d more.", "%(n)d more.", more) % {"n": more}, href)]


def _waits(found: StrandedLane) -> str:
    """As the page of leases has it."""
    lane, tasks = found.lane, {"tasks": found.tasks}
    what = [lane.get_kind_display(), lane.skill, lane.language, lane.clearance]
    if found.is_bounded:
        many = ngettext("at least %(tasks)s task", "at least %(tasks)s tasks", found.tasks) % tasks
    else:
        many = ngettext("%(tasks)s task", "%(tasks)s tasks", found.tasks) % tasks
    return f"{' · '.join(each for each in what if each)}: {many}. {found.why}"


def _beside(campaign: Campaign, week: date) -> Iterator[Line]:
    pauses = reverse("annotate:pauses", args=[campaign.uuid])
    standing = list(paused_in([campaign]))
    if paused := len({each.membership_id for each in standing}):
        said = ngettext("%(count)d person is paused.", "%(count)d people are paused.", paused)
        yield Line(said % {"count": paused}, pauses)
    if waiting := appeals_waiting(campaign):
        said = ngettext(
            "%(count)d appeal waits for an answer.",
            "%(count)d appeals wait for an answer.",
            waiting,
        )
        yield Line(said % {"count": waiting}, pauses)
    for currency, worth in _costs(campaign, week).items():
        said = _("The work of the week is worth %(amount)s %(currency)s.")
        amount = {"amount": number_format(worth, 2, force_grouping=True), "currency": currency}
        yield Line(said % amount, reverse("annotate:ledger", args=[campaign.uuid]))


def _costs(campaign: Campaign, week: date) -> dict[str, Decimal]:
    """By currency and today's rates, without corrections; work without a rate is in none."""
    sums: dict[str, Decimal] = {}
    for owed in owed_by(lines_since(campaign, week, week + WEEK), []):
        sums[owed.currency] = sums.get(owed.currency, NOTHING) + owed.work
    return sums


def _frozen(person: User, since: datetime, until: datetime) -> Part:
    """A check makes no dataset to be told of."""
    found = snapshots_of(person).filter(
        state=RunState.DONE,
        purpose=Purpose.FILES,
        finished_at__gte=since,
        finished_at__lt=until,
    )
    lines = [_dataset(each) for each in found.order_by("finished_at", "pk")]
    return Part(_("Datasets"), _first(lines, reverse("annotate:datasets")))


def _dataset(snapshot: Snapshot) -> Line:
    said = ngettext(
        "%(kind)s of %(campaigns)s: %(rows)s row, frozen on %(at)s.",
        "%(kind)s of %(campaigns)s: %(rows)s rows, frozen on %(at)s.",
        snapshot.rows,
    )
    assert snapshot.finished_at is not None  # it is done
    about = {
        "kind": snapshot.get_kind_display(),
        "campaigns": ", ".join(sorted(each.name for each in snapshot.campaigns.all())),
        "rows": whole_text(snapshot.rows),
        "at": date_format(timezone.localtime(snapshot.finished_at), "j F Y, H:i T"),
    }
    return Line(said % about, reverse("annotate:dataset", args=[snapshot.uuid]))
