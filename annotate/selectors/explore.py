"""Prompts and judgements of a campaign, looked through by what they are, the newest first.

A page costs the same in a campaign of a million as in one of a thousand. What few prompts have
(a rare word, skill or language) is looked up first, and drives the query; raters, weeks and flags
have indexes. Everything else is looked for among the next LOOKED_AT rows only: where that gives
less than a page, the page says how far it looked and goes on from there. Nothing is counted.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value

from annotate.enums import Agreement, CountsAs, Kind, LanePurpose, Origin, RaterKind, Sought
from annotate.models import (
    Campaign,
    CampaignPrompt,
    Candidate,
    Demonstration,
    Lane,
    Ranking,
    Rater,
    Snapshot,
    SnapshotMember,
)
from annotate.questions import OddQuestions, questions_of
from annotate.selectors.judged_json import BestInCommon, OrderedOtherwise, SaysYes
from annotate.selectors.snapshot import snapshots_of
from annotate.selectors.sorts import COUNTED, of_sort
from annotate.selectors.sought import (
    WITHOUT,
    AskedOfEachRow,
    Row,
    Wish,
    of_prompts_judged_so,
    of_prompts_that_say,
    shown_demonstrations,
    shown_rankings,
)
from annotate.selectors.standing import IS_CHECK, STANDS
from commons.models import User

PAGE = 50
LOOKED_AT = 20_000  # rows, for one page, by what has no index
MOST_RATERS, MOST_SNAPSHOTS = 50, 100

JUDGED = (Ranking, Demonstration)

Judged = TypeVar("Judged", Demonstration, Ranking)


@dataclass(frozen=True)
class Found(Generic[Row]):
    """A page. ``after`` goes on behind it; ``looked_to`` says how far it looked for too few."""

    rows: list[Row]
    after: UUID | None = None
    looked_to: datetime | None = None


def found_prompts(wish: Wish, after: UUID | None = None) -> Found[CampaignPrompt]:
    """The prompts of the campaign by the time at which they entered it."""
    base = CampaignPrompt.objects.filter(campaign=wish.campaign).select_related("prompt")
    if wish.week:
        base = base.filter(added_at__gte=wish.week[0], added_at__lt=wish.week[1])
    anchor = base.filter(prompt__uuid=after).values_list("added_at", "prompt_id") if after else None
    base, said = of_prompts_that_say(wish, base)
    base, judged = of_prompts_judged_so(wish, base)
    rest = [*said, *judged]
    if wish.sort:
        rest.append(of_sort(wish.sort, wish.campaign, Sought.PROMPTS))
    if wish.agreement:
        rest.append(_ranked_so(wish, wish.agreement))
    if wish.snapshot:
        rest.append(_frozen_in(wish, wish.snapshot))
    return _page(base, rest, ("added_at", "prompt_id", "prompt__uuid"), anchor)


def found_rankings(wish: Wish, after: UUID | None = None) -> Found[Ranking]:
    """The rankings that stand."""
    base, rest = _judged(wish, shown_rankings(wish).filter(current=True))
    if wish.flag:
        base = base.filter(SaysYes(F("answers"), Value(wish.flag)))
    if wish.sort:
        rest.append(of_sort(wish.sort, wish.campaign, Sought.RANKINGS))
    if wish.beside is not None:
        rest.append(_beside(wish.beside))
    if wish.agreement:
        rest.append(_agreement(wish.agreement, wish.beside))
    if wish.snapshot:
        rest.append(_member(wish.snapshot, ranking=OuterRef("pk")))
    return _page(base, rest, ("created_at", "pk", "uuid"), _anchor(Ranking, wish, after))


def found_demonstrations(wish: Wish, after: UUID | None = None) -> Found[Demonstration]:
    """The written answers that stand."""
    base, rest = _judged(wish, shown_demonstrations(wish).filter(current=True))
    if wish.sort:
        rest.append(of_sort(wish.sort, wish.campaign, Sought.DEMONSTRATIONS))
    if wish.snapshot:
        rest.append(_member(wish.snapshot, demonstration=OuterRef("pk")))
    return _page(base, rest, ("created_at", "pk", "uuid"), _anchor(Demonstration, wish, after))


@dataclass(frozen=True)
class Offered:
    """What the filters of a campaign may be set to."""

    skills: list[str]
    languages: list[str]
    flags: list[tuple[str, str]]  # name and label
    snapshots: list[Snapshot]


def offered_in(campaign: Campaign, user: User) -> Offered:
    """Taken from small tables: lanes, versions of the instructions, the person's snapshots."""
    work = Lane.objects.filter(campaign=campaign, purpose=LanePurpose.WORK)
    lanes = work.values_list("skill", "language")
    named = set(lanes.distinct())
    return Offered(
        skills=sorted({skill or WITHOUT for skill, _ in named}),
        languages=sorted({language for _, language in named}),
        flags=_flags_of(campaign),
        snapshots=list(
            snapshots_of(user).filter(campaigns=campaign).prefetch_related(None)[:MOST_SNAPSHOTS]
        ),
    )


