"""Which machines judge, which items are theirs to judge, and what became of those."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from annotate.both_orders import orders_by, pairs_alike, place_of, seed_of
from annotate.enums import Kind, MachineWay, Side
from annotate.erased import erased_answer, erased_question
from annotate.models import (
    Campaign,
    CampaignPrompt,
    Candidate,
    MachineJudge,
    MachineVerdict,
    SnapshotMember,
    Task,
)
from annotate.selectors.campaign import campaigns_led_by
from commons.models import User

LOOKED_AT = 5_000  # tasks of which one page looks whether they are in a share
PAGE = 100
NEWEST = 500  # verdicts of a machine in which its two orders are laid side by side


@dataclass(frozen=True)
class ShownAnswer:
    """One answer as a machine reads it: nothing says who wrote it."""

    id: str
    messages: list[dict[str, object]]


@dataclass(frozen=True)
class MachineItem:
    """One task as a machine is shown it; each of ``orders`` holds the ids of all ``answers``."""

    task: Task
    seed: int
    orders: list[list[str]]
    answers: list[ShownAnswer]


@dataclass(frozen=True)
class MachinePage:
    """``after`` is where the next page begins; None where nothing more is to be judged."""

    items: list[MachineItem]
    after: UUID | None


def machines_led_by(user: User) -> QuerySet[MachineJudge]:
    """The machines of the campaigns that a person leads, the newest first."""
    found = MachineJudge.objects.select_related("campaign", "rater").order_by("-created_at", "-pk")
    return found.filter(campaign__in=campaigns_led_by(user).order_by())


def machines_of(campaign: Campaign) -> QuerySet[MachineJudge]:
    """Each with how many items it ``judged``, of how many it said nothing, and when it last said
    anything (``last_at``); those that go on first."""
    counted = campaign.machines.select_related("rater", "made_by").annotate(
        judged=Count("verdicts", filter=Q(verdicts__silence="")),
        silent=Count("verdicts", filter=~Q(verdicts__silence="")),
        last_at=Max("verdicts__created_at"),
    )
    return counted.order_by(F("ended_at").asc(nulls_first=True), "name")


def orders_alike(campaign: Campaign) -> dict[int, float]:
    """Of each machine that was asked in both orders, the share of pairs that it put alike in both:
    of its newest verdicts, ``NEWEST`` of them, by its primary key."""
    place = Window(RowNumber(), partition_by="judge", order_by="-pk")
    said = MachineVerdict.objects.filter(judge__campaign=campaign, silence="")
    newest = said.annotate(place=place).filter(place__lte=NEWEST).values_list("judge", "said")
    alike, pairs = Counter[int](), Counter[int]()
    for judge, orders in newest:
        same, all_of_them = pairs_alike(orders)
        alike[judge] += same
        pairs[judge] += all_of_them
    return {judge: alike[judge] / n for judge, n in pairs.items() if n}


def silences_of(judge: MachineJudge) -> dict[str, int]:
    """How many items it has not judged, by the reason."""
    rows = judge.verdicts.exclude(silence="").values_list("silence").order_by()
    return dict(rows.annotate(Count("pk")))


def tasks_for_machines(campaign: Campaign) -> QuerySet[Task]:
    """Rankings that a machine may be shown: nothing holds them, and nothing of them was taken out
    or erased. Whatever a machine says of them changes nothing about them."""
    entered = CampaignPrompt.objects.filter(
        campaign=campaign, prompt=OuterRef("prompt"), batch__withdrawn_at__isnull=False
    )
    return (
        Task.objects.filter(
            ~Exists(entered),
            campaign=campaign,
            kind=Kind.RANK,
            round=1,
            held="",
            prompt__quarantined=False,
        )
        .exclude(prompt__messages=erased_question())
        .exclude(prompt__pictures__isnull=False)
    )


def is_in_share(judge: MachineJudge, task: Task) -> bool:
    return place_of(judge.uuid, task.uuid) < judge.share


def tasks_of(judge: MachineJudge) -> QuerySet[Task]:
    """What may be shown to it, whatever its share: a model of ours is shown nothing that it
    learned from, as it would only say again what people said."""
    found = tasks_for_machines(judge.campaign)
    return found.filter(~_is_learned(judge)) if _learns(judge) else found


def learned_by(judge: MachineJudge) -> QuerySet[Task]:
    """What is left out because it learned from it."""
    found = tasks_for_machines(judge.campaign)
    return found.filter(_is_learned(judge)) if _learns(judge) else found.none()


def _learns(judge: MachineJudge) -> bool:
    return judge.way == MachineWay.REWARD and "learned_from" in judge.setup


def _is_learned(judge: MachineJudge) -> Exists:
    """Of a task: a ranking of its prompt was read when the model was trained. The test side of its
    dataset was not."""
    read = SnapshotMember.objects.filter(
        snapshot__uuid=judge.setup["learned_from"],
        side__in=(Side.TRAIN, Side.VALIDATION),
        ranking__prompt=OuterRef("prompt"),
    )
    return Exists(read)


def waiting_for(judge: MachineJudge) -> QuerySet[Task]:
    """What it has said nothing of yet, as far as the database knows: its share is asked of each."""
    said = MachineVerdict.objects.filter(judge=judge, task=OuterRef("pk"))
    return tasks_of(judge).filter(~Exists(said)).order_by("pk")


def count_in_share(judge: MachineJudge, tasks: QuerySet[Task]) -> int:
    """How many of these are in its share. A share is known by its hash alone, so that all of them
    are looked at unless it is the whole."""
    if judge.share >= 1:
        return tasks.count()
    names = tasks.values_list("uuid", flat=True).iterator(LOOKED_AT)
    return sum(place_of(judge.uuid, name) < judge.share for name in names)


def items_for(judge: MachineJudge, *, after: UUID | None = None, most: int = PAGE) -> MachinePage:
    """The next items of its share. One page looks at so many tasks and no more; where its share is
    the whole, at no more than it gives."""
    within = most if judge.share >= 1 else LOOKED_AT
    waiting = waiting_for(judge)
    if after is not None:
        waiting = waiting.filter(pk__gt=Task.objects.filter(uuid=after).values("pk"))
    looked = list(waiting.select_related("prompt")[:within])
    mine = [task for task in looked if is_in_share(judge, task)][:most]
    is_full = len(mine) == most
    last = mine[-1] if is_full else (looked[-1] if len(looked) == within else None)
    items = [each for each in _items(judge, mine) if each is not None]
    return MachinePage(items, last.uuid if last else None)


def item_for(judge: MachineJudge, task: Task) -> MachineItem | None:
    """One task as the machine is shown it; None where it is not to judge it."""
    found = tasks_of(judge).select_related("prompt").filter(pk=task.pk).first()
    if found is None or not is_in_share(judge, found):
        return None
    return _items(judge, [found])[0]


def _items(judge: MachineJudge, tasks: Sequence[Task]) -> list[MachineItem | None]:
    texts = _texts({name for task in tasks for name in task.offered})
    return [_item(judge, task, texts) for task in tasks]


def _texts(names: Iterable[str]) -> dict[str, list[dict[str, object]]]:
    found = Candidate.objects.filter(uuid__in=names).exclude(messages=erased_answer())
    return {str(uuid): messages for uuid, messages in found.values_list("uuid", "messages")}


def _item(
    judge: MachineJudge, task: Task, texts: dict[str, list[dict[str, object]]]
) -> MachineItem | None:
    if len(task.offered) < 2 or not all(name in texts for name in task.offered):
        return None
    seed = seed_of(judge.uuid, task.uuid)
    orders = orders_by(seed, task.offered)
    return MachineItem(task, seed, orders, [ShownAnswer(each, texts[each]) for each in orders[0]])
