"""Teams for tests: one with a part in a campaign, and people who work for it."""

from itertools import count

from annotate.models import Campaign, Membership, TeamPart
from annotate.services.quota import Terms, set_terms
from annotate.services.team import add_part, make_team, name_lead, put_in_team
from commons.models import User
from tests.factories import make_member, make_user

_number = count(1)


def a_part(
    campaign: Campaign, *, lead: User | None = None, name: str = "", **terms: object
) -> TeamPart:
    """A team that is in a campaign on these terms, with this lead."""
    by = make_user()
    team = make_team(name=name or f"Team {next(_number)}", is_vendor=False, by=by)
    if lead:
        name_lead(team=team, username=lead.username, by=by)
    part = add_part(team=team, campaign=campaign, by=by)
    if terms:
        ask_for(part, **terms)
    return part


def ask_for(part: TeamPart, **terms: object) -> None:
    set_terms(part=part, terms=Terms(**terms), by=make_user())  # type: ignore[arg-type]


def a_mate(part: TeamPart, name: str = "") -> User:
    """Somebody who works in the campaign for the team."""
    person = make_member(part.campaign, name=name)
    join_team(part, person)
    return person


def join_team(part: TeamPart, person: User) -> None:
    put_in_team(membership=membership_in(part, person), team=part.team, by=make_user())


def membership_in(part: TeamPart, person: User) -> Membership:
    return Membership.objects.get(campaign=part.campaign, person=person)
