"""What was done and is owed by kind of work: under which rate each was paid, and for which team."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from annotate.models import Correction, Team
from annotate.pay import Terms
from annotate.selectors.ledger import DoneSums, Line, OwedSums


@dataclass
class DoneOfKind(DoneSums):
    """All that was done of one kind under one rate; no rate, nothing is owed for it."""

    kind: str
    terms: Terms | None


def done_by_kind(lines: Iterable[Line]) -> list[DoneOfKind]:
    """Sums of the lines as they were rounded; each kind's rates in a row."""
    found: dict[tuple[str, Terms | None], DoneOfKind] = {}
    for line in lines:
        key = (line.kind, line.terms)
        found.setdefault(key, DoneOfKind(*key)).add(line)
    return sorted(found.values(), key=lambda each: (each.kind, (each.terms,) if each.terms else ()))


@dataclass
class OwedForKind(OwedSums):
    """What is owed to the people of one team for one kind of work in one currency.

    No team: to those who work by themselves. No kind: corrections that are about none alone, and
    what was settled before kinds were told apart.
    """

    team: Team | None
    kind: str
    currency: str


def owed_by_team_and_kind(
    lines: Iterable[Line], corrections: Iterable[Correction], teams: Mapping[int, Team]
) -> list[OwedForKind]:
    """``teams`` by the primary key of a person's account. It adds up to what each team is owed."""
    found: dict[tuple[str, str, str], OwedForKind] = {}

    def of(person: int, kind: str, currency: str) -> OwedForKind:
        team = teams.get(person)
        key = (team.name if team else "", kind, currency)
        return found.setdefault(key, OwedForKind(team, kind, currency))

    for line in lines:
        if line.terms is None or line.amount is None or line.voided_amount is None:
            continue
        of(line.person.pk, line.kind, line.terms.currency).add(line)
    for each in corrections:
        of(each.person_id, each.kind, each.currency).corrected += each.amount
    return [found[key] for key in sorted(found)]
