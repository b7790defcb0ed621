"""Parts of pages that are asked for again every two seconds while something runs."""

import hashlib
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

LIVE = '<div class="live" hx-get="{}?seen={}" hx-trigger="every 2s" hx-swap="outerHTML">{}</div>'


def live_part(
    request: HttpRequest, template: str, context: Mapping[str, object], *, url: str
) -> SafeString:
    """The part, wrapped so that it asks ``url`` for its next state."""
    html = render_to_string(template, dict(context), request)
    return format_html(LIVE, url, fingerprint(html), mark_safe(html))


def live_answer(
    request: HttpRequest, template: str, context: Mapping[str, object], *, url: str
) -> HttpResponse:
    """The part anew, or 204 when it reads as before: then focus and screen readers stay put."""
    html = render_to_string(template, dict(context), request)
    if request.GET.get("seen") == fingerprint(html):
        return HttpResponse(status=204)
    return HttpResponse(live_part(request, template, context, url=url))


def fingerprint(html: str) -> str:
    return hashlib.sha256(html.encode()).hexdigest()[:16]
