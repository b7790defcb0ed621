"""What the people of a team are owed, campaign by campaign, for its leads and for whoever pays."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from annotate.models import Statement, TeamPart
from annotate.selectors.ledger import owed_by
from annotate.selectors.ledger_kinds import done_by_kind
from annotate.selectors.team import parts_seen_by, teams_seen_by
from annotate.selectors.team_ledger import owed_in_part, settled_of_part, statements_of_part
from annotate.views.ledger_tables import kinds_table, lines_table, owed_table
from annotate.views.looks import note_people
from annotate.views.tables import file_asked_for
from annotate.views.team.tables import name_of
from commons.views.requests import AuthedRequest


@login_required
@require_safe
def team_ledger(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Of the campaign that the address names, else of the first; what is open, or a statement.

    Why somebody was corrected is between them and the leads of the campaign: sums alone are here.
    """
    team = get_object_or_404(teams_seen_by(request.user), uuid=uuid)
    parts = list(parts_seen_by(request.user).filter(team=team))
    part = _named(parts, request.GET.get("campaign", ""))
    statements = list(statements_of_part(part)) if part else []
    statement = _numbered(statements, request.GET.get("statement", ""))
    tables = []
    if part:
        lines, corrections = settled_of_part(part, statement) if statement else owed_in_part(part)
        tables = [
            owed_table(owed_by(lines, corrections)),
            kinds_table(done_by_kind(lines)),
            lines_table(lines),
        ]
    if part and (file := file_asked_for(request, tables, [part.campaign])):
        return file
    note_people(request, [part.campaign] if part else [])
    context = {
        "team": team,
        "name": name_of(team),
        "parts": parts,
        "part": part,
        "statements": statements,
        "statement": statement,
        "tables": [each.addressed(request) for each in tables],
    }
    return render(request, "annotate/team_ledger.html", context)


def _named(parts: list[TeamPart], named: str) -> TeamPart | None:
    """What is named and not seen is not there."""
    if not named:
        return parts[0] if parts else None
    for part in parts:
        if str(part.campaign.uuid) == named:
            return part
    raise Http404


def _numbered(statements: list[Statement], number: str) -> Statement | None:
    if not number:
        return None
    for statement in statements:
        if str(statement.number) == number:
            return statement
    raise Http404
