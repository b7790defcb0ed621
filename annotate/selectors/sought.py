"""Which prompts of a campaign somebody looks for, and the rows that belong to them.

What few prompts have is looked up first, and drives the query. Where they are many, each row that
a page looks at is asked by itself: what a join would begin with is the many prompts, and sort them
all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from annotate.enums import Agreement
from annotate.models import (
    Campaign,
    CampaignPrompt,
    Candidate,
    Demonstration,
    Lane,
    Prompt,
    Ranking,
    Snapshot,
    Task,
)
from annotate.selectors.judged_json import SaysYes
from annotate.selectors.standing import IS_CHECK

FEW = 2_000  # prompts that are looked up one by one
WITHOUT = "∅"  # in place of a skill: prompts that have none

Row = TypeVar("Row", CampaignPrompt, Demonstration, Ranking)


@dataclass(frozen=True)
class Wish:
    """What somebody looks for in a campaign; what is empty is not asked.

    Who leads it is shown what checks people, too. ``beside`` asks of a ranking that these raters
    ranked the same prompt, ``sort`` is one of ``selectors.sorts``. ``days`` is how long a prompt
    waits at the least, and ``beside_it`` the campaigns of which the same prompt is found once.
    ``met`` is the week in which the later of two ranked the prompt, as figures of agreement have
    it.
    """

    campaign: Campaign
    text: str = ""
    skill: str = ""
    language: str = ""
    raters: Sequence[int] | None = None
    beside: Sequence[int] | None = None
    sort: str = ""
    agreement: Agreement | None = None
    flag: str = ""
    week: tuple[datetime, datetime] | None = None
    snapshot: Snapshot | None = None
    leads: bool = False
    met: tuple[datetime, datetime] | None = None
    days: int | None = None
    beside_it: Sequence[int] = ()


@dataclass(frozen=True)
class Way:
    """Rows that lead to prompts, and the column in which they name them."""

    rows: QuerySet[Any]
    prompt: str = "prompt"


def shown_rankings(wish: Wish) -> QuerySet[Ranking]:
    """Those that whoever looks through the campaign is shown."""
    return Ranking.objects.filter(Q() if wish.leads else ~IS_CHECK, campaign=wish.campaign)


def shown_demonstrations(wish: Wish) -> QuerySet[Demonstration]:
    """The same of what was written: an ideal answer to a check is one of these."""
    return Demonstration.objects.filter(Q() if wish.leads else ~IS_CHECK, campaign=wish.campaign)


def of_prompts_that_say(wish: Wish, base: QuerySet[Row]) -> tuple[QuerySet[Row], list[Any]]:
    """The rows of prompts of that skill and language in which, or in an answer, the words stand."""
    plain = {name: said for name in ("skill", "language") if (said := getattr(wish, name))}
    if wish.skill == WITHOUT:
        plain["skill"] = ""
    if not wish.text:
        return _narrowed(base, [Way(Prompt.objects.filter(**plain), "pk")] if plain else [])
    says = {"words__said__find": wish.text}
    its = {f"prompt__{name}": said for name, said in plain.items()}
    written = shown_demonstrations(wish).filter(current=True)
    return _narrowed(
        base,
        [
            Way(Prompt.objects.filter(**plain, **says), "pk"),
            Way(Candidate.objects.filter(**its, **says)),
            Way(written.filter(**its, **says)),
        ],
    )


def of_prompts_judged_so(wish: Wish, base: QuerySet[Row]) -> tuple[QuerySet[Row], list[Any]]:
    """The rows of prompts that one of the raters has judged; with a flag, said yes to it."""
    if wish.raters is None and not wish.flag:
        return base, []
    said: dict[str, Any] = {"current": True}
    if wish.raters is not None:
        said["rater__in"] = wish.raters
    rankings = shown_rankings(wish).filter(**said)
    if wish.flag:
        return _narrowed(base, [Way(rankings.filter(SaysYes(F("answers"), Value(wish.flag))))])
    return _narrowed(base, [Way(rankings), Way(shown_demonstrations(wish).filter(**said))])


def waiting_tasks(
    campaigns: Sequence[int], kind: str = "", days: int | None = None
) -> QuerySet[Task]:
    """Those of which a turn is free, and which nothing holds, for so many days at the least; what
    checks people is no work that waits."""
    found = Task.objects.filter(campaign__in=campaigns, round__gte=1, free__gt=0, held="")
    if kind:
        found = found.filter(kind=kind)
    return found.filter(created_at__lt=timezone.now() - timedelta(days=days)) if days else found


def of_prompts_that_wait(
    wish: Wish, base: QuerySet[Row], kind: str
) -> tuple[QuerySet[Row], list[Any]]:
    """Where few wait they are read from their lanes, whose index holds nothing else."""
    waiting = waiting_tasks([wish.campaign.pk], kind, wish.days)
    lanes = Lane.objects.filter(campaign=wish.campaign)
    few = waiting.filter(lane__in=list(lanes.values_list("pk", flat=True)))
    found = list(few.values_list("prompt", flat=True)[: FEW + 1])
    if len(found) > FEW:
        return base, [_leads_here(Way(waiting))]
    return base.filter(prompt__in=set(found)), []


def _narrowed(base: QuerySet[Row], ways: Sequence[Way]) -> tuple[QuerySet[Row], list[Any]]:
    """The rows whose prompt one of the ways leads to; no way asks nothing."""
    if not ways:
        return base, []
    few: set[int] = set()
    for way in ways:
        found = list(way.rows.values_list(way.prompt, flat=True)[: FEW + 1])
        if len(found) > FEW:
            return base, [reduce(or_, map(_leads_here, ways))]
        few.update(found)
    return base.filter(prompt__in=few), []


class AskedOfEachRow(Exists):
    """Looked up by index for each row that a page looks at, until it is full.

    Where several are joined by OR, PostgreSQL would rather read all that each finds, and hash it:
    millions. A subquery with an OFFSET it leaves as it is.
    """

    template = "EXISTS(%(subquery)s OFFSET 0)"  # behind the LIMIT 1 that Django writes


def _leads_here(way: Way) -> Q:
    return Q(AskedOfEachRow(way.rows.filter(**{way.prompt: OuterRef("prompt")})))
