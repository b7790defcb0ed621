"""A campaign in which it is known what is wrong: nothing, or what was planted.

Prompts come by the product's import and tasks by its service; judgements are written at once, for
three of each of many items would take minutes by the page.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.utils import timezone

from annotate.conversation import text_of
from annotate.enums import AssignmentState, CountsAs, Kind, Origin, RaterKind, Role
from annotate.importing.records import ImportedCandidate, ImportedPrompt
from annotate.models import (
    Assignment,
    Campaign,
    Candidate,
    Membership,
    QualityReport,
    Ranking,
    Rater,
    Task,
    WantedShare,
)
from annotate.services.campaign import Work, publish_instructions
from annotate.services.importing import import_records
from annotate.services.quality import claim_quality, fit_quality, request_quality
from annotate.services.rollup import roll_up
from annotate.services.tally import add_to_tally
from commons.models import User
from tests.factories import make_campaign

Leaning = Callable[[int, str], float]
SKILLS = ("medicine", "law", "coding")
FORM: dict[str, object] = {"rank": {"flags": [{"name": "harmful", "label": "Could do harm"}]}}


def _words(number: int) -> str:
    """Words that no other number has, so that nothing is nearly the same."""
    chance = random.Random(f"words {number}")
    return " ".join(
        "".join(chance.choice("bcdfghklmnprstvwz") + chance.choice("aeiou") for _ in range(4))
        for _ in range(6)
    )


def answer_of(prompt: int, place: int) -> str:
    return f"{_words(7 * prompt + place)}, that is {place}."


@dataclass(frozen=True)
class Plan:
    """What is planted. ``careless`` is the place of a rater, ``ambiguous`` a skill in which people
    decide by their own lights, ``missing`` one that is wanted and of which nothing comes;
    ``says`` is the text of a prompt's answer, where it is of any account; ``leans`` of a rater's
    place is what they go by before all else, least first: an answer's place on the page and its
    text; ``hasty`` is the place of who has no time to read, ``unsure`` of who sees little;
    ``by_coin`` is the share of flags that are set by one."""

    careless: int | None = None
    ambiguous: str = ""
    missing: str = ""
    prompts: int = 480
    raters: int = 8
    each: int = 3
    seed: int = 1
    answers: int = 4
    skills: Sequence[str] = SKILLS
    languages: Sequence[str] = ("en",)
    noise: float = 0.45
    flags: bool = False
    says: Callable[[int, int], str] = answer_of
    leans: Mapping[int, Leaning] = field(default_factory=dict)
    hasty: int | None = None
    unsure: Mapping[int, float] = field(default_factory=dict)
    by_coin: float = 0.0


def plant(plan: Plan, *, lead: User, name: str = "Planted") -> Campaign:
    """A running campaign of the lead with its judgements, as if three weeks of work were done."""
    chance = random.Random(plan.seed)
    works = [Work(Kind.RANK, wanted=plan.each, answers=plan.answers, strengths=False)]
    campaign = make_campaign(name=name, works=works, lead=lead)
    form = FORM if plan.flags else {"rank": {}}
    publish_instructions(campaign=campaign, guideline="Prefer what helps.", by=lead, form=form)
    import_records(campaign=campaign, records=_prompts(plan), by=lead)
    judge(plan, campaign, team(plan, campaign), chance)
    for skill in [*plan.skills, *filter(None, [plan.missing])]:
        WantedShare.objects.create(campaign=campaign, facet="skill", value=skill, share=0.25)
    return campaign


def _prompts(plan: Plan) -> Iterator[ImportedPrompt]:
    for at in range(plan.prompts):
        yield ImportedPrompt(
            key=f"p{at}",
            messages=({"role": "user", "content": f"{plan.seed} {_words(at)}?"},),
            skill=plan.skills[at % len(plan.skills)],
            language=plan.languages[at % len(plan.languages)],
            source="test",
            candidates=tuple(
                ImportedCandidate(
                    f"p{at}a{k}",
                    ({"role": "assistant", "content": plan.says(at, k)},),
                    f"model-{k}",
                    {},
                )
                for k in range(plan.answers)
            ),
            demonstrations=(),
            rankings=(),
            line=at + 1,
        )


def team(plan: Plan, campaign: Campaign) -> list[User]:
    """Members who need no password: nobody signs in as them."""
    people = User.objects.bulk_create(
        User(username=f"{campaign.pk}-rater-{at}", first_name=f"Rater {at}")
        for at in range(plan.raters)
    )
    Membership.objects.bulk_create(
        Membership(campaign=campaign, person=each, role=Role.ANNOTATOR) for each in people
    )
    Rater.objects.bulk_create(Rater(kind=RaterKind.PERSON, user=each) for each in people)
    return people


def judge(plan: Plan, campaign: Campaign, people: Sequence[User], chance: random.Random) -> None:
    tasks = list(Task.objects.filter(campaign=campaign).select_related("prompt").order_by("pk"))
    turns, rankings = [], []
    texts = _texts(campaign) if plan.leans else {}
    begun = timezone.now() - timedelta(days=20)
    raters = {each.user_id: each for each in Rater.objects.filter(user__in=people)}
    for number, task in enumerate(tasks):
        worth = {each: chance.gauss(0, 1) for each in task.offered}
        at = begun + timedelta(days=20) * number / len(tasks)
        for person in chance.sample(range(plan.raters), plan.each):
            turn = _turn(task, people[person], at, chance)
            order = _order(plan, person, task, worth, chance)
            if by := plan.leans.get(person):
                order.sort(key=lambda each: by(turn.order.index(each), texts[each]))
            turns.append(turn)
            said = _ranking(plan, campaign, task, raters[people[person].pk], turn, order, chance)
            if person == plan.hasty:
                said.effort = {**(said.effort or {}), "active_seconds": 2.0}
            rankings.append(said)
    for day, each in Counter(turn.closed_at.date() for turn in turns if turn.closed_at).items():
        add_to_tally(
            campaign=campaign.pk,
            slot=0,
            at=datetime(day.year, day.month, day.day, tzinfo=UTC),
            rankings=each,
            comparisons=each * plan.answers * (plan.answers - 1) // 2,
        )
    kept = Assignment.objects.bulk_create(turns)
    for ranking, turn in zip(rankings, kept, strict=True):
        ranking.assignment = turn
    Ranking.objects.bulk_create(rankings)
    Task.objects.filter(campaign=campaign).update(free=0)


def _texts(campaign: Campaign) -> dict[str, str]:
    rows = Candidate.objects.filter(prompt__tasks__campaign=campaign)
    return {str(uuid): text_of(said) for uuid, said in rows.values_list("uuid", "messages")}


def _turn(task: Task, person: User, at: datetime, chance: random.Random) -> Assignment:
    order = chance.sample(task.offered, len(task.offered))
    return Assignment(
        task=task, person=person, state=AssignmentState.SUBMITTED, closed_at=at, order=order
    )


def _order(
    plan: Plan, person: int, task: Task, worth: dict[str, float], chance: random.Random
) -> list[str]:
    """Best first, by what an answer is worth and some noise; by nothing where so was planted."""
    blind = person == plan.careless or task.prompt.skill == plan.ambiguous
    noise = plan.unsure.get(person, plan.noise)
    seen = {
        each: chance.random() if blind else value + chance.gauss(0, noise)
        for each, value in worth.items()
    }
    return sorted(seen, key=lambda each: -seen[each])


def _ranking(
    plan: Plan,
    campaign: Campaign,
    task: Task,
    rater: Rater,
    turn: Assignment,
    order: Sequence[str],
    chance: random.Random,
) -> Ranking:
    uuid = uuid4()
    harmful = random.Random(f"{task.pk}").random() < 0.3
    answers = (
        {
            each: {"flags": {"harmful": _sees(plan, (at == 0) == harmful, chance)}}
            for at, each in enumerate(order)
        }
        if plan.flags
        else {}
    )
    return Ranking(
        uuid=uuid,
        root=uuid,
        campaign=campaign,
        prompt=task.prompt,
        rater=rater,
        origin=Origin.WORK,
        counts_as=CountsAs.WORK,
        tiers=[[each] for each in order],
        answers=answers,
        effort={
            "active_seconds": 40 + 20 * chance.random(),
            "seconds_to_first_act": 5.0,
            "seconds_from_last_act": 2.0,
            "acts": 4,
            "typed": 0,
            "pasted": 0,
        },
        created_at=turn.closed_at or timezone.now(),
    )


def _sees(plan: Plan, is_so: bool, chance: random.Random) -> bool:
    """Whether somebody sets a flag: as it is, or by a coin as often as the plan says."""
    if plan.by_coin and chance.random() < plan.by_coin:
        return chance.random() < 0.5
    return is_so


def measured(campaign: Campaign) -> QualityReport:
    """Rolled up and fitted, as a worker does."""
    roll_up(campaign=campaign)
    asked = request_quality(campaign=campaign)
    claimed = claim_quality(campaign)
    assert claimed == asked
    fit_quality(report=claimed)
    return QualityReport.objects.get(pk=asked.pk)
