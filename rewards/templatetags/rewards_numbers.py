"""Numbers as people read them. None stays visible as what it is: not defined."""

from datetime import timedelta

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commons.markdown import render_markdown
from rewards.views.numbers import Interval

register = template.Library()


@register.filter
def percent(share: float | None) -> str:
    """0.642 as 64.2 %."""
    if share is None:
        return _("not defined")
    return f"{number_format(100 * share, decimal_pos=1)} %"


@register.filter
def percent_interval(found: Interval | None) -> str:
    """The interval alone: 58.0 to 70.1 %."""
    if found is None:
        return _("not defined")
    low, high = (number_format(100 * share, decimal_pos=1) for share in (found.low, found.high))
    return _("%(low)s to %(high)s %%") % {"low": low, "high": high}


@register.filter
def points(share: float | None) -> str:
    """A difference of two shares, in percentage points with its sign."""
    return _("not defined") if share is None else signed(100 * share, digits=1)


@register.filter
def signed(value: float | None, digits: int = 2) -> str:
    if value is None:
        return _("not defined")
    sign = "−" if round(value, digits) < 0 else "+"
    return f"{sign}{number_format(abs(value), decimal_pos=digits)}"


@register.filter
def decimal(value: float | None, digits: int = 2) -> str:
    return _("not defined") if value is None else number_format(value, decimal_pos=digits)


@register.filter
def time_in_words(left: timedelta | None) -> str:
    """How long something takes, no finer than anybody can know."""
    if left is None:
        return ""
    minutes = round(left.total_seconds() / 60)
    if minutes < 1:
        return _("less than a minute")
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours, rest = divmod(minutes, 60)
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


@register.filter
def shown(text: str) -> SafeString:
    """Model text by the one renderer."""
    return format_html('<div class="prose" dir="auto">{}</div>', render_markdown(text))
