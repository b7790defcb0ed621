"""Prompts and judgements of a campaign, looked through by what they are, the newest first.

A page costs the same in a campaign of a million as in one of a thousand. What few prompts have
(a rare word, skill or language) is looked up first, and drives the query; raters, weeks and flags
have indexes. Everything else is looked for among the next LOOKED_AT rows only: where that gives
less than a page, the page says how far it looked and goes on from there. Nothing is counted.
Several campaigns are looked through one by one, and share what one page looks at.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from annotate.enums import (
    Agreement,
    AssignmentState,
    CountsAs,
    Kind,
    LanePurpose,
    Origin,
    RaterKind,
    Sought,
)
from annotate.models import (
    Assignment,
    Campaign,
    CampaignPrompt,
    Candidate,
    Demonstration,
    Instructions,
    Lane,
    Ranking,
    Rater,
    Snapshot,
    SnapshotMember,
)
from annotate.questions import OddQuestions, questions_of
from annotate.selectors.judged_json import BestInCommon, OrderedOtherwise, SaysYes
from annotate.selectors.newest_first import Anchor, Columns, Found, Source, newest_first
from annotate.selectors.snapshot import snapshots_of
from annotate.selectors.sorts import COUNTED, ONCE, of_sort, which_waits
from annotate.selectors.sought import (
    WITHOUT,
    AskedOfEachRow,
    Wish,
    of_prompts_judged_so,
    of_prompts_that_say,
    of_prompts_that_wait,
    shown_demonstrations,
    shown_rankings,
)
from annotate.selectors.standing import IS_CHECK, STANDS
from commons.models import User

PAGE = 50
LOOKED_AT = 20_000  # rows, for one page, by what has no index
MOST_RATERS, MOST_SNAPSHOTS = 50, 100
TOGETHER = 12  # campaigns that one page looks through

JUDGED = (Ranking, Demonstration)

Judged = TypeVar("Judged", Demonstration, Ranking)


INTAKE = Columns("added_at", "prompt_id", "prompt__uuid")
JUDGEMENT = Columns("created_at", "pk")
SKIPPED = Columns("closed_at", "pk", campaign="")


def found_in(sought: Sought, wishes: Sequence[Wish], behind: Anchor | None = None) -> Found[Any]:
    """A page of what is looked for in each campaign; there is one wish of each."""
    if sought == Sought.SKIPS:
        sources = [_skips(wishes)]
    else:
        sources = [of(wish) for wish in wishes for of in SOURCES[sought]]
    return newest_first(sources, behind, page=PAGE, looks=LOOKED_AT)


def found_prompts(wish: Wish, after: UUID | None = None) -> Found[CampaignPrompt]:
    """The prompts of the campaign by the time at which they entered it."""
    return found_in(Sought.PROMPTS, [wish], Anchor(after) if after else None)


def found_rankings(wish: Wish, after: UUID | None = None) -> Found[Ranking]:
    """The rankings that stand."""
    return found_in(Sought.RANKINGS, [wish], Anchor(after) if after else None)


def found_demonstrations(wish: Wish, after: UUID | None = None) -> Found[Demonstration]:
    """The written answers that stand."""
    return found_in(Sought.DEMONSTRATIONS, [wish], Anchor(after) if after else None)


def _prompts(wish: Wish) -> Source[CampaignPrompt]:
    base = known = CampaignPrompt.objects.filter(campaign=wish.campaign).select_related("prompt")
    if wish.week:
        base = base.filter(added_at__gte=wish.week[0], added_at__lt=wish.week[1])
    base, said = of_prompts_that_say(wish, base)
    base, judged = of_prompts_judged_so(wish, base)
    rest = [*said, *judged]
    kind = which_waits(wish.sort)
    if kind is not None or wish.days is not None:
        base, waits = of_prompts_that_wait(wish, base, kind or "")
        rest += waits
    if wish.sort == ONCE:
        rest.append(~Q(_again(wish)))
    if wish.agreement:
        rest.append(_ranked_so(wish, wish.agreement))
    if wish.snapshot:
        rest.append(_frozen_in(wish, wish.snapshot))
    return Source(base, rest, INTAKE, known)


def _again(wish: Wish) -> AskedOfEachRow:
    """Whether the same prompt entered another of the campaigns later, in the week that is asked."""
    others = [each for each in wish.beside_it if each != wish.campaign.pk]
    again = CampaignPrompt.objects.filter(prompt=OuterRef("prompt"), campaign__in=others)
    if wish.week:
        again = again.filter(added_at__gte=wish.week[0], added_at__lt=wish.week[1])
    at_once = Q(added_at=OuterRef("added_at"), campaign__gt=OuterRef("campaign"))
    return AskedOfEachRow(again.filter(Q(added_at__gt=OuterRef("added_at")) | at_once))


def _rankings(wish: Wish) -> Source[Ranking]:
    base, rest = _judged(wish, shown_rankings(wish).filter(current=True))
    if wish.flag:
        base = base.filter(SaysYes(F("answers"), Value(wish.flag)))
    if wish.sort:
        rest.append(of_sort(wish.sort, Sought.RANKINGS))
    if wish.beside is not None:
        rest.append(_beside(wish.beside))
    if wish.met:
        base = base.filter(created_at__lt=wish.met[1])
        rest.append(_met(*wish.met, _others_so(wish.agreement, wish.beside)))
    if wish.agreement and not (wish.met and wish.agreement in TOLD_BY_ONE):
        rest.append(_agreement(wish.agreement, wish.beside))
    if wish.snapshot:
        rest.append(_member(wish.snapshot, ranking=OuterRef("pk")))
    return Source(base, rest, JUDGEMENT, Ranking.objects.filter(campaign=wish.campaign))


def _demonstrations(wish: Wish) -> Source[Demonstration]:
    base, rest = _judged(wish, shown_demonstrations(wish).filter(current=True))
    if wish.sort:
        rest.append(of_sort(wish.sort, Sought.DEMONSTRATIONS))
    if wish.snapshot:
        rest.append(_member(wish.snapshot, demonstration=OuterRef("pk")))
    return Source(base, rest, JUDGEMENT, Demonstration.objects.filter(campaign=wish.campaign))


SOURCES: dict[Sought, tuple[Callable[[Wish], Source[Any]], ...]] = {
    Sought.PROMPTS: (_prompts,),
    Sought.RANKINGS: (_rankings,),
    Sought.DEMONSTRATIONS: (_demonstrations,),
    Sought.JUDGED: (_rankings, _demonstrations),
}


def _skips(wishes: Sequence[Wish]) -> Source[Assignment]:
    """Turns that were given back with a reason. They are few, and lie in one index for all
    campaigns: which of them, and what else is asked, is looked for among the newest. So a page may
    end at a skip of any campaign, and goes on from there."""
    wish, campaigns = wishes[0], [each.campaign.pk for each in wishes]
    base = Assignment.objects.filter(state=AssignmentState.SKIPPED)
    asked: dict[str, Any] = {"task__campaign__in": campaigns}
    if wish.week:
        base = base.filter(closed_at__gte=wish.week[0], closed_at__lt=wish.week[1])
    if any(each.raters is not None for each in wishes):
        asked["person__rater__in"] = {pk for each in wishes for pk in each.raters or ()}
    if wish.skill:
        asked["task__prompt__skill"] = "" if wish.skill == WITHOUT else wish.skill
    if wish.language:
        asked["task__prompt__language"] = wish.language
    rest = [Q(**asked), *([of_sort(wish.sort, Sought.SKIPS)] if wish.sort else [])]
    shown = base.select_related("task__prompt", "person")
    return Source(shown, rest, SKIPPED, base)


@dataclass(frozen=True)
class Offered:
    """What the filters of a campaign may be set to."""

    skills: list[str]
    languages: list[str]
    flags: list[tuple[str, str]]  # name and label
    snapshots: list[Snapshot]


def offered_in(campaign: Campaign, user: User) -> Offered:
    return offered_together([campaign], user)


def offered_together(campaigns: Sequence[Campaign], user: User) -> Offered:
    """Taken from small tables: lanes, versions of the instructions, the person's snapshots."""
    work = Lane.objects.filter(campaign__in=campaigns, purpose=LanePurpose.WORK)
    lanes = work.values_list("skill", "language")
    named = set(lanes.distinct())
    theirs = Snapshot.campaigns.through.objects.filter(campaign__in=campaigns)
    snapshots = snapshots_of(user).filter(pk__in=theirs.values("snapshot"))
    return Offered(
        skills=sorted({skill or WITHOUT for skill, _ in named}),
        languages=sorted({language for _, language in named}),
        flags=_flags_of(campaigns),
        snapshots=list(snapshots.prefetch_related(None)[:MOST_SNAPSHOTS]),
    )


