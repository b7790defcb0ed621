"""The part of the measurement that runs inside the product; ``bench.dashboard`` sets it up."""

import os
import random
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotate.enums import AssignmentState, CampaignState, Kind, Origin, RaterKind
from annotate.models import (
    Assignment,
    Campaign,
    CampaignPrompt,
    Lane,
    Prompt,
    Ranking,
    Rater,
    Tally,
    Task,
    WorkRollup,
)
from annotate.services.campaign import Work, change_campaign_state, create_campaign
from annotate.services.quality import claim_quality, fit_quality, request_quality
from annotate.services.rollup import roll_up
from bench.queue.loading import sheet_like
from bench.queue.processes import say
from bench.queue.texts import uuid_from
from bench.queue.verdict import percentiles
from commons.models import User
from commons.preparing import collect_static_files

NAME, CHUNK, TOLD = "Measured", 10_000, 100_000
SKILLS = ["python", "medicine", "law", "physics", "chess", "heraldry"]
LANGUAGES = ["en", "de", "sw"]
RATERS, YEAR = 200, timedelta(days=364)
WAITING = 0.1  # of the prompts: nobody has ranked them yet
IDS = [str(UUID(int=at)) for at in range(4)]
FILLED = (Prompt, CampaignPrompt, Task, Assignment, Ranking, Tally)
Figures = dict[str, object]


