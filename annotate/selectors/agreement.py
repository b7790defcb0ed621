"""How far people agreed in a week, beside the week before; or what it lacks to be told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from annotate.figures import (
    Found,
    change_text,
    interval_text,
    number_text,
    signed_text,
    whole_text,
)
from annotate.models import AgreementSlice, Campaign, QualityReport
from annotate.selectors.quality import Wanting
from annotate.selectors.quality_slices import change_of, slice_of, trend_of
from annotate.stats.quality.slices import LEAST

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class WeekAgreement:
    """Figures of the newest report. ``doubled`` are the items of a week that has no figure, for
    they are too few; None where the report is from before that was kept."""

    report: QualityReport
    now: AgreementSlice | None
    before: AgreementSlice | None
    whole: AgreementSlice | None
    doubled: int | None = None
    doubled_before: int | None = None
    change: AgreementSlice | None = None


def agreement_in(campaign: Campaign, report: QualityReport | None, week: date) -> list[str]:
    """Of the week that begins on this Monday, in sentences."""
    if report is None:
        return [_("Not measured yet: a worker does so after the first judgements.")]
    asked = Wanting([campaign])
    by_week = {each.week: each for each in trend_of(report, asked, "agreement")}
    found = WeekAgreement(
        report,
        by_week.get(week),
        by_week.get(week - WEEK),
        slice_of(report, asked, "agreement"),
        _doubled(report, week),
        _doubled(report, week - WEEK),
        change_of(report, Wanting([campaign], week=week)),
    )
    return list(_said(found))


def change_said(change: AgreementSlice) -> str:
    """Of one week's agreement beside that of the one before it, whether it is more than chance."""
    said = {
        "week": f"{change.week:%G-W%V}",
        "before": f"{date.fromisoformat(change.part):%G-W%V}",
        "change": _change(change),
    }
    if change.low > 0:
        return _("Agreement rose from %(before)s to %(week)s, beyond chance: %(change)s.") % said
    if change.high < 0:
        return _("Agreement fell from %(before)s to %(week)s, beyond chance: %(change)s.") % said
    return _("From %(before)s to %(week)s agreement changed within chance: %(change)s.") % said


def _doubled(report: QualityReport, week: date) -> int | None:
    few = report.figures.get("few_by_week")
    return None if few is None else int(few.get(week.isoformat(), 0))


def _said(found: WeekAgreement) -> Iterator[str]:
    if found.now is not None:
        said = _("People agreed by %(found)s on %(n)s prompts; chance gives %(chance)s.")
        yield said % {
            "found": _interval(found.now),
            "n": whole_text(found.now.prompts),
            "chance": number_text(found.now.chance, 2),
        }
        yield _beside_the_week_before(found.now, found)
    else:
        yield _too_few(found.doubled)
        if found.whole is not None:
            yield _("In all weeks people agree by %(found)s.") % {"found": _interval(found.whole)}
    if at := found.report.finished_at:
        said = _("Measured on %(at)s.")
        yield said % {"at": date_format(localtime(at), "j F Y, H:i T")}


def _beside_the_week_before(now: AgreementSlice, found: WeekAgreement) -> str:
    if found.before is None:
        return _("No change is told. The week before: %(why)s") % {
            "why": _too_few(found.doubled_before)
        }
    said = {
        "found": _interval(found.before),
        "change": signed_text(now.value - found.before.value),
    }
    if found.change is None:  # of a report from before changes were kept
        return _("The week before it was %(found)s: a change of %(change)s.") % said
    said["change"] = _change(found.change)
    if found.change.low > 0 or found.change.high < 0:
        return _("The week before it was %(found)s: a change beyond chance, %(change)s.") % said
    return _("The week before it was %(found)s: a change within chance, %(change)s.") % said


def _too_few(doubled: int | None) -> str:
    if doubled is None:
        return _("Too few doubled items: it takes %(least)d.") % {"least": LEAST}
    return _("Too few doubled items: %(n)d of %(least)d.") % {"n": doubled, "least": LEAST}


def _change(found: AgreementSlice) -> str:
    return change_text(Found(found.value, found.low, found.high))


def _interval(found: AgreementSlice) -> str:
    return interval_text(Found(found.value, found.low, found.high))
