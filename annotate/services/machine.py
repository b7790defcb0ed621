"""A machine is set up beside people, and what it says is kept: never in a turn of theirs.

add_machine -> (is shown items: selectors.machine) -> keep_verdict -> stop_machine, start_machine
            -> end_machine
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext

from annotate.both_orders import settled
from annotate.enums import CountsAs, MachineSilence, MachineWay, Origin
from annotate.errors import (
    ItemNotForMachine,
    JudgedAlready,
    KeyReused,
    MachineEnded,
    MachineNameTaken,
    MachineStopped,
    OddVerdictOfMachine,
)
from annotate.models import Campaign, MachineJudge, MachineVerdict, Ranking, Task
from annotate.selectors.machine import MachineItem, item_for
from annotate.services.intake.keeping import hold_prompts
from annotate.services.ranking import RankingAnswer, check_ranking
from annotate.services.rater import machine_rater
from commons.audit import record
from commons.models import User

Tiers = Sequence[Sequence[str]]


@dataclass(frozen=True)
class MachineSaid:
    """What a machine said of one item.

    ``orders`` are tiers, one list for each order in which it was shown the answers, in their order;
    a program that asks in one order alone gives one. Where it gave no judgement, ``silence`` says
    why. ``made_with`` is what a program says of itself: model, version, wording.
    """

    orders: Sequence[Tiers] = ()
    silence: MachineSilence | None = None
    reason: str = ""
    made_with: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def add_machine(
    *,
    campaign: Campaign,
    name: str,
    way: MachineWay,
    share: float,
    by: User | None,
    setup: Mapping[str, object] | None = None,
) -> MachineJudge:
    """Let a machine judge a share of a campaign's rankings, as a rater of its own kind."""
    uuid = uuid4()
    try:
        with transaction.atomic():
            judge = MachineJudge.objects.create(
                uuid=uuid,
                campaign=campaign,
                rater=machine_rater(name=name, uuid=uuid),
                way=way,
                name=name,
                setup=dict(setup or {}),
                share=share,
                made_by=by,
            )
    except IntegrityError as taken:
        raise MachineNameTaken(name) from taken
    record(
        actor=by,
        verb="machine.added",
        subject=campaign,
        machine=str(uuid),
        name=name,
        way=str(way),
        share=share,
    )
    return judge


@transaction.atomic
def change_share(*, judge: MachineJudge, share: float, by: User | None) -> None:
    """A larger share holds what was in the smaller one; what was judged stays either way."""
    MachineJudge.objects.filter(pk=judge.pk).update(share=share)
    record(
        actor=by,
        verb="machine.share",
        subject=judge.campaign,
        machine=str(judge.uuid),
        share=share,
    )


@transaction.atomic
def rename_machine(*, judge: MachineJudge, name: str, by: User | None) -> None:
    """Call it something else. It stays the rater that it was, with all that it said."""
    mine = MachineJudge.objects.filter(pk=judge.pk).exclude(name=name)
    try:
        with transaction.atomic():
            is_changed = mine.update(name=name)
    except IntegrityError as taken:
        raise MachineNameTaken(name) from taken
    if is_changed:
        record(
            actor=by,
            verb="machine.renamed",
            subject=judge.campaign,
            machine=str(judge.uuid),
            name=name,
        )


@transaction.atomic
def change_machine(*, judge: MachineJudge, name: str, share: float, by: User | None) -> None:
    """Its name and its share, both or neither."""
    rename_machine(judge=judge, name=name, by=by)
    if share != judge.share:
        change_share(judge=judge, share=share, by=by)


@transaction.atomic
def stop_machine(*, judge: MachineJudge, by: User | None) -> None:
    """Nothing more is taken from it; what it said stays. Said twice, it is said once."""
    mine = MachineJudge.objects.filter(pk=judge.pk, stopped_at=None)
    if mine.update(stopped_at=timezone.now()):
        record(actor=by, verb="machine.stopped", subject=judge.campaign, machine=str(judge.uuid))


@transaction.atomic
def start_machine(*, judge: MachineJudge, by: User | None) -> None:
    mine = MachineJudge.objects.select_for_update().get(pk=judge.pk)
    if mine.ended_at is not None:
        raise MachineEnded
    if MachineJudge.objects.filter(pk=judge.pk, stopped_at__isnull=False).update(stopped_at=None):
        record(actor=by, verb="machine.started", subject=judge.campaign, machine=str(judge.uuid))


