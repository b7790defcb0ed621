"""What the people of a team are owed, together and each: for whoever pays a vendor by its people.

What is open goes by whom a person works for now; what is settled, by whom they worked for then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from annotate.models import Correction, Statement, Team, TeamPart
from annotate.selectors.ledger import (
    Line,
    Owed,
    OwedSums,
    open_corrections,
    open_lines,
    settled_lines,
)


@dataclass
class OwedToTeam(OwedSums):
    """What the people of one team are owed together in one currency; no team: by themselves."""

    team: Team | None
    currency: str
    people: int = 0


def owed_by_team(owed: Iterable[Owed], teams: Mapping[int, Team]) -> list[OwedToTeam]:
    """The same sums put together; ``teams`` by the primary key of a person's account."""
    found: dict[tuple[str, str], OwedToTeam] = {}
    for each in owed:
        team = teams.get(each.person.pk)
        key = (team.name if team else "", each.currency)
        whole = found.setdefault(key, OwedToTeam(team, each.currency))
        whole.people += 1
        for name in ("items", "tenths", "work", "voided", "corrected"):
            setattr(whole, name, getattr(whole, name) + getattr(each, name))
    return [found[key] for key in sorted(found)]


def settled_teams(statement: Statement) -> dict[int, Team]:
    """For whom each person worked in a period when it was settled."""
    return {each.person_id: each.team for each in statement.teams.select_related("team")}


def owed_in_part(part: TeamPart) -> tuple[list[Line], list[Correction]]:
    """What is not settled yet of a team's people in a campaign."""
    people = part.campaign.memberships.filter(team=part.team).values("person")
    corrections = open_corrections(part.campaign).filter(person__in=people)
    return open_lines(part.campaign, people=people), list(corrections)


def settled_of_part(part: TeamPart, statement: Statement) -> tuple[list[Line], list[Correction]]:
    """What was settled of those who worked for a team then."""
    people = statement.teams.filter(team=part.team).values("person")
    corrections = statement.corrections.select_related("person", "by").order_by("-pk")
    return (
        settled_lines(statement.lines.filter(person__in=people)),
        list(corrections.filter(person__in=people)),
    )


def statements_of_part(part: TeamPart) -> QuerySet[Statement]:
    """The latest first."""
    mine = part.campaign.statements.filter(teams__team=part.team).distinct()
    return mine.order_by("-number")
