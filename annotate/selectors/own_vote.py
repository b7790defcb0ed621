"""What a person said of answers that were drawn to meet, where it is settled and may be told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from annotate.enums import AssignmentState, Kind
from annotate.models import Assignment, Candidate, Membership, Ranking
from annotate.selectors.assignment import assignments_of
from annotate.selectors.care import own_covered_prompts
from annotate.selectors.life import prompts_in_hand
from annotate.selectors.standing import STANDS
from commons.models import User

AT_ONCE = 100  # votes that are looked at together


@dataclass(frozen=True)
class ShownAnswer:
    """An answer at the place where its voter saw it, and the opaque tag of whoever wrote it.

    ``rank``: 1 for the best, equals alike; None where it could not be ranked.
    """

    source: str
    text: str
    rank: int | None


@dataclass(frozen=True)
class OwnVote:
    """``is_covered``: its texts may harm, and their reader wants to be asked first."""

    campaign: str
    prompt: UUID
    question: str
    contest: str
    at: datetime
    answers: Sequence[ShownAnswer]
    is_covered: bool


def settled_votes(user: User, campaigns: Sequence[UUID]) -> Iterator[list[OwnVote]]:
    """The votes of a person in these campaigns that they belong to, the newest first, some at a
    time: whoever wants a few stops asking.

    None of a prompt that they may still judge or change their judgement of: whoever knows whose
    the answers are is not blind.
    """
    met = Candidate.objects.filter(prompt=OuterRef("task__prompt"), sampling__has_key="contest")
    turns = (
        assignments_of(user)
        .filter(
            Exists(met),
            state=AssignmentState.SUBMITTED,
            task__kind=Kind.RANK,
            task__round__gte=1,
            task__campaign__uuid__in=campaigns,
            task__campaign__in=_memberships(user).values("campaign"),
        )
        .order_by("-closed_at", "-pk")
    )
    for start in count(0, AT_ONCE):
        some = list(turns[start : start + AT_ONCE])
        if not some:
            return
        in_hand = prompts_in_hand(user, {each.task.prompt_id for each in some})
        settled = [each for each in some if each.task.prompt_id not in in_hand]
        covered = own_covered_prompts(
            user, ((each.task.campaign_id, each.task.prompt) for each in settled)
        )
        yield list(_votes(settled, covered))


def belongs_to_one(user: User, campaigns: Sequence[UUID]) -> bool:
    """Whether a person is an active member of any of these campaigns."""
    return _memberships(user).filter(campaign__uuid__in=campaigns).exists()


def _memberships(user: User) -> QuerySet[Membership]:
    return Membership.objects.filter(person=user, active=True)


def _votes(turns: Sequence[Assignment], covered: frozenset[int]) -> Iterator[OwnVote]:
    stand = Ranking.objects.filter(STANDS, assignment__in=turns, current=True)
    kept = {each.assignment_id: each for each in stand}
    names = {name for turn in turns for name in turn.order}
    made = {str(each.uuid): each for each in Candidate.objects.filter(uuid__in=names)}
    for turn in turns:
        ranking, shown = kept.get(turn.pk), [made[name] for name in turn.order if name in made]
        contests = {str(each.sampling.get("contest", "")) for each in shown}
        if ranking is None or turn.closed_at is None or len(contests) != 1 or contests == {""}:
            continue
        yield OwnVote(
            campaign=turn.task.campaign.name,
            prompt=turn.task.prompt.uuid,
            question=turn.task.prompt.question,
            contest=contests.pop(),
            at=turn.closed_at,
            answers=_answers(shown, ranking.tiers),
            is_covered=turn.task.prompt_id in covered,
        )


def _answers(shown: Sequence[Candidate], tiers: Sequence[Sequence[str]]) -> list[ShownAnswer]:
    ranks: Mapping[str, int] = {name: at for at, tier in enumerate(tiers, 1) for name in tier}
    return [ShownAnswer(each.source, each.text, ranks.get(str(each.uuid))) for each in shown]