@transaction.atomic
def end_machine(*, judge: MachineJudge, by: User | None) -> None:
    """Stop it for good. What it said stays, and so does its name."""
    mine = MachineJudge.objects.filter(pk=judge.pk, ended_at=None)
    now = timezone.now()
    if mine.update(ended_at=now, stopped_at=Coalesce("stopped_at", now)):
        record(actor=by, verb="machine.ended", subject=judge.campaign, machine=str(judge.uuid))


@transaction.atomic
def keep_verdict(
    *, judge: MachineJudge, task: Task, said: MachineSaid, key: UUID | None = None
) -> MachineVerdict:
    """Keep what a machine said of a task, once. The same said again finds the row.

    No turn, count, tally or quorum knows of it: the ranking is of origin machine, and counts as
    nothing of people's.
    """
    hold_prompts([task.prompt_id])
    _refuse_stopped(judge)
    before = MachineVerdict.objects.filter(judge=judge, task=task).first()
    if before is not None:
        return _same(before, said, key)
    if key is not None and MachineVerdict.objects.filter(judge=judge, key=key).exists():
        raise KeyReused
    item = item_for(judge, task)
    if item is None:
        raise ItemNotForMachine
    _check(said, item)
    try:
        with transaction.atomic():
            return _kept(judge, item, said, key)
    except IntegrityError as overtaken:  # the same was handed in at the same time
        before = MachineVerdict.objects.filter(judge=judge, task=task).first()
        if before is None:
            raise KeyReused from overtaken
        return _same(before, said, key)


def _refuse_stopped(judge: MachineJudge) -> None:
    now = MachineJudge.objects.get(pk=judge.pk)
    if now.ended_at is not None:
        raise MachineEnded
    if now.stopped_at is not None:
        raise MachineStopped


def _same(before: MachineVerdict, said: MachineSaid, key: UUID | None) -> MachineVerdict:
    if key is not None and before.key not in (None, key):
        raise JudgedAlready
    if before.silence != (said.silence or "") or before.said != _plain(said):
        raise JudgedAlready
    return before


def _plain(said: MachineSaid) -> list[list[list[str]]]:
    return [[list(tier) for tier in tiers] for tiers in said.orders]


def _check(said: MachineSaid, item: MachineItem) -> None:
    """Each order places every answer once; what is silent says nothing else."""
    if said.silence is not None:
        if said.orders:
            raise _odd("silence", gettext("An item is judged, or not: leave out one of the two."))
        return
    if not 1 <= len(said.orders) <= len(item.orders):
        raise _odd(
            "orders",
            gettext(
                "Give tiers for the first order in which the item shows its answers, or for both."
            ),
        )
    for tiers in said.orders:
        check_ranking(RankingAnswer(tiers=tiers), offered=item.task.offered)


def _odd(name: str, said: str) -> OddVerdictOfMachine:
    refused = OddVerdictOfMachine(said)
    refused.field, refused.remedy = name, said
    return refused


def _kept(
    judge: MachineJudge, item: MachineItem, said: MachineSaid, key: UUID | None
) -> MachineVerdict:
    asked = item.orders[: len(said.orders)] if said.orders else item.orders
    return MachineVerdict.objects.create(
        judge=judge,
        task=item.task,
        ranking=None if said.silence else _ranking(judge, item, said),
        silence=said.silence or "",
        seed=item.seed,
        orders=asked,
        said=_plain(said),
        made_with=dict(said.made_with),
        key=key,
    )


def _ranking(judge: MachineJudge, item: MachineItem, said: MachineSaid) -> Ranking:
    uuid = uuid4()
    return Ranking.objects.create(
        uuid=uuid,
        root=uuid,
        campaign_id=judge.campaign_id,
        prompt_id=item.task.prompt_id,
        rater_id=judge.rater_id,
        origin=Origin.MACHINE,
        counts_as=CountsAs.MACHINE,
        tiers=settled(said.orders) if len(said.orders) > 1 else _plain(said)[0],
        reason=said.reason.strip(),
    )
