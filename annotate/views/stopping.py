"""Behind the dashboard: what giving up votes on sure items has saved."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotate.enums import Kind
from annotate.selectors.quality import savings_of
from annotate.views.leads import leads_only
from annotate.views.looking import looking_at
from annotate.views.quality.framing import frame
from annotate.views.tables import Cell, Column, Table, file_asked_for
from commons.views.requests import AuthedRequest


@leads_only
@require_safe
def stopping(request: AuthedRequest) -> HttpResponse:
    """What giving up votes on sure items has saved, campaign by campaign."""
    looking = looking_at(request)
    columns = (
        Column(_("Campaign")),
        Column(_("Stops when sure by"), is_number=True),
        Column(_("Items stopped"), is_number=True),
        Column(_("Votes they had"), is_number=True),
        Column(_("Votes saved"), is_number=True),
        Column(_("Of these items' votes"), is_number=True),
    )
    rows = []
    for each in looking.wanting.campaigns:
        work = each.works.filter(kind=Kind.RANK).first()
        found = savings_of(each)
        rows.append(
            (
                Cell(each.name),
                Cell(work.stops_when_sure if work else None, is_share=True),
                Cell(found.tasks),
                Cell(found.votes),
                Cell(found.saved),
                Cell(found.share, is_share=True),
            )
        )
    about = _("Off until a campaign's settings say how sure it wants to be.")
    tables = [Table("stopping", _("Votes saved"), columns, rows, about=about)]
    if file := file_asked_for(request, tables, looking.wanting.campaigns):
        return file
    context = {
        **frame(looking, None, "annotate:stopping"),
        "tables": [each.addressed(request) for each in tables],
        "is_of_all": True,
    }
    return render(request, "annotate/quality.html", context)
