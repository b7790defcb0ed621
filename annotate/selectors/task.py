"""Which prompts a kind of work is to be asked of: for the first time, and once more."""

from dataclasses import dataclass

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import Combinable

from annotate.enums import Kind
from annotate.models import Batch, Campaign, CampaignPrompt, CampaignWork, Candidate, Gold, Task
from annotate.selectors.affected import Affected
from annotate.selectors.batch import prompts_to_ask_again, tasks_of

Places = QuerySet[CampaignPrompt]

# Of a task of work: it was asked again since, in a later round. Of what checks people nothing is.
HAS_NEWER = Q(round__gt=0) & Q(
    Exists(
        Task.objects.filter(
            round__gt=OuterRef("round"),
            **{name: OuterRef(name) for name in ("campaign", "prompt", "kind")},
        )
    )
)

# Of a task of work: its item checks, trains or tests people by now, or did until it was retired.
# Whoever met it there has seen its order, or knows that there is a right one.
IS_GOLD_NOW = Q(round__gt=0) & Q(
    Exists(
        Gold.objects.filter(
            **{f"task__{name}": OuterRef(name) for name in ("campaign", "prompt", "kind")}
        )
    )
)

# Of a task that checks, trains or tests people: a lead lets it do so no more.
IS_RETIRED = Q(round=0) & Q(
    Exists(Gold.objects.filter(task=OuterRef("pk"), retired_at__isnull=False))
)

# A turn of it that comes back goes to nobody: the task wants one less.
IS_ASKED_NO_MORE = HAS_NEWER | IS_GOLD_NOW | IS_RETIRED


def is_asked_no_more(task: int) -> bool:
    """Ask once the task is locked, never in the statement that locks it.

    One that had to wait sees of other tables, on PostgreSQL, what they held before it waited.
    """
    return Task.objects.filter(IS_ASKED_NO_MORE, pk=task).exists()


@dataclass(frozen=True)
class AskingAgain:
    """What asking once more makes, and what it ends: free turns of the rounds before."""

    tasks: int
    given_up: int


def awaiting(work: CampaignWork, asked: Places) -> Places:
    """Those that have what this work needs and no task for it, with the first round."""
    newest = _of_newest_round(work, F("round"))
    return _able(work, asked).annotate(newest=newest, round=Value(1)).filter(newest__isnull=True)


def asked_before(work: CampaignWork, asked: Places) -> Places:
    """Those whose newest task of this work somebody has begun, with the next round.

    None of which any task is held, nor whose item checks people by now. What is looked up of
    each is joined here, not picked one by one: the planner takes such picks for so dear that a
    walk through a whole table beside each seems to cost nothing.
    """
    tasks = Task.objects.filter(campaign=work.campaign_id, prompt=OuterRef("prompt"))
    begun = tasks.filter(
        ~HAS_NEWER, ~IS_GOLD_NOW, kind=work.kind, round__gt=0, free__lt=F("wanted")
    )
    able = _able(work, asked).filter(Exists(begun), ~Exists(tasks.exclude(held="")))
    return able.annotate(round=_of_newest_round(work, F("round") + 1))


def outdated(campaign: Campaign, asked: Places) -> QuerySet[Task]:
    """The tasks of these prompts of which a turn is free although there is a newer round."""
    prompts = asked.order_by().values("prompt")
    waiting = Task.objects.filter(campaign=campaign, prompt__in=prompts, free__gt=0)
    return waiting.filter(HAS_NEWER)


def last_asked_again(campaign: Campaign, batch: Batch | None) -> int:
    """A number that each further round of the campaign, or of one batch, raises; 0 before.

    Imports leave it as it is: they make first rounds.
    """
    tasks = Task.objects.filter(campaign=campaign) if batch is None else tasks_of(batch)
    last: int | None = tasks.filter(round__gt=1).aggregate(last=Max("pk"))["last"]
    return last or 0


def asking_again(
    campaign: Campaign, batch: Batch | None, only: Affected | None = None
) -> AskingAgain:
    """What would become of it just now."""
    asked, tasks = prompts_to_ask_again(campaign, batch, only), 0
    given_up: int = outdated(campaign, asked).aggregate(free=Sum("free", default=0))["free"]
    for work in campaign.works.all():
        newest = asked_before(work, asked).annotate(left=_of_newest_round(work, F("free")))
        found = newest.aggregate(tasks=Count("pk"), turns=Sum("left", default=0))
        tasks += found["tasks"]
        given_up += found["turns"]
    return AskingAgain(tasks=tasks, given_up=given_up)


def _of_newest_round(work: CampaignWork, column: Combinable) -> Subquery:
    tasks = Task.objects.filter(
        campaign=work.campaign_id, kind=work.kind, prompt=OuterRef("prompt")
    )
    return Subquery(tasks.order_by("-round").values(said=column)[:1])


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
