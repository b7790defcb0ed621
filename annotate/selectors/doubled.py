"""Of which rankings agreement among people is told, and how often each counts.

A third judgement that was asked for because two people disagreed is left out, and so is a round
that a lead asked for: both would make everybody look worse. What a task has beyond the campaign's
own overlap was drawn with a chance, by which it is weighted. Where a campaign stops asking as soon
as an order is sure, how many judge a task depends on what they say: there agreement is of tasks
alone that chance drew, which are never stopped.

The only place that says so: pages of quality read rankings by it, and a dataset keeps what it says
of each when its members are written down.
"""

from collections.abc import Collection, Iterable

from django.db.models import Case, Exists, F, FloatField, OuterRef, Q, Value, When

from annotate.enums import CountsAs, Kind, Origin, RaterKind
from annotate.models import Campaign, Ranking, StoppedTask
from annotate.selectors.standing import STANDS

# Held-out raters are people who are asked the same, blind, under the same draw; that their labels
# train nothing says nothing of how far people agree. A task wants no vote more for being theirs:
# left out, they would leave doubles with one judgement, or let a third that was asked for, since
# two disagreed, stand for the first or second.
COUNTED = (CountsAs.WORK, CountsAs.HELD_OUT)

# What people were asked for two times or more. What a machine says is no agreement among people.
IS_DOUBLED = Q(
    origin=Origin.WORK,
    rater__kind=RaterKind.PERSON,
    counts_as__in=COUNTED,
    assignment__task__kind=Kind.RANK,
    assignment__task__round=1,
    assignment__task__wanted__gte=2,
)
_IS_EARLIER = Q(assignment__closed_at__lt=OuterRef("assignment__closed_at")) | Q(
    assignment__closed_at=OuterRef("assignment__closed_at"),
    assignment__lt=OuterRef("assignment"),
)
_EARLIER = Ranking.objects.filter(
    STANDS,
    IS_DOUBLED,
    _IS_EARLIER,
    current=True,
    assignment__task=OuterRef("assignment__task"),
)
# A third is asked for where two are wanted and no more (``services.overlap``), so that what comes
# third or later was not wanted before anybody disagreed. Elsewhere no more count than are wanted.
IS_NO_THIRD = Q(assignment__task__third_asked=False) | ~Exists(_EARLIER[1:2])
IS_DRAWN = Q(assignment__task__second_opinion=True)


def stops_early(campaign: Campaign) -> bool:
    """Whether it does so, or did: what was stopped stays so."""
    works = campaign.works.filter(kind=Kind.RANK, stops_when_sure__isnull=False)
    return works.exists() or StoppedTask.objects.filter(task__campaign=campaign).exists()


def worth_of_told(stopping: Collection[int]) -> Case:
    """1 / propensity, where only what was drawn is told of beside what the others are; else 1.

    ``stopping``: the campaigns that stop early. Of a task that was drawn, where the campaign asks
    every task once, two are wanted, and a third where they disagree.
    """
    is_asked_once = Q(assignment__task__third_asked=True) | Q(assignment__task__wanted__lte=2)
    weighs = IS_DRAWN & Q(assignment__task__propensity__isnull=False)
    return Case(
        When(
            weighs & (is_asked_once | Q(campaign__in=stopping)),
            then=Value(1.0) / F("assignment__task__propensity"),
        ),
        default=Value(1.0),
        output_field=FloatField(),
    )


def agreement_weight(campaigns: Iterable[Campaign]) -> Case:
    """What a ranking of these campaigns counts where people are measured against each other.

    0: agreement is not told of it. None: it came from elsewhere, and why it was asked for is not
    known. Of rankings that stand, and of their current revisions.
    """
    stopping = [each.pk for each in campaigns if stops_early(each)]
    is_told = IS_DOUBLED & IS_NO_THIRD & (IS_DRAWN | ~Q(campaign__in=stopping))
    return Case(
        When(origin=Origin.IMPORTED, then=Value(None)),
        When(is_told, then=worth_of_told(stopping)),
        default=Value(0.0),
        output_field=FloatField(),
    )
