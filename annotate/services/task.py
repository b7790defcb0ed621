"""Tasks are made as soon as a prompt has what they need, and appended to their lane.

Whoever makes tasks locks the batches that brought the prompts, then the kind of work, then the
lanes: a batch that is withdrawn meanwhile gets no more, and lanes grow by one arrival at a time.
"""

from collections.abc import Callable, Collection, Iterable

from django.db.models import F, OuterRef, QuerySet, Subquery, Value

from annotate.enums import Kind
from annotate.models import Batch, Campaign, CampaignPrompt, CampaignWork, Candidate, Task
from annotate.services.intake.keeping import intake_transaction, places_of
from annotate.services.intake.making import COLUMNS, Asked, make_tasks
from commons.audit import record
from commons.models import User

CHUNK = 2000  # tasks of one transaction
PAGE = 10 * CHUNK  # prompts looked up at a time

Places = QuerySet[CampaignPrompt]
Waiting = Callable[[CampaignWork, Places], Places]  # those of them that a kind of work is to have


def open_tasks(*, campaign: Campaign) -> int:
    """Make every task that can be made and is not yet there; say how many.

    Safe to run twice and to be killed: each chunk is one transaction, and a task that another
    worker made first is left as it is.
    """
    asked = campaign.intake.order_by("pk")
    return sum(_open_work(work, asked, _awaiting) for work in _works_of(campaign))


@intake_transaction()
def open_tasks_of(*, campaign: Campaign, prompts: Collection[int]) -> int:
    """Make the tasks that these prompts of the campaign lack; say how many."""
    chosen = places_of(campaign=campaign.pk, prompts=prompts)
    return _open_chosen(campaign, chosen, _awaiting)


@intake_transaction()
def open_round(*, campaign: Campaign, prompts: QuerySet[CampaignPrompt], by: User | None) -> int:
    """Ask for these prompts once more, of every kind they were asked for; say how many tasks.

    A new round is a new task: whoever did the last one may get it again. Prompts that were
    withdrawn, and those of which a task is held, are left out.
    """
    made = _open_chosen(campaign, prompts.values_list("pk", "batch"), _asked_before)
    record(actor=by, verb="campaign.round-opened", subject=campaign, tasks=made)
    return made


def _awaiting(work: CampaignWork, asked: Places) -> Places:
    """Those that have what this work needs and no task for it."""
    able = _able(work, asked).annotate(newest=_newest_round(work), round=Value(1))
    return able.filter(newest__isnull=True)


def _asked_before(work: CampaignWork, asked: Places) -> Places:
    """Those that have a task of this work and none that is held, with the next round."""
    held = Task.objects.filter(campaign=work.campaign_id, prompt=OuterRef("prompt"))
    able = _able(work, asked).annotate(
        newest=_newest_round(work),
        held=Subquery(held.exclude(held="").values("pk")[:1]),
        round=F("newest") + 1,
    )
    return able.filter(newest__isnull=False, held__isnull=True)


def _newest_round(work: CampaignWork) -> Subquery:
    tasks = Task.objects.filter(
        campaign=work.campaign_id, kind=work.kind, prompt=OuterRef("prompt")
    )
    return Subquery(tasks.order_by("-round").values("round")[:1])


def _able(work: CampaignWork, asked: Places) -> Places:
    """Those that may be worked on and have enough candidates.

    Each is looked up by itself, by an index: a join would read whole tables where the planner
    has not counted them yet, as after a first import.
    """
    able = asked.filter(prompt__quarantined=False, batch__withdrawn_at__isnull=True)
    if work.kind != Kind.RANK:
        return able
    last = work.answers - 1
    candidates = Candidate.objects.filter(prompt=OuterRef("prompt")).order_by()
    return able.annotate(enough=Subquery(candidates.values("pk")[last : last + 1])).filter(
        enough__isnull=False
    )


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
    return campaign.works.order_by("pk")


def _open_work(work: CampaignWork, asked: Places, waiting: Waiting) -> int:
    """Walk the places a page at a time, and those of them that wait a chunk at a time."""
    made = last = 0
    while page := list(asked.filter(pk__gt=last).values_list("pk", flat=True)[:PAGE]):
        pks = list(waiting(work, _between(asked, page)).values_list("pk", flat=True))
        for start in range(0, len(pks), CHUNK):
            made += _open_chunk(work, _between(asked, pks[start : start + CHUNK]), waiting)
        last = page[-1]
    return made


def _between(asked: Places, pks: list[int]) -> Places:
    return asked.filter(pk__gte=pks[0], pk__lte=pks[-1])


@intake_transaction()
def _open_chunk(work: CampaignWork, asked: Places, waiting: Waiting) -> int:
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
