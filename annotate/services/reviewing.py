"""What needs a reviewer is found in what was judged since the last look.

A judgement becomes part of the queue a minute later at most, and handing it in costs nothing: the
index of when judgements were made is walked from where the last look ended. A look begins a
little before that, for a transaction may end after one that began later. Safe to run twice: there
is one review per task, and what is drawn is drawn from the task's own id.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from annotate.enums import Kind, Origin, ReviewState
from annotate.models import (
    Campaign,
    CampaignWork,
    Demonstration,
    Ranking,
    Review,
    ReviewCursor,
    Task,
)
from annotate.selectors.consistency import consistencies_in
from annotate.selectors.review import COUNTED, KINDS
from annotate.selectors.standing import STANDS
from annotate.services.intake.draws import is_drawn_for_review
from annotate.stats.disagreement import Order, disagree, spread
from annotate.stats.gain import gain_of
from annotate.stats.reliability.weights import UNKNOWN_RATER

CHUNK = 1000
BEHIND = timedelta(minutes=10)  # longer than the transaction that keeps a judgement lasts
Judged = tuple[int, Order]  # rater and tiers
BELOW = 0.0  # where a campaign names no bound: more pairs the other way round than alike


@dataclass(frozen=True)
class Finding:
    """What is known of a task whose judgements were looked at."""

    task: Task
    disagrees: bool
    spread: float
    gain: float
    propensity: float | None

    @property
    def needs_review(self) -> bool:
        return self.disagrees or self.propensity is not None


def find_reviews() -> int:
    """Look through what was judged since the last time; say how many tasks were looked at."""
    return sum(_find(kind) for kind in KINDS)


@transaction.atomic
def look_again(*, campaign: Campaign, within: timedelta) -> int:
    """Look through the last judgements of a campaign that came from elsewhere; say how many tasks.

    Its own installation may not have come to them any more, and the cursor here is beyond them.
    """
    looked_at = 0
    for kind, model in KINDS.items():
        judged = model.objects.filter(campaign=campaign)
        last = judged.aggregate(last=Max("created_at"))["last"]
        if last is None:
            continue
        for tasks, _ in _judged_since(kind, last - within, judged):
            _note(kind, tasks)
            looked_at += len(tasks)
    return looked_at


def look_at_tasks(*, kind: Kind, tasks: Collection[int]) -> None:
    """Open, renew or close the reviews of these, because what counts of them has changed."""
    if kind not in KINDS:
        return
    pks = sorted(tasks)
    for start in range(0, len(pks), CHUNK):
        _note(kind, pks[start : start + CHUNK])


def _find(kind: Kind) -> int:
    cursor, _ = ReviewCursor.objects.get_or_create(kind=kind)
    begun, looked_at = timezone.now(), 0
    since = cursor.at and cursor.at - BEHIND
    for tasks, at in _judged_since(kind, since, KINDS[kind].objects.all()):
        with transaction.atomic():
            _note(kind, tasks)
            _advance(kind, at)
        looked_at += len(tasks)
    _advance(kind, begun)
    return looked_at


def _advance(kind: Kind, at: datetime) -> None:
    behind = Q(at__isnull=True) | Q(at__lt=at)
    ReviewCursor.objects.filter(behind, kind=kind).update(at=at)


def _judged_since(
    kind: Kind, since: datetime | None, judged: QuerySet[Ranking] | QuerySet[Demonstration]
) -> Iterator[tuple[set[int], datetime]]:
    """The tasks of which something was judged since, a chunk at a time, and up to when."""
    rows = judged.filter(
        origin=Origin.WORK,
        current=True,
        assignment__task__kind=kind,
        assignment__task__round__gt=0,  # what checks people needs no review
    )
    after = (since, 0) if since else None
    while True:
        left = rows
        if after:
            at, pk = after
            left = rows.filter(Q(created_at__gt=at) | Q(pk__gt=pk), created_at__gte=at)
        found = list(
            left.order_by("created_at", "pk").values_list("created_at", "pk", "assignment__task")[
                :CHUNK
            ]
        )
        if not found:
            return
        after = found[-1][:2]
        yield {task for _, _, task in found}, after[0]


def _note(kind: Kind, tasks: Collection[int]) -> None:
    """Open, renew or close the reviews of these tasks. What was decided stays so."""
    findings = _findings(kind, tasks)
    known = {
        each.task_id: each
        for each in Review.objects.filter(
            task__in=tasks, state__in=[ReviewState.OPEN, ReviewState.DECIDED]
        )
    }
    Review.objects.bulk_create(
        (
            Review(
                campaign_id=each.task.campaign_id,
                task=each.task,
                disagrees=each.disagrees,
                spread=each.spread,
                gain=each.gain,
                propensity=each.propensity,
            )
            for each in findings
            if each.needs_review and each.task.pk not in known
        ),
        ignore_conflicts=True,
    )
    for each in findings:
        if each.task.pk in known:
            _renew(known[each.task.pk], each)


def _renew(review: Review, found: Finding) -> None:
    """What was drawn stays drawn; who agree by now need nobody."""
    if (review.disagrees, review.spread, review.gain) == (
        found.disagrees,
        found.spread,
        found.gain,
    ):
        return
    state = ReviewState.OPEN
    if not found.disagrees and review.propensity is None:
        state = ReviewState.VOID
    Review.objects.filter(pk=review.pk, state=ReviewState.OPEN).update(
        disagrees=found.disagrees, spread=found.spread, gain=found.gain, state=state
    )


def _findings(kind: Kind, pks: Collection[int]) -> list[Finding]:
    tasks = list(Task.objects.filter(pk__in=pks).select_related("campaign").order_by("pk"))
    orders = _orders(pks) if kind == Kind.RANK else {}
    works = {
        work.campaign_id: work
        for work in CampaignWork.objects.filter(
            kind=kind, campaign__in={task.campaign_id for task in tasks}
        )
    }
    campaigns = {task.campaign for task in tasks} if orders else set()
    trust = {each.pk: consistencies_in(each) for each in campaigns}
    return [
        _finding(
            task,
            orders.get(task.pk, []),
            works.get(task.campaign_id),
            trust.get(task.campaign_id, {}),
        )
        for task in tasks
    ]


def _finding(
    task: Task, judged: list[Judged], work: CampaignWork | None, trust: Mapping[int, float]
) -> Finding:
    """What is open is told by the votes and by how consistent their raters were found to be."""
    orders = [tiers for _, tiers in judged]
    consistency = [trust.get(rater, UNKNOWN_RATER) for rater, _ in judged]
    share = work.reviewed_share if work else 0.0
    below = BELOW if work is None or work.third_below is None else work.third_below
    return Finding(
        task=task,
        disagrees=disagree(orders, below=below),
        spread=spread(orders),
        gain=round(gain_of(orders, consistency=consistency), 6),
        propensity=share if is_drawn_for_review(task.uuid, share=share) else None,
    )


def _orders(tasks: Collection[int]) -> dict[int, list[Judged]]:
    """What stands of what was ranked, and by whom, per task."""
    found: dict[int, list[Judged]] = defaultdict(list)
    standing = Ranking.objects.filter(
        STANDS, assignment__task__in=tasks, current=True, counts_as__in=COUNTED
    )
    for task, rater, tiers in standing.values_list("assignment__task", "rater", "tiers"):
        found[task].append((rater, tiers))
    return found
