"""What may harm whoever reads it, who has agreed to read it, and who has read enough of it.

A prompt may harm where its campaign is marked as a whole, or its skill or clearance is. What
nobody has marked is never looked up twice: without rules there is nothing to read.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from annotate.enums import AssignmentState
from annotate.models import (
    Assignment,
    Campaign,
    CampaignPrompt,
    CareChoice,
    CareConsent,
    CareRules,
    HarmfulSkill,
    Prompt,
    Qualification,
    Task,
)
from annotate.selectors.tally import beginning_of
from commons.models import User

READ = (AssignmentState.SUBMITTED, AssignmentState.SKIPPED)  # a skipped item was read, too
LOOKED_BACK = 200  # turns, at most


@dataclass(frozen=True)
class Cover:
    """How the texts of an item that may harm are shown at first."""

    is_open: bool


@dataclass(frozen=True)
class Asked:
    """What a person may agree to, or has: ``consent`` is None where they have not, or not to
    the words as they stand."""

    rules: CareRules
    consent: CareConsent | None

    @property
    def campaign(self) -> Campaign:
        return self.rules.campaign


@dataclass(frozen=True)
class Enough:
    """Why a person gets nothing more that may harm, of a campaign, and until when."""

    campaign: Campaign
    until: datetime
    per_day: int | None = None
    in_a_row: int | None = None
    minutes: int = 0


def marked(*, skill: str = "skill", clearance: str = "clearance", campaign: str = "campaign") -> Q:
    """Of rows that name a campaign, a skill and a clearance: they may harm."""
    skills = Q(skill="") | Q(skill=OuterRef(skill)) | Q(skill=OuterRef(clearance))
    return Q(Exists(HarmfulSkill.objects.filter(skills, campaign=OuterRef(campaign))))


def agreed(user: User, *, campaign: str = "campaign") -> Q:
    """Of rows that name a campaign: this person reads there what may harm."""
    return Q(Exists(consents_of(user).filter(campaign=OuterRef(campaign))))


def consents_of(user: User) -> QuerySet[CareConsent]:
    """Those that hold: not withdrawn, and to the words as they stand."""
    return CareConsent.objects.filter(
        person=user, withdrawn_at=None, version=F("campaign__care_rules__version")
    )


def reads_harm(user: User, campaign: int) -> bool:
    return consents_of(user).filter(campaign=campaign).exists()


def rules_of(campaign: Campaign) -> CareRules | None:
    return CareRules.objects.filter(campaign=campaign).first()


def harmful_skills(campaigns: Iterable[int]) -> dict[int, frozenset[str]]:
    """What each of these campaigns has marked; those without are left out."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = HarmfulSkill.objects.filter(campaign__in=set(campaigns))
    for campaign, skill in rows.values_list("campaign", "skill"):
        found[campaign].add(skill)
    return {campaign: frozenset(skills) for campaign, skills in found.items()}


def may_harm(*, campaign: int, skill: str, clearance: str = "") -> bool:
    skills = {"", skill, clearance}
    return HarmfulSkill.objects.filter(campaign=campaign, skill__in=skills).exists()


def task_may_harm(task: Task) -> bool:
    prompt = task.prompt
    return may_harm(campaign=task.campaign_id, skill=prompt.skill, clearance=prompt.clearance)


def is_withheld(user: User, turn: Assignment) -> bool:
    """Whether a turn's texts are shown to its person no more: they have not agreed to read them, or
    have taken that back. What was on their screen when its campaign was marked may be finished."""
    is_on_screen = turn.state == AssignmentState.OPEN and turn.shown_at is not None
    if is_on_screen or not task_may_harm(turn.task):
        return False
    return not reads_harm(user, turn.task.campaign_id)


def cover_anywhere(user: User, prompt: Prompt) -> Cover | None:
    """The same where a prompt is looked at that some campaign has marked, whichever."""
    skills = {"", prompt.skill, prompt.clearance}
    marks = HarmfulSkill.objects.filter(campaign__intake__prompt=prompt, skill__in=skills)
    return Cover(is_uncovered(user)) if marks.exists() else None


def covered_prompts(user: User, shown: Iterable[tuple[int, Prompt]]) -> frozenset[int]:
    """Of these, each with the campaign in which it stands, those whose words no list shows."""
    found = list(shown)
    skills = harmful_skills(campaign for campaign, _ in found) if found else {}
    if not skills or is_uncovered(user):
        return frozenset()
    return _marked_among(found, skills)


def own_covered_prompts(user: User, shown: Iterable[tuple[int, Prompt]]) -> frozenset[int]:
    """The same in a list of one's own: what somebody wants to see at once holds only where they
    have agreed to read it."""
    found = list(shown)
    skills = harmful_skills(campaign for campaign, _ in found) if found else {}
    if skills and is_uncovered(user):
        for campaign in consents_of(user).values_list("campaign", flat=True):
            skills.pop(campaign, None)
    return _marked_among(found, skills)


