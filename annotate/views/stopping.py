"""Behind the dashboard: what giving up votes on sure items has saved."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotate.enums import Kind
from annotate.models import StoppedTask
from annotate.selectors.quality import savings_of, stopped_in
from annotate.views.leads import leads_only
from annotate.views.looking import Looking, looking_at
from annotate.views.quality.framing import frame
from annotate.views.tables import Cell, Column, Table, file_asked_for
from commons.views.requests import AuthedRequest

MOST = 50
ITEMS = "stopped"


@leads_only
@require_safe
def stopping(request: AuthedRequest) -> HttpResponse:
    """What giving up votes on sure items has saved, and on which items of a campaign."""
    looking = looking_at(request)
    tables = [_savings_table(looking)]
    if campaign := looking.wanting.campaign:
        found = stopped_in(campaign, looking.wanting)
        tables.append(_items_table(found, is_file=request.GET.get("csv") == ITEMS))
    if file := file_asked_for(request, tables, looking.wanting.campaigns):
        return file
    context = {
        **frame(looking, None, "annotate:stopping"),
        "tables": [each.addressed(request) for each in tables],
        "is_of_all": True,
    }
    return render(request, "annotate/quality.html", context)


def _savings_table(looking: Looking) -> Table:
    columns = (
        Column(_("Campaign")),
        Column(_("Stops when sure by"), is_number=True),
        Column(_("Items stopped"), is_number=True),
        Column(_("Votes they had"), is_number=True),
        Column(_("Votes saved"), is_number=True),
        Column(_("Of these items' votes"), is_number=True),
    )
    about = _("Off until a campaign's settings say how sure it wants to be.")
    return Table("stopping", _("Votes saved"), columns, list(_savings(looking)), about=about)


def _savings(looking: Looking) -> Iterator[tuple[Cell, ...]]:
    """Of several campaigns each leads to its own items, narrowed as the page is."""
    for each in looking.wanting.campaigns:
        work = each.works.filter(kind=Kind.RANK).first()
        found = savings_of(each, looking.wanting)
        items = f"{reverse('annotate:stopping')}?campaign={each.uuid}{looking.address}"
        is_one = looking.wanting.campaign is not None
        yield (
            Cell(each.name),
            Cell(work.stops_when_sure if work else None, is_share=True),
            Cell(found.tasks, "" if is_one else items),
            Cell(found.votes),
            Cell(found.saved),
            Cell(found.share, is_share=True),
        )


def _items_table(found: QuerySet[StoppedTask], *, is_file: bool) -> Table:
    """A page is given no more than it shows."""
    columns = (
        Column(_("Prompt")),
        Column(_("Skill")),
        Column(_("Language")),
        Column(_("Stopped at")),
        Column(_("Sure by"), is_number=True),
        Column(_("Votes it had"), is_number=True),
        Column(_("Votes saved"), is_number=True),
    )
    rows = [
        (
            Cell(str(prompt.uuid)[:8], reverse("annotate:life", args=[prompt.uuid])),
            Cell(prompt.skill or _("none")),
            Cell(prompt.language),
            Cell(each.at),
            Cell(each.sure, is_share=True),
            Cell(each.votes),
            Cell(each.saved),
        )
        for each in (found if is_file else found[:MOST])
        for prompt in [each.task.prompt]
    ]
    title, empty = _("Items that gave up votes"), _("No item has given up a vote.")
    total = found.count()
    return Table(ITEMS, title, columns, rows, empty=empty, most=MOST, total=total)