def fill(rankings: int, *, seed: int) -> None:
    """Two rankings of each prompt, and a tenth as many prompts that wait."""
    if Prompt.objects.exists():
        raise SystemExit("this database holds prompts already: name an empty one, or --filled.")
    lead = User.objects.create_superuser("bench")
    work = Work(Kind.RANK, wanted=2, strengths=False)
    campaign = create_campaign(name=NAME, works=[work], by=lead)
    change_campaign_state(campaign=campaign, to=CampaignState.RUNNING, by=lead)
    people = User.objects.bulk_create(User(username=f"judge-{at:03}") for at in range(RATERS))
    Rater.objects.bulk_create(Rater(kind=RaterKind.PERSON, user=each) for each in people)
    raters = list(Rater.objects.filter(user__in=people).values_list("pk", "user"))
    lanes = [
        Lane.objects.create(campaign=campaign, kind=Kind.RANK, skill=skill, language=language)
        for skill in SKILLS
        for language in LANGUAGES
    ]
    whole = round(rankings / 2 * (1 + WAITING))
    begun = time.perf_counter()
    for first in range(0, whole, CHUNK):
        last = min(first + CHUNK, whole)
        with transaction.atomic():
            _write(campaign, lanes, raters, first, last, rankings // 2, seed)
        if last % TOLD == 0:
            say(f"{last} prompts, {time.perf_counter() - begun:.0f} s")
    _tally(campaign, rankings)
    _settle()


def _write(
    campaign: Campaign,
    lanes: list[Lane],
    raters: list[tuple[int, int]],
    first: int,
    last: int,
    judged: int,
    seed: int,
) -> None:
    chance = random.Random(f"{seed} {first}")
    numbers = range(first, last)
    lane_of = {number: _lane(chance, lanes) for number in numbers}
    at = {number: timezone.now() - YEAR * (1 - min(number / judged, 1)) for number in numbers}
    asked = [{"role": "user", "content": "Why is it so, and since when?"}]
    prompt = Prompt(messages=asked, digest="", side="train", created_at=timezone.now())
    sheet_like(prompt, "id", "uuid", "digest", "skill", "language").write(
        (n + 1, uuid_from(chance), f"{seed}-{n}", lane_of[n].skill, lane_of[n].language)
        for n in numbers
    )
    place = CampaignPrompt(campaign=campaign, prompt_id=1, priority=5)
    sheet_like(place, "prompt_id", "added_at").write((n + 1, at[n]) for n in numbers)
    task = Task(campaign=campaign, kind=Kind.RANK, offered=IDS, wanted=2)
    named = ("id", "uuid", "prompt_id", "lane_id", "place", "free", "created_at")
    sheet_like(task, *named).write(
        (n + 1, uuid_from(chance), n + 1, lane_of[n].pk, n, 0 if n < judged else 2, at[n])
        for n in numbers
    )
    turns = list(_turns(chance, raters, range(first, min(last, judged)), at))
    turn = Assignment(state=AssignmentState.SUBMITTED, order=IDS)
    sheet_like(turn, "id", "uuid", "task_id", "person_id", "taken_at", "closed_at").write(
        (pk, uuid_from(chance), number + 1, person, when, when)
        for pk, number, _, person, when in turns
    )
    ranking = Ranking(campaign=campaign, origin=Origin.WORK, counts_as="work")
    said = ("uuid", "root", "prompt_id", "rater_id", "assignment_id", "tiers", "created_at")
    sheet_like(ranking, *said).write(
        (uuid := uuid_from(chance), uuid, number + 1, rater, pk, _tiers(chance, number), when)
        for pk, number, rater, _, when in turns
    )


def _lane(chance: random.Random, lanes: list[Lane]) -> Lane:
    skill = chance.choices(range(len(SKILLS)), [9, 6, 3, 2, 1, 0.1])[0]
    language = chance.choices(range(len(LANGUAGES)), [9, 1, 0.1])[0]
    return lanes[skill * len(LANGUAGES) + language]


def _turns(
    chance: random.Random, raters: list[tuple[int, int]], numbers: range, at: dict[int, datetime]
) -> Iterator[tuple[int, int, int, int, datetime]]:
    for number in numbers:
        for k, (rater, person) in enumerate(chance.sample(raters, 2)):
            yield 2 * number + k + 1, number, rater, person, at[number]


def _tiers(chance: random.Random, number: int) -> str:
    """The order of the answers' worth, seen through some noise; the worth is the prompt's own."""
    worth = random.Random(number)
    seen = {each: worth.gauss(0, 1) + chance.gauss(0, 0.7) for each in IDS}
    return orjson.dumps([[each] for each in sorted(seen, key=lambda each: -seen[each])]).decode()


def _tally(campaign: Campaign, rankings: int) -> None:
    today, a_day = timezone.now().date(), rankings // 364
    Tally.objects.bulk_create(
        Tally(
            campaign=campaign,
            day=today - timedelta(days=day),
            slot=slot,
            rankings=a_day // Tally.SLOTS,
            comparisons=6 * a_day // Tally.SLOTS,
        )
        for day in range(364)
        for slot in range(Tally.SLOTS)
    )


def _settle() -> None:
    """Leave the database as it is long after an import: numbered on, counted, vacuumed."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("ANALYZE")
            return
        for model in FILLED:
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
            cursor.execute(f"VACUUM (ANALYZE) {table}")


def measured(requests: int, *, fit: bool) -> Figures:
    collect_static_files()
    campaign = Campaign.objects.get(name=NAME)
    counted = _counted(campaign)
    fitted = _fitted(campaign) if fit else None
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username="bench"))
    return {
        "database": connection.vendor,
        "standing": Ranking.objects.filter(current=True).count(),
        "rollups": WorkRollup.objects.count(),
        "roll_up_s": counted,
        "fit_s": fitted,
        "requests": requests,
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "ms": {name: _times(client, each, requests) for name, each in pages(campaign).items()},
    }


def _counted(campaign: Campaign) -> Figures:
    """Everything, then nothing, then the week of one ranking that stands no more."""
    found: Figures = {}
    for name in ("whole", "nothing", "one_week"):
        if name == "one_week":
            newest = Ranking.objects.filter(current=True).latest("pk")
            Ranking.objects.filter(pk=newest.pk).update(current=False)
        begun = time.perf_counter()
        roll_up(campaign=campaign, whole=name == "whole")
        found[name] = round(time.perf_counter() - begun, 2)
        say(f"roll_up {name}: {found[name]} s")
    return found


def _fitted(campaign: Campaign) -> float:
    request_quality(campaign=campaign)
    report = claim_quality(campaign)
    if report is None:
        raise SystemExit("somebody else fits this campaign: stop the workers of this database.")
    begun = time.perf_counter()
    fit_quality(report=report)
    report.refresh_from_db()
    took = round(time.perf_counter() - begun, 1)
    say(f"fit: {took} s, {report.state} {report.error} {report.figures.get('doubled')}")
    return took


def pages(campaign: Campaign) -> dict[str, str]:
    """What is asked, by name."""
    week = f"{timezone.now() - YEAR / 2:%G-W%V}"
    home, here = reverse("annotate:dashboard"), f"?campaign={campaign.uuid}"
    behind = ("quality", "raters", "bias", "mix", "planner", "stopping")
    return {
        "dashboard": home,
        "dashboard skill": f"{home}{here}&skill=law&language=de",
        "dashboard week": f"{home}{here}&week={week}",
        **{name: reverse(f"annotate:{name}") + here for name in behind},
    }


def _times(client: Client, address: str, requests: int) -> Figures:
    """The clock's time; where others use the machine, the fastest says more than the median."""
    client.get(address)  # what is compiled once is compiled
    taken, used = [], []
    for _ in range(requests):
        begun, worked = time.perf_counter(), time.process_time()
        answer = client.get(address)
        taken.append(time.perf_counter() - begun)
        used.append(time.process_time() - worked)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
    figures: Figures = {
        **(percentiles(taken) or {}),
        "fastest": round(1000 * min(taken), 1),
        "cpu_p50": (percentiles(used) or {}).get("p50"),
    }
    say(f"{address}: {figures}")
    return figures