def _marked_among(
    shown: Iterable[tuple[int, Prompt]], skills: dict[int, frozenset[str]]
) -> frozenset[int]:
    return frozenset(
        prompt.pk
        for campaign, prompt in shown
        if skills.get(campaign, frozenset()) & {"", prompt.skill, prompt.clearance}
    )


def covered_anywhere(user: User, prompts: Iterable[Prompt]) -> frozenset[int]:
    """The same of prompts that some campaign has marked, whichever."""
    known = {prompt.pk: prompt for prompt in prompts}
    places = CampaignPrompt.objects.filter(prompt__in=known).values_list("campaign", "prompt")
    return covered_prompts(user, ((campaign, known[prompt]) for campaign, prompt in places))


def holds_harm(test: Qualification) -> bool:
    """Whether an item of it may: its lane is named by what the test gives, not by its prompt."""
    is_so = marked(skill="task__prompt__skill", clearance="task__prompt__clearance")
    return test.golds.filter(is_so, retired_at=None).exists()


def is_uncovered(user: User) -> bool:
    return CareChoice.objects.filter(person=user, uncovered=True).exists()


def cover_of(user: User, *, campaign: int, prompt: Prompt) -> Cover | None:
    """None where nothing is to be covered."""
    if not may_harm(campaign=campaign, skill=prompt.skill, clearance=prompt.clearance):
        return None
    return Cover(is_uncovered(user))


def own_cover_of(user: User, *, campaign: int, prompt: Prompt) -> Cover | None:
    """The same of somebody's own work that lies behind them: open only where they want it so and
    have not taken back their yes."""
    cover = cover_of(user, campaign=campaign, prompt=prompt)
    return Cover(cover.is_open and reads_harm(user, campaign)) if cover else None


def asked_of(user: User) -> list[Asked]:
    """The campaigns of a person that have something to agree to, by name."""
    mine = CareRules.objects.filter(
        campaign__memberships__person=user, campaign__memberships__active=True
    )
    rules = list(mine.select_related("campaign").order_by("campaign__name"))
    held = {each.campaign_id: each for each in consents_of(user)} if rules else {}
    return [Asked(each, held.get(each.campaign_id)) for each in rules]


def readers_of(campaign: Campaign) -> frozenset[int]:
    """Whoever has agreed to the words as they stand."""
    held = CareConsent.objects.filter(
        campaign=campaign, withdrawn_at=None, version=F("campaign__care_rules__version")
    )
    return frozenset(held.values_list("person", flat=True))


def enough_read(user: User, campaigns: Collection[int] | None = None) -> dict[int, Enough]:
    """The campaigns, by primary key, that have nothing more that may harm for a person now.

    Of these campaigns, else of all in which they are members. What is in hand counts.
    """
    limited = CareRules.objects.filter(
        Q(per_day__isnull=False) | Q(in_a_row__isnull=False),
        campaign__memberships__person=user,
        campaign__memberships__active=True,
    )
    if campaigns is not None:
        limited = limited.filter(campaign__in=campaigns)
    found = (_enough_in(rules, user) for rules in limited.select_related("campaign"))
    return {each.campaign.pk: each for each in found if each}


def _enough_in(rules: CareRules, user: User) -> Enough | None:
    now = timezone.now()
    if rules.per_day is not None:
        today = _turns(user, rules).filter(
            Q(state=AssignmentState.OPEN)
            | Q(state__in=READ, closed_at__gte=beginning_of(now.date()))
        )
        if today.count() >= rules.per_day:
            until = beginning_of(now.date() + timedelta(days=1))
            return Enough(rules.campaign, until, per_day=rules.per_day)
    until_rested = _rests_until(rules, user, now)
    if until_rested is None:
        return None
    return Enough(
        rules.campaign, until_rested, in_a_row=rules.in_a_row, minutes=rules.break_minutes
    )


def _turns(user: User, rules: CareRules) -> QuerySet[Assignment]:
    is_so = marked(
        campaign="task__campaign", skill="task__prompt__skill", clearance="task__prompt__clearance"
    )
    return Assignment.objects.filter(is_so, person=user, task__campaign=rules.campaign_id)


def _rests_until(rules: CareRules, user: User, now: datetime) -> datetime | None:
    """When a break would be over that is due now: so many in a row, no break between two.

    A break lasts from when one was closed to when the next was shown: who reads one of them for
    long rests no more than who reads many. Other work between them is none.
    """
    if rules.in_a_row is None:
        return None
    pause = timedelta(minutes=rules.break_minutes)
    turns = _turns(user, rules)
    held = turns.filter(state=AssignmentState.OPEN).aggregate(n=Count("pk"), at=Min("shown_at"))
    row, begun, last = held["n"], held["at"] or now, held["at"] and now
    since = now - pause - timedelta(days=1)
    read = turns.filter(state__in=READ, closed_at__gte=since).order_by("-closed_at")
    for closed, shown in read.values_list("closed_at", "shown_at")[:LOOKED_BACK]:
        if closed is None or begun - closed >= pause:
            break
        last, begun, row = last or closed, min(begun, shown or closed), row + 1
    return (last or now) + pause if row >= rules.in_a_row else None
