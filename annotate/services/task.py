"""Tasks are made as soon as a prompt has what they need, and appended to their lane.

Whoever makes tasks holds the prompts, then locks the batches that brought them, then the kind of
work, then the lanes: a batch that is withdrawn meanwhile gets no more, nor does a prompt that is
erased (``services.erasure`` has the same order), and lanes grow by one arrival at a time.
Whoever asks again locks the campaign before all these, and the tasks of older rounds after them.
So does whoever makes an item a check: it is not asked again beside them.
"""

from collections.abc import Callable, Collection, Iterable, Sequence

from django.db.models import F, QuerySet
from django.dispatch import Signal

from annotate.enums import Kind
from annotate.errors import AskedAgain
from annotate.models import Batch, Campaign, CampaignWork, Task
from annotate.selectors.affected import Affected
from annotate.selectors.batch import prompts_to_ask_again
from annotate.selectors.task import Places, asked_before, awaiting, last_asked_again, outdated
from annotate.services.intake.keeping import hold_prompts, intake_transaction, places_of
from annotate.services.intake.making import COLUMNS, Asked, make_tasks
from commons.audit import record
from commons.models import User

CHUNK = 2000  # tasks of one transaction
PAGE = 10 * CHUNK  # prompts looked up at a time

Waiting = Callable[[CampaignWork, Places], Places]  # those of them that a kind of work is to have

tasks_opened = Signal()  # sent in the transaction that has made some, or after the last of many


def open_tasks(*, campaign: Campaign) -> int:
    """Make every task that can be made and is not yet there; say how many.

    Safe to run twice and to be killed: each chunk is one transaction, and a task that another
    worker made first is left as it is.
    """
    asked = campaign.intake.order_by("pk")
    return _tell(sum(_open_work(work, asked, awaiting) for work in _works_of(campaign)))


@intake_transaction()
def open_tasks_of(*, campaign: Campaign, prompts: Collection[int]) -> int:
    """Make the tasks that these prompts of the campaign lack; say how many."""
    hold_prompts(prompts)
    chosen = places_of(campaign=campaign.pk, prompts=prompts)
    return _tell(_open_chosen(campaign, chosen, awaiting))


@intake_transaction()
def open_round(
    *,
    campaign: Campaign,
    batch: Batch | None,
    seen: int,
    by: User | None,
    only: Affected | None = None,
) -> int:
    """Ask for the prompts of a campaign, or of one batch, once more; say how many tasks that makes.

    A new round is a new task: whoever did the last one may get it again. A task that nobody has
    begun gets none, because whoever takes it is under the newest guideline anyway: a second one
    beside it would ask the same people the same thing twice. Of one that somebody has begun, the
    turns still free are given up for the same reason. What is out is handed in as before.
    Prompts that were withdrawn, and those of which a task is held, are left out.

    ``only`` narrows which of them. ``seen`` is what ``last_asked_again`` said where this was
    decided: a double click, or another lead meanwhile, makes no second round.
    """
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)  # one lead after the other
    if last_asked_again(campaign, batch) != seen:
        raise AskedAgain(batch.name if batch else campaign.name)
    asked = prompts_to_ask_again(campaign, batch, only)
    hold_prompts(asked.values_list("prompt", flat=True))
    places = list(asked.values_list("pk", "batch"))
    made = _tell(_open_chosen(campaign, places, asked_before))
    given_up = _give_up_free_turns(campaign, [pk for pk, _ in places])
    record(actor=by, verb="campaign.round-opened", subject=campaign, tasks=made, given_up=given_up)
    return made


def _tell(made: int) -> int:
    if made:
        tasks_opened.send(sender=None)
    return made


def _give_up_free_turns(campaign: Campaign, places: Sequence[int]) -> int:
    """Want no more of the older rounds than is done or in somebody's hands; say how many turns.

    The tasks are locked first, in one order, so that nobody takes a turn that is given up.
    """
    given_up = 0
    for start in range(0, len(places), CHUNK):
        asked = campaign.intake.filter(pk__in=places[start : start + CHUNK])
        locked = outdated(campaign, asked).select_for_update(no_key=True).order_by("pk")
        free = dict(locked.values_list("pk", "free"))
        Task.objects.filter(pk__in=free).update(wanted=F("wanted") - F("free"), free=0)
        given_up += sum(free.values())
    return given_up


def _open_chosen(
    campaign: Campaign, chosen: Iterable[tuple[int, int | None]], waiting: Waiting
) -> int:
    """Make the tasks that these places, each with its batch, are ``waiting`` for."""
    places = sorted(chosen)
    _lock_batches(batch for _, batch in places)
    works, made = list(_works_of(campaign)), 0
    for start in range(0, len(places), CHUNK):
        pks = {pk for pk, _ in places[start : start + CHUNK]}
        asked = campaign.intake.filter(pk__in=pks)
        made += sum(_open_locked(work, asked, waiting) for work in works)
    return made


def _works_of(campaign: Campaign) -> QuerySet[CampaignWork]:
    """Those that tasks are made of from what arrives: a conversation makes its own."""
    return campaign.works.exclude(kind=Kind.TALK).order_by("pk")


def _open_work(work: CampaignWork, asked: Places, waiting: Waiting) -> int:
    """Walk the places a page at a time, and those of them that wait a chunk at a time."""
    made = last = 0
    while page := list(asked.filter(pk__gt=last).values_list("pk", flat=True)[:PAGE]):
        found = list(waiting(work, _between(asked, page)).values_list("pk", "prompt"))
        for start in range(0, len(found), CHUNK):
            pks, prompts = zip(*found[start : start + CHUNK], strict=True)
            made += _open_chunk(work, _between(asked, pks), waiting, prompts)
        last = page[-1]
    return made


def _between(asked: Places, pks: Sequence[int]) -> Places:
    return asked.filter(pk__gte=pks[0], pk__lte=pks[-1])


@intake_transaction()
def _open_chunk(
    work: CampaignWork, asked: Places, waiting: Waiting, prompts: Collection[int]
) -> int:
    hold_prompts(prompts)
    _lock_batches(asked.order_by().values_list("batch", flat=True).distinct())
    return _open_locked(work, asked, waiting)


def _open_locked(work: CampaignWork, asked: Places, waiting: Waiting) -> int:
    """Make the tasks of those that still wait, now that their batches and the work are locked."""
    work = CampaignWork.objects.select_for_update().get(pk=work.pk)
    rows = waiting(work, asked).order_by("pk").values_list(*COLUMNS)
    return make_tasks(work=work, asked=[Asked(*row) for row in rows])


def _lock_batches(batches: Iterable[int | None]) -> None:
    """Let nobody withdraw what brought the prompts before their tasks are there."""
    named = {batch for batch in batches if batch is not None}
    list(Batch.objects.select_for_update(no_key=True).filter(pk__in=named).order_by("pk"))
