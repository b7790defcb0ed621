"""Numbers as people read them. What is not there stays visible as what it is: not defined.

It is None, or the empty text that a template makes of an attribute of None.
"""

from datetime import timedelta
from typing import Literal

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commons.markdown import render_markdown
from rewards.views.numbers import Interval

register = template.Library()

MINUTE = timedelta(minutes=1)

Number = float | Literal[""] | None


@register.filter
def percent(share: Number) -> str:
    """0.642 as 64.2 %."""
    if share is None or share == "":
        return _("not defined")
    return f"{decimal(100 * share, 1)}\N{NO-BREAK SPACE}%"


@register.filter
def percent_value(found: Interval | None) -> str:
    """The value of an interval, as a share in percent."""
    return percent(found.value if found else None)


@register.filter
def percent_interval(found: Interval | None) -> str:
    """The interval alone: 58.0 to 70.1 %."""
    if found is None:
        return _("not defined")
    ends = {"low": decimal(100 * found.low, 1), "high": decimal(100 * found.high, 1)}
    return (_("%(low)s to %(high)s %%") % ends).replace(" %", "\N{NO-BREAK SPACE}%")


@register.filter
def percent_whole(share: Number) -> str:
    """0.642 as 64: of a hundred."""
    return _("not defined") if share is None or share == "" else decimal(100 * share, 0)


@register.filter
def number_interval(found: Interval | None) -> str:
    """The interval of a plain number: 0.021 to 0.063."""
    if found is None:
        return _("not defined")
    return _("%(low)s to %(high)s") % {"low": decimal(found.low, 3), "high": decimal(found.high, 3)}


@register.filter
def signed_interval(found: Interval | None) -> str:
    """The interval of a number that may be negative: −0.12 to +0.30."""
    if found is None:
        return _("not defined")
    return _("%(low)s to %(high)s") % {"low": signed(found.low), "high": signed(found.high)}


@register.filter
def points(share: Number) -> str:
    """A difference of two shares, in percentage points with its sign."""
    return _("not defined") if share is None or share == "" else signed(100 * share, digits=1)


@register.filter
def signed(value: Number, digits: int = 2) -> str:
    if value is None or value == "":
        return _("not defined")
    sign = "−" if round(value, digits) < 0 else "+"
    return f"{sign}{decimal(abs(value), digits)}"


@register.filter
def decimal(value: Number, digits: int = 2) -> str:
    """Rounded; Django's own formatting cuts digits off."""
    if value is None or value == "":
        return _("not defined")
    return number_format(f"{value:.{digits}f}").replace("-", "−")


@register.filter
def time_in_words(left: timedelta | None) -> str:
    """How long something takes, no finer than anybody can know."""
    if left is None:
        return ""
    if left < MINUTE:
        return _("less than a minute")
    minutes = round(left / MINUTE)
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours, rest = divmod(minutes, 60)
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


@register.filter
def left_in_words(left: timedelta) -> str:
    words = time_in_words(left)
    if left < MINUTE:
        return _("%(words)s left") % {"words": words}
    return _("about %(words)s left") % {"words": words}


@register.filter
def shown(text: str) -> SafeString:
    """Model text by the one renderer."""
    return format_html('<div class="prose" dir="auto">{}</div>', render_markdown(text))
