"""Machines of other apps that judge beside people: what is theirs to judge, and what they say."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

from annotate.enums import MachineSilence, MachineWay
from annotate.errors import (
    ItemNotForMachine,
    JudgedAlready,
    MachineEnded,
    MachineNameTaken,
    MachineStopped,
)
from annotate.models import Campaign, MachineJudge, Task
from annotate.selectors.machine import (
    MachineItem,
    count_in_share,
    items_for,
    learned_by,
    waiting_for,
)
from annotate.services.machine import MachineSaid, add_machine, keep_verdict
from commons.models import User

LONGEST_NAME = 60
Tiers = Sequence[Sequence[str]]


@dataclass(frozen=True)
class ItemToJudge:
    """An item as a model judges it: its answers by their ids, of nobody's name.

    ``orders`` are the two in which whoever reads several answers at once is shown them, drawn by
    ``seed``.
    """

    id: UUID
    prompt: list[dict[str, Any]]
    tools: list[dict[str, Any]]
    answers: dict[str, list[dict[str, Any]]]
    orders: list[list[str]]
    seed: int


@dataclass(frozen=True)
class ItemsToJudge:
    """``after`` is where the next ones begin; None where these were the last."""

    items: list[ItemToJudge]
    after: UUID | None


@dataclass(frozen=True)
class MachineStanding:
    """How many items a machine has judged, how many wait for it, and how many of its share are
    kept from it because it learned from them."""

    judged: int
    waiting: int
    left_out: int


def machine_of_model(
    campaign: UUID, *, model: UUID, learned_from: UUID, name: str, by: User | None
) -> UUID:
    """The machine by which a model judges in a campaign, set up where there is none yet.

    ``learned_from`` is the snapshot that taught it: what that holds is kept from it. Raises
    ``MachineNameTaken`` where another has the name, ``MachineStopped`` or ``MachineEnded`` where it
    is to judge nothing.
    """
    setup = {"model": str(model), "learned_from": str(learned_from)}
    ours = MachineJudge.objects.filter(campaign__uuid=campaign, way=MachineWay.REWARD)
    found = ours.filter(setup__model=str(model)).first()
    return _able(found or _added(campaign, MachineWay.REWARD, name, setup, by))


def machine_of_server(
    campaign: UUID, *, setup: Mapping[str, object], name: str, by: User | None
) -> UUID:
    """The machine by which a model of a server judges in a campaign, set up where none is there.

    ``setup`` is all that it is: with anything else in it, it is another machine, under the first
    free name after ``name``. Raises ``MachineStopped`` or ``MachineEnded`` where it is to judge
    nothing.
    """
    found = _served(campaign, setup)
    numbers = count(1)
    while found is None:
        try:
            free = _numbered(name, next(numbers))
            found = _added(campaign, MachineWay.SERVER, free, setup, by)
        except MachineNameTaken:  # by another, or by this very one a moment ago
            found = _served(campaign, setup)
    return _able(found)


def _served(campaign: UUID, setup: Mapping[str, object]) -> MachineJudge | None:
    ours = MachineJudge.objects.filter(campaign__uuid=campaign, way=MachineWay.SERVER)
    return next((each for each in ours.order_by("pk") if each.setup == dict(setup)), None)


def _numbered(name: str, number: int) -> str:
    behind = "" if number == 1 else f" {number}"
    return name[: LONGEST_NAME - len(behind)] + behind


def _added(
    campaign: UUID, way: MachineWay, name: str, setup: Mapping[str, object], by: User | None
) -> MachineJudge:
    found = Campaign.objects.get(uuid=campaign)
    return add_machine(campaign=found, name=name, way=way, share=1.0, by=by, setup=setup)


def _able(machine: MachineJudge) -> UUID:
    if machine.ended_at is not None:
        raise MachineEnded
    if machine.stopped_at is not None:
        raise MachineStopped
    return machine.uuid


def machine_setup(machine: UUID) -> dict[str, Any]:
    """What it is, as it was set up."""
    return dict(_machine(machine).setup)


def machine_names(machines: Collection[UUID]) -> dict[UUID, str]:
    """What each is called now; unknown ones are left out."""
    found = MachineJudge.objects.filter(uuid__in=machines)
    return dict(found.values_list("uuid", "name"))


def machine_standing(machine: UUID) -> MachineStanding:
    """How far a machine is; it counts, and is asked for now and then alone."""
    judge = _machine(machine)
    return MachineStanding(
        judged=judge.verdicts.count(),
        waiting=count_in_share(judge, waiting_for(judge)),
        left_out=count_in_share(judge, learned_by(judge)),
    )


def silent_since(machine: UUID, since: datetime) -> int:
    """Of how many items a machine has given no judgement since then, of those it was shown."""
    said = _machine(machine).verdicts.filter(created_at__gte=since)
    return said.exclude(silence="").count()


def items_to_judge(machine: UUID, *, after: UUID | None, most: int) -> ItemsToJudge:
    """The next items of which a machine has said nothing: few or none where most of those that
    were looked at are outside its share.

    Raises ``MachineStopped`` or ``MachineEnded`` where nothing is taken from it: whoever asks a
    server would pay for what is not kept.
    """
    judge = _machine(machine)
    _able(judge)
    page = items_for(judge, after=after, most=most)
    return ItemsToJudge([_to_judge(each) for each in page.items], page.after)


def keep_tiers(machine: UUID, item: UUID, tiers: Tiers) -> bool:
    """Keep how a machine orders an item, best first, whatever the order it was shown; whether it is
    kept now."""
    return keep_said(machine, item, orders=[tiers])


def keep_said(
    machine: UUID,
    item: UUID,
    *,
    orders: Sequence[Tiers] = (),
    silence: str = "",
    made_with: Mapping[str, str] | None = None,
) -> bool:
    """Keep what a machine said of an item in each of its ``orders``, or why it gave no judgement;
    whether it is kept now. False: it was judged meanwhile, or is not to be judged any more.

    Raises ``MachineStopped`` or ``MachineEnded`` where nothing is taken from it.
    """
    judge, task = _machine(machine), Task.objects.filter(uuid=item).first()
    if task is None or judge.verdicts.filter(task=task).exists():
        return False
    why = MachineSilence(silence) if silence else None
    said = MachineSaid(orders=orders, silence=why, made_with=made_with or {})
    try:
        keep_verdict(judge=judge, task=task, said=said)
    except (ItemNotForMachine, JudgedAlready):
        return False
    return True


def _machine(machine: UUID) -> MachineJudge:
    return MachineJudge.objects.select_related("campaign").get(uuid=machine)


def _to_judge(item: MachineItem) -> ItemToJudge:
    asked = item.task.prompt
    answers = {each.id: each.messages for each in item.answers}
    return ItemToJudge(item.task.uuid, asked.messages, asked.tools, answers, item.orders, item.seed)