def _flags_of(campaigns: Sequence[Campaign]) -> list[tuple[str, str]]:
    """Every flag that a version of the instructions has asked, in its newest words."""
    named: dict[str, str] = {}
    versions = Instructions.objects.filter(campaign__in=campaigns).order_by("version", "pk")
    for form in versions.values_list("form", flat=True):
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


def _met(begins: datetime, ends: datetime, others: QuerySet[Ranking]) -> Q:
    """Of a ranking from before the end: whether the later of it and one of these others lies in
    these days."""
    # by an expression, so that nobody reads the index of times for the few of each prompt
    others = others.annotate(at=Coalesce("created_at", "created_at"))
    before = others.filter(at__lt=ends)
    mine_is_later = Q(created_at__gte=begins) & Q(AskedOfEachRow(before))
    theirs_is_later = Q(AskedOfEachRow(before.filter(at__gte=begins)))
    return JUDGED_FRESH & (mine_is_later | theirs_is_later)


# a reviewer's label has seen what it would agree with
JUDGED_FRESH = ~Q(origin__in=(Origin.RESOLUTION, Origin.MACHINE)) & ~IS_CHECK
SAME_PROMPT = {"campaign": OuterRef("campaign"), "prompt": OuterRef("prompt"), "current": True}


def _others() -> QuerySet[Ranking]:
    """Other people's work on the same prompt in the campaign."""
    return Ranking.objects.filter(
        STANDS, counts_as__in=(CountsAs.WORK, CountsAs.HELD_OUT), **SAME_PROMPT
    ).exclude(Q(rater=OuterRef("rater")) | Q(origin=Origin.RESOLUTION))


