"""The measuring half of ``bench.scale``: inside Django, on a database of its own."""

import os
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from annotate.enums import CampaignState, Facet, Kind, Role, SnapshotKind
from annotate.errors import AnnotateError
from annotate.models import Campaign, Snapshot
from annotate.services.assignment import take_assignment
from annotate.services.campaign import (
    Work,
    add_member,
    change_campaign_state,
    create_campaign,
    grant_competence,
)
from annotate.services.demonstration import DemonstrationAnswer, submit_demonstration
from annotate.services.draft import save_draft
from annotate.services.freezing import claim_snapshot, freeze_snapshot
from annotate.services.ranking import RankingAnswer, submit_ranking
from annotate.services.snapshot import request_snapshot
from annotate.services.turn import show_assignment
from annotate.services.words import keep_words
from bench.intake import rows_of
from commons.models import User

PROMPTS, DEMONSTRATIONS, RANKINGS = 100_000, 100_000, 166_667  # of a week
PEOPLE = 20
WORDS = 150  # of a demonstration

Counts = dict[str, int]


@dataclass
class Week:
    """How much of it has been played, by which people, in how many seconds of each kind."""

    campaign: Campaign
    people: list[User]
    folder: Path
    done: dict[str, int] = field(
        default_factory=lambda: {"prompts": 0, "demonstrations": 0, "rankings": 0}
    )
    seconds: dict[str, float] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(7))


def measured(folder: Path, shares: list[float]) -> dict[str, object]:
    """Play each share in turn, and scale the last one to the whole week."""
    call_command("migrate", verbosity=0)
    week, empty = _begin(folder), _standing()
    found = []
    for share in shares:
        _play(week, share)
        found.append((share, {n: v - empty.get(n, 0) for n, v in _standing().items()}))
    share, grown = found[-1]
    return {
        "bench": "scale",
        "database": connection.vendor,
        "share": share,
        "played": week.done,
        "a_week": {name: round(value / share) for name, value in sorted(grown.items()) if value},
        "seconds": {name: round(value, 1) for name, value in week.seconds.items()},
        "forecast_off": _off(found) if len(found) > 1 else None,
        "load": [round(each, 1) for each in os.getloadavg()],
    }


def _off(found: list[tuple[float, Counts]]) -> dict[str, float]:
    """By how much the smaller share's forecast of the larger misses it, as a share of that."""
    (small, less), (large, more) = found[0], found[-1]
    names = ("rows", "database_bytes", "dataset_bytes")
    return {n: round(less[n] / small * large / more[n] - 1, 3) for n in names if more.get(n)}


def _begin(folder: Path) -> Week:
    lead = User.objects.create_superuser("bench")
    works = [Work(Kind.RANK, answers=4, wanted=2), Work(Kind.DEMONSTRATE)]
    campaign = create_campaign(name="Measured", works=works, by=lead)
    change_campaign_state(campaign=campaign, to=CampaignState.RUNNING, by=lead)
    people = [User.objects.create_user(f"person{number}") for number in range(PEOPLE)]
    for person in people:
        grant_competence(person=person, facet=Facet.LANGUAGE, values=["en"])
        grant_competence(
            person=person, facet=Facet.SKILL, values=["medicine", "law", "python", "statistics"]
        )
        add_member(campaign=campaign, person=person, role=Role.ANNOTATOR, by=lead)
    return Week(campaign, people, folder)


def _play(week: Week, share: float) -> None:
    """Bring the week to this share of the whole."""
    _bring(week, round(PROMPTS * share))
    _judge(week, Kind.DEMONSTRATE, "demonstrations", round(DEMONSTRATIONS * share))
    _judge(week, Kind.RANK, "rankings", round(RANKINGS * share))
    _timed(week, "words", keep_words)
    Snapshot.objects.all().delete()
    shutil.rmtree(Path(settings.ARTIFACTS) / "snapshots", ignore_errors=True)
    for kind in (SnapshotKind.SFT, SnapshotKind.PREFERENCE):
        _timed(week, f"freeze_{kind}", partial(_freeze, week, kind))


def _bring(week: Week, upto: int) -> None:
    rows = islice(rows_of(1, 4), week.done["prompts"], upto)
    file = week.folder / "rows.jsonl"
    file.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    told = StringIO()
    _timed(
        week,
        "prompts",
        lambda: call_command("import_prompts", str(file), campaign="Measured", stdout=told),
    )
    week.done["prompts"] = upto


def _judge(week: Week, kind: Kind, name: str, upto: int) -> None:
    """Everybody in turn takes an item, types at it, and hands it in."""
    began, turn, idle = time.perf_counter(), 0, 0
    while week.done[name] < upto and idle < PEOPLE:
        person = week.people[turn % PEOPLE]
        turn += 1
        try:
            _one(week, kind, person)
        except AnnotateError:  # nothing is left that this person has not met
            idle += 1
            continue
        idle = 0
        week.done[name] += 1
    if week.done[name] < upto:
        raise SystemExit(f"only {week.done[name]} of {upto} {name} could be played.")
    week.seconds[name] = week.seconds.get(name, 0.0) + time.perf_counter() - began


def _one(week: Week, kind: Kind, person: User) -> None:
    assignment = take_assignment(by=person, campaign=week.campaign, kind=kind)
    show_assignment(assignment=assignment)
    if kind == Kind.DEMONSTRATE:
        text = " ".join(f"word{week.chance.randrange(5000)}" for _ in range(WORDS))
        save_draft(assignment=assignment, body={"text": text}, version=0, by=person)
        submit_demonstration(assignment=assignment, answer=DemonstrationAnswer(text), by=person)
        return
    order = list(assignment.task.offered)
    week.chance.shuffle(order)
    tiers = [[each] for each in order]
    save_draft(assignment=assignment, body={"tiers": tiers}, version=0, by=person)
    submit_ranking(assignment=assignment, answer=RankingAnswer(tiers=tiers), by=person)


def _freeze(week: Week, kind: SnapshotKind) -> None:
    request_snapshot(kind=kind, campaigns=[week.campaign], by=None)
    snapshot = claim_snapshot()
    assert snapshot is not None
    freeze_snapshot(snapshot=snapshot)
    snapshot.refresh_from_db()
    if snapshot.error:
        raise SystemExit(snapshot.error)


def _timed(week: Week, name: str, act: Callable[[], object]) -> None:
    began = time.perf_counter()
    act()
    week.seconds[name] = week.seconds.get(name, 0.0) + time.perf_counter() - began


def _standing() -> Counts:
    """Rows of every table of ours, rows in all, and bytes of database and datasets."""
    with connection.cursor() as cursor:
        names = [
            name
            for name in connection.introspection.table_names(cursor)
            if name.startswith(("annotate_", "commons_", "rewards_"))
        ]
        rows = {f"rows of {name}": _count(cursor, name) for name in names}
        size = _size(cursor)
    return {
        **rows,
        "rows": sum(rows.values()),
        "database_bytes": size,
        "dataset_bytes": _bytes(Path(settings.ARTIFACTS) / "snapshots"),
    }


def _count(cursor: Any, name: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")
    return int(cursor.fetchone()[0])


def _size(cursor: Any) -> int:
    if connection.vendor == "postgresql":
        cursor.execute("SELECT pg_database_size(current_database())")
    else:
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
    return int(cursor.fetchone()[0])


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