def _flags_of(campaign: Campaign) -> list[tuple[str, str]]:
    """Every flag that a version of the instructions has asked, in its newest words."""
    named: dict[str, str] = {}
    for form in campaign.instructions.order_by("version").values_list("form", flat=True):
        with suppress(OddQuestions):
            named |= {each.name: each.label for each in questions_of(form, Kind.RANK).flags}
    return sorted(named.items(), key=lambda each: each[1])


def raters_called(campaign: Campaign, name: str) -> list[int]:
    """The people of a campaign, and the sources of its imports, whose name has this in it."""
    person = Q(user__memberships__campaign=campaign) & (
        Q(user__username__icontains=name)
        | Q(user__first_name__icontains=name)
        | Q(user__last_name__icontains=name)
    )
    source = ~Q(kind=RaterKind.PERSON) & Q(name__icontains=name) & _judged_in(campaign)
    found = Rater.objects.filter(person | source).distinct().order_by("pk")
    return list(found.values_list("pk", flat=True)[:MOST_RATERS])


def rater_named(campaign: Campaign, said: str) -> Rater | None:
    """Exactly that one, by the public id, of those who are in the campaign or judged in it."""
    try:
        uuid = UUID(said)
    except ValueError:
        return None
    member = Q(user__memberships__campaign=campaign)
    here = Rater.objects.filter(member | _judged_in(campaign), uuid=uuid)
    return here.select_related("user").first()


def _judged_in(campaign: Campaign) -> Q:
    here = Q()
    for kept in JUDGED:
        here |= Q(Exists(kept.objects.filter(rater=OuterRef("pk"), campaign=campaign)))
    return here


def newest_is_findable(campaign: Campaign) -> bool:
    """Whether the words of the prompt that came last, and of its candidates, are in the index."""
    newest = CampaignPrompt.objects.filter(campaign=campaign).order_by("-added_at", "-prompt_id")
    [prompt] = newest.values_list("prompt", "prompt__words__prompt")[:1] or [(None, 0)]
    offered = Candidate.objects.filter(prompt=prompt[0])
    return None not in (prompt[1], *offered.values_list("words__candidate", flat=True))


def _judged(wish: Wish, base: QuerySet[Judged]) -> tuple[QuerySet[Judged], list[Any]]:
    """What both sorts of judgements are asked."""
    base = base.select_related("prompt", "rater__user")
    if wish.raters is not None:
        base = base.filter(rater__in=wish.raters)
    if wish.week:
        base = base.filter(created_at__gte=wish.week[0], created_at__lt=wish.week[1])
    if wish.snapshot:  # what came later cannot be in it
        frozen = wish.snapshot.finished_at or wish.snapshot.requested_at
        base = base.filter(created_at__lte=frozen)
    return of_prompts_that_say(wish, base)


def _member(snapshot: Snapshot, **judgement: OuterRef) -> Exists:
    return Exists(SnapshotMember.objects.filter(snapshot=snapshot, **judgement))


def _frozen_in(wish: Wish, snapshot: Snapshot) -> Q:
    """Of a prompt: whether the dataset has it, or a judgement of it in this campaign."""
    its = {"campaign": wish.campaign, "prompt": OuterRef("prompt")}
    judged = (
        AskedOfEachRow(rows.filter(_member(snapshot, **{name: OuterRef("pk")}), **its))
        for name, rows in (
            ("ranking", Ranking.objects.all()),
            ("demonstration", Demonstration.objects.all()),
        )
    )
    found = Q(_member(snapshot, prompt=OuterRef("prompt")))
    for each in judged:
        found |= Q(each)
    return found


