"""Leads read who saw and took away what of a campaign."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotate.enums import Taken
from annotate.models import Access
from annotate.selectors.access import accesses_of, people_named
from annotate.selectors.campaign import campaigns_led_by
from annotate.views.looked_at import PAGES
from annotate.views.looks import note_people
from annotate.views.tables import Cell, Column, Table
from commons.views.requests import AuthedRequest

PAGE = 100
PAGED = {Taken.ITEMS, Taken.MANY}  # their subject is an address
PLACES = {"prompt": "annotate:life", "task": "annotate:item", "snapshot": "annotate:dataset"}


@login_required
@require_safe
def accesses(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    campaign = get_object_or_404(campaigns_led_by(request.user), uuid=uuid)
    note_people(request, [campaign])
    page = Paginator(accesses_of(campaign), PAGE).get_page(request.GET.get("page"))
    columns = [
        Column(_("When")),
        Column(_("User name")),
        Column(_("What")),
        Column(_("Rows"), is_number=True),
        Column(_("By")),
    ]
    people = people_named(each.subject for each in page.object_list)
    rows = [_row(each, people) for each in page.object_list]
    table = Table("accesses", _("The newest first"), columns, rows, empty=_("Nobody yet."))
    context = {"campaign": campaign, "page": page, "table": table}
    return render(request, "annotate/accesses.html", context)


def _row(access: Access, people: Mapping[str, str]) -> list[Cell]:
    part = PAGES.get(access.part, access.part)
    named = part or access.subject.rpartition(":")[2]
    if access.taken == Taken.ONE:
        named = f"{people.get(access.subject, access.subject)} · {part}"
    what = f"{Taken(access.taken).label}: {named}"
    by = _("API token %(id)s") % {"id": str(access.token)[:8]} if access.token else _("a page")
    return [
        Cell(access.at),
        Cell(access.person.username),
        Cell(what, link=_place(access)),
        Cell(access.rows),
        Cell(by),
    ]


def _place(access: Access) -> str:
    """Where it can be seen again: what it was of, or the very page, which stands as its address."""
    if access.taken in PAGED and access.token is None:
        return access.subject
    sort, _colon, name = access.subject.partition(":")
    return reverse(PLACES[sort], args=[name]) if sort in PLACES else ""
