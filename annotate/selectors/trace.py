"""From a row of a dataset's file to what somebody said, by the ids that stand in the row."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from annotate.enums import RaterKind
from annotate.models import Demonstration, Membership, Prompt, Ranking, Snapshot, SnapshotMember

Snapshots = Sequence[Snapshot] | QuerySet[Snapshot]

SHOWN = 50  # members of one prompt


@dataclass(frozen=True)
class Traced:
    """A member, and what it is: the judgement, or of a dataset of prompts nothing but the prompt.

    ``role`` is the rater's in the judgement's campaign, in words; it names nobody.
    """

    member: SnapshotMember
    prompt: Prompt
    judgement: Ranking | Demonstration | None = None
    role: str = ""

    @property
    def anchor(self) -> str:
        """Where on the page of the item's life the revision stands."""
        return f"revision-{self.judgement.uuid}" if self.judgement else ""


def trace(snapshots: Snapshots, said: UUID) -> list[Traced]:
    """What a prompt_id, a ranking_id or a demonstration_id of these datasets stands for."""
    named = (
        Q(ranking__uuid=said) | Q(demonstration__uuid=said) | Q(pk__in=_of_prompt(snapshots, said))
    )
    found = SnapshotMember.objects.filter(named, snapshot__in=snapshots)
    whole = found.select_related(
        "snapshot",
        "prompt",
        *(f"ranking__{name}" for name in _BESIDE),
        *(f"demonstration__{name}" for name in _BESIDE),
    )
    return [_traced(each) for each in whole.order_by("-snapshot", "position")[:SHOWN]]


_BESIDE = ("prompt", "rater", "instructions", "campaign")


def _of_prompt(snapshots: Snapshots, said: UUID) -> list[int]:
    """Looked up by what was judged of the prompt: an index each, however large the dataset."""
    rankings = Ranking.objects.filter(prompt__uuid=said)
    demonstrations = Demonstration.objects.filter(prompt__uuid=said)
    members = SnapshotMember.objects.filter(snapshot__in=snapshots)
    return [
        pk
        for held in (
            members.filter(ranking__in=rankings.values("pk")),
            members.filter(demonstration__in=demonstrations.values("pk")),
            members.filter(prompt__uuid=said),
        )
        for pk in held.order_by("pk").values_list("pk", flat=True)[:SHOWN]
    ]


def _traced(member: SnapshotMember) -> Traced:
    judgement = member.ranking or member.demonstration
    if judgement is None:
        assert member.prompt is not None  # a member is one thing
        return Traced(member, member.prompt)
    return Traced(member, judgement.prompt, judgement, _role_of(judgement))


def _role_of(judgement: Ranking | Demonstration) -> str:
    rater = judgement.rater
    if rater.kind != RaterKind.PERSON:
        return str(RaterKind(rater.kind).label)
    membership = Membership.objects.filter(
        campaign=judgement.campaign_id, person__rater=rater
    ).first()
    return membership.get_role_display() if membership else str(RaterKind.PERSON.label)