def _ranked_so(wish: Wish, agreement: Agreement) -> Q:
    """Of a prompt: whether a ranking of it, by one of the raters if any are named, is such."""
    rankings = shown_rankings(wish).filter(current=True, prompt=OuterRef("prompt"))
    if wish.raters is not None:
        rankings = rankings.filter(rater__in=wish.raters)
    return Q(AskedOfEachRow(rankings.filter(_agreement(agreement))))


def _beside(raters: Sequence[int]) -> Q:
    """Of a ranking: whether one of these ranked the same prompt in the campaign, too."""
    theirs = Ranking.objects.filter(COUNTED, **SAME_PROMPT, rater__in=raters)
    return COUNTED & Q(Exists(theirs.exclude(rater=OuterRef("rater"))))


SAME_PROMPT = {"campaign": OuterRef("campaign"), "prompt": OuterRef("prompt"), "current": True}


def _agreement(asked: Agreement, beside: Sequence[int] | None = None) -> Q:
    """Of a person's ranking: what the other people's work on the same prompt in the campaign says,
    or that of these among them.

    Nobody agrees or disagrees with what checks people, which is held against its right order.
    """
    others = Ranking.objects.filter(
        STANDS, counts_as__in=(CountsAs.WORK, CountsAs.HELD_OUT), **SAME_PROMPT
    ).exclude(Q(rater=OuterRef("rater")) | Q(origin=Origin.RESOLUTION))
    if beside is not None:
        others = others.filter(rater__in=beside)
    # a reviewer's label has seen what it would agree with
    judged = ~Q(origin__in=(Origin.RESOLUTION, Origin.MACHINE)) & ~IS_CHECK
    if asked == Agreement.ORDERED:
        return judged & Q(Exists(others.filter(OrderedOtherwise(F("tiers"), OuterRef("tiers")))))
    apart = others.exclude(BestInCommon(F("tiers"), OuterRef("tiers")))
    if asked == Agreement.SINGLE:
        return judged & Q(~Exists(others))
    if asked == Agreement.SHARED:
        return judged & Q(Exists(others))
    if asked == Agreement.APART:
        return judged & Q(Exists(apart))
    return judged & Q(Exists(others), ~Exists(apart))


Place = tuple[datetime, int]
Names = tuple[str, str, str]  # of the columns: when, which, and the public id of the row


def _anchor(kept: type[Judged], wish: Wish, after: UUID | None) -> Any:
    if after is None:
        return None
    mine = kept._default_manager.filter(campaign=wish.campaign, uuid=after)
    return mine.values_list("created_at", "pk")


def _page(base: QuerySet[Row], rest: Sequence[Any], names: Names, anchor: Any) -> Found[Row]:
    """The rows behind the anchor, so far as one page looks."""
    when, which, public = names
    place = anchor.first() if anchor is not None else None
    if place is not None:
        base = base.filter(_behind(place, when, which))
    ordered = base.order_by(f"-{when}", f"-{which}")
    horizon = _horizon(ordered, when, which) if rest else None
    if horizon is not None:
        ordered = ordered.filter(_down_to(horizon, when, which))
    rows = list(ordered.filter(*rest)[: PAGE + 1])
    if len(rows) > PAGE:
        return Found(rows[:PAGE], after=_public(rows[PAGE - 1]))
    if horizon is None:
        return Found(rows)
    [edge] = ordered.select_related(None).filter(**{which: horizon[1]}).values_list(public)
    return Found(rows, after=edge[0], looked_to=horizon[0])


def _horizon(ordered: QuerySet[Row], when: str, which: str) -> Place | None:
    """The last row that this page looks at, read from the index; None where it looks at all."""
    edge = ordered.select_related(None).values_list(when, which)
    found = list(edge[LOOKED_AT - 1 : LOOKED_AT + 1])
    return found[0] if len(found) == 2 else None


def _behind(place: Place, when: str, which: str) -> Q:
    time, pk = place
    return Q(**{f"{when}__lte": time}) & ~Q(**{when: time, f"{which}__gte": pk})


def _down_to(place: Place, when: str, which: str) -> Q:
    time, pk = place
    return Q(**{f"{when}__gte": time}) & ~Q(**{when: time, f"{which}__lt": pk})


def _public(row: CampaignPrompt | Demonstration | Ranking) -> UUID:
    return row.prompt.uuid if isinstance(row, CampaignPrompt) else row.uuid