# of which one other ranking is enough to tell
TOLD_BY_ONE = (Agreement.ORDERED, Agreement.SHARED, Agreement.APART)


def _others_so(asked: Agreement | None, beside: Sequence[int] | None) -> QuerySet[Ranking]:
    """Other people's work on the same prompt that differs so, or that of these among them."""
    others = _others()
    if beside is not None:
        others = others.filter(rater__in=beside)
    if asked == Agreement.ORDERED:
        return others.filter(OrderedOtherwise(F("tiers"), OuterRef("tiers")))
    if asked == Agreement.APART:
        return others.exclude(BestInCommon(F("tiers"), OuterRef("tiers")))
    return others


def _agreement(asked: Agreement, beside: Sequence[int] | None = None) -> Q:
    """Of a person's ranking: what the other people's work on the same prompt in the campaign says,
    or that of these among them.

    Nobody agrees or disagrees with what checks people, which is held against its right order.
    """
    others = _others_so(asked, beside)
    if asked in TOLD_BY_ONE:
        return JUDGED_FRESH & Q(Exists(others))
    if asked == Agreement.SINGLE:
        return JUDGED_FRESH & Q(~Exists(others))
    return JUDGED_FRESH & Q(Exists(others), ~Exists(_others_so(Agreement.APART, beside)))
