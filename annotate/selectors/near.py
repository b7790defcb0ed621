"""What a prompt nearly repeats, and whether anything has used it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from annotate.models import Bridge, ConversationTurn, Prompt, SnapshotMember, Task
from annotate.selectors.life import prompts_looked_through_by
from commons.models import User

SHOWN = 10  # near-duplicates of one cluster


@dataclass(frozen=True)
class Nearness:
    """A prompt among its near-duplicates, as far as a person may look through them.

    ``first`` is the first prompt of its cluster, unless it is that itself; ``others`` are of the
    cluster too, the oldest ten, and ``count`` says of how many. ``between`` are the prompts of
    different sides that a bridge lies between.
    """

    first: Prompt | None
    others: Sequence[Prompt]
    count: int
    bridge: Bridge | None
    between: Sequence[Prompt]

    @property
    def is_alone(self) -> bool:
        return self.first is None and not self.count and self.bridge is None


def nearness_of(prompt: Prompt, user: User) -> Nearness:
    """Two queries where nothing is near, four at most, however large the cluster is."""
    seen = prompts_looked_through_by(user)
    head = prompt.cluster_id or prompt.pk
    bridge = Bridge.objects.filter(prompt=prompt).first()
    ends = [pk for pk in (bridge.first_id, bridge.second_id) if pk] if bridge else []
    named = {*ends, head} - {prompt.pk}
    found = seen.in_bulk(named) if named else {}
    cluster = seen.filter(cluster=head).exclude(pk=prompt.pk).order_by("pk")
    others = list(cluster[:SHOWN])
    return Nearness(
        first=found.get(head),
        others=others,
        count=cluster.count() if len(others) == SHOWN else len(others),
        bridge=bridge,
        between=[found[pk] for pk in ends if pk in found],
    )


def bridges_in_use() -> QuerySet[Bridge]:
    """Prompts near another side that stay, since a dataset held what was judged of them."""
    told = Bridge.objects.filter(prompt__quarantined=False)
    return told.select_related("prompt", "first").order_by("prompt")


def is_frozen(prompt: int) -> bool:
    """Whether a dataset holds a prompt, or anything that was judged of it."""
    members = SnapshotMember.objects.all()
    return (
        members.filter(ranking__prompt=prompt).exists()
        or members.filter(demonstration__prompt=prompt).exists()
        or members.filter(prompt=prompt).exists()
    )


def is_unused(prompt: Prompt) -> bool:
    """Whether nothing hangs on a prompt's cluster yet: no draw, no turn, no near-duplicate."""
    return prompt.cluster_id is None and not (
        Task.objects.filter(prompt=prompt).exists()
        or ConversationTurn.objects.filter(prompt=prompt).exists()
        or Prompt.objects.filter(cluster=prompt).exists()
    )
