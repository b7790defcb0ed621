"""Who voted in an arena that tells its voters learns which policy was which; nobody else does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from annotate import gateway
from commons.letters import Line
from commons.models import User
from commons.shapes import uuid_in
from rewards.models import Arena, Contest, Policy

MOST = 30  # votes that a page looks back


@dataclass(frozen=True)
class ToldVote:
    """A vote of one's own, with who wrote each answer, as they stood before their voter."""

    vote: gateway.OwnVote
    answers: Sequence[tuple[gateway.ShownAnswer, Policy]]


def told_votes(user: User) -> list[ToldVote]:
    """The newest votes of a person that may be told, the newest first."""
    arenas = Arena.objects.filter(tells_voters=True)
    campaigns: set[UUID] = set(arenas.values_list("campaign", flat=True))
    told: list[ToldVote] = []
    for votes in gateway.settled_votes(user, sorted(campaigns)) if campaigns else ():
        told += _told_among(votes, arenas)
        if len(told) >= MOST:
            break
    return told[:MOST]


def _told_among(votes: Sequence[gateway.OwnVote], arenas: QuerySet[Arena]) -> Iterator[ToldVote]:
    contests = {
        str(each.uuid): each
        for each in Contest.objects.filter(
            arena__in=arenas, uuid__in=[vote.contest for vote in votes if uuid_in(vote.contest)]
        ).select_related("first", "second")
    }
    for vote in votes:
        told = vote.contest in contests and _told(vote, contests[vote.contest])
        if told:
            yield told


def _told(vote: gateway.OwnVote, contest: Contest) -> ToldVote | None:
    """None where its prompt is another, or its answers are not the two that met there, whatever
    they say of themselves: an import may bring records of elsewhere."""
    met = {f"policy:{each.uuid}": each for each in (contest.first, contest.second)}
    are_those = len(vote.answers) == 2 and {each.source for each in vote.answers} == met.keys()
    if vote.prompt != contest.prompt or not are_those:
        return None
    return ToldVote(vote, [(answer, met[answer.source]) for answer in vote.answers])


def desk_lines(user: User) -> list[Line]:
    """What the desk of whoever votes there says of it: ``DESK_LINES`` names this."""
    campaigns = set(Arena.objects.filter(tells_voters=True).values_list("campaign", flat=True))
    if not campaigns or not gateway.belongs_to_one(user, sorted(campaigns)):
        return []
    return [Line(_("Which policy was which in your votes"), reverse("rewards:own_votes"))]
