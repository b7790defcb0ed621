"""Numbers of a report as people read them. None stays visible as what it is: not known."""

from datetime import timedelta

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotate.export.preflight.estimates import Share

register = template.Library()

HOUR, DAY = 3600, 86_400


@register.filter
def count(value: int | None) -> str:
    """A whole number with its groups of three."""
    return _("not known") if value is None else number_format(value, 0, force_grouping=True)


@register.filter
def percent_of(share: float | None, digits: int = 1) -> str:
    """0.642 as 64.2 %, rounded."""
    if share is None:
        return _("not known")
    return f"{number_format(f'{100 * share:.{digits}f}')}\N{NO-BREAK SPACE}%"


@register.filter
def interval_of(share: Share | None) -> str:
    """The ends of its interval: 58.0 % to 70.1 %."""
    if share is None or share.low is None or share.high is None:
        return _("not known")
    return _("%(low)s to %(high)s") % {
        "low": percent_of(share.low),
        "high": percent_of(share.high),
    }


@register.filter
def decimals(value: float | None, digits: int = 1) -> str:
    return _("not known") if value is None else number_format(f"{value:.{digits}f}")


@register.filter
def in_words(left: timedelta) -> str:
    """How long something takes, no finer than anybody can know."""
    seconds = left.total_seconds()
    if seconds < 60:
        return _("less than a minute")
    if seconds < HOUR:
        minutes = round(seconds / 60)
        return ngettext("about a minute", "about %(count)d minutes", minutes) % {"count": minutes}
    if seconds < DAY:
        hours = round(seconds / HOUR)
        return ngettext("about an hour", "about %(count)d hours", hours) % {"count": hours}
    days = round(seconds / DAY)
    return ngettext("about a day", "about %(count)d days", days) % {"count": days}
