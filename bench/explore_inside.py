"""The part of the measurement that runs inside the product; ``bench.explore`` sets it up."""

import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.db.models import Max, Min
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotate.enums import Origin, RaterKind, Side, SnapshotKind
from annotate.export.splits import side_of
from annotate.models import (
    Campaign,
    CampaignPrompt,
    Candidate,
    CandidateWords,
    Lane,
    Prompt,
    PromptWords,
    Ranking,
    Rater,
    Snapshot,
    SnapshotMember,
)
from annotate.services.campaign import create_campaign, publish_instructions
from annotate.services.candidate import add_candidate
from annotate.services.prompt import add_prompt
from annotate.services.words import KEPT, Kept, keep_words_of
from bench.queue.loading import Row, sheet_like
from bench.queue.texts import Item, items, uuid_from
from bench.queue.verdict import percentiles
from commons.models import User
from commons.preparing import collect_static_files

NAME, CHUNK, TOLD = "Measured", 10_000, 200_000
SKILLS = ["python", "medicine", "law", "physics", "chess", "heraldry"]
LANGUAGES = ["en", "de", "sw"]
RATERS, YEAR = 200, timedelta(days=364)
RARE = 5_000  # one prompt of so many has the rare skill; the rare language, one of three times
ANSWER_IDS = [str(UUID(int=at)) for at in range(4)]
FORM: dict[str, object] = {
    "rank": {"flags": [{"name": "harmful", "label": "Harmful"}, {"name": "odd", "label": "Odd"}]}
}
FILLED = (Prompt, PromptWords, Candidate, CandidateWords, CampaignPrompt, Ranking, SnapshotMember)
Figures = dict[str, object]


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def fill(rankings: int, *, seed: int) -> None:
    """Prompts, four candidates and two rankings of each, and a dataset of the older half."""
    if Prompt.objects.exists():
        raise SystemExit("this database holds prompts already: name an empty one, or --filled.")
    lead = User.objects.create_superuser("bench")
    campaign = create_campaign(name=NAME, works=[], by=lead)
    publish_instructions(campaign=campaign, guideline="Measured.", by=lead, form=FORM)
    for skill in SKILLS:
        for language in LANGUAGES:
            Lane.objects.create(campaign=campaign, kind="rank", skill=skill, language=language)
    raters = Rater.objects.bulk_create(
        Rater(kind=RaterKind.MACHINE, name=f"judge-{at:03}") for at in range(RATERS)
    )
    first, _ = add_prompt(campaign=campaign, messages=[{"role": "user", "content": "Why?"}])
    said = [{"role": "assistant", "content": "So."}]
    add_candidate(prompt=first, messages=said, source="bench")
    begun = time.perf_counter()
    for at in range(0, rankings // 2, CHUNK):
        last = min(at + CHUNK, rankings // 2)
        with transaction.atomic():
            _write(campaign, first, raters, at, last, rankings // 2, seed)
        if last % TOLD == 0:
            say(f"{2 * last} rankings, {time.perf_counter() - begun:.0f} s")
    _freeze(campaign, rankings // 2)
    _settle()


def _write(
    campaign: Campaign,
    like: Prompt,
    raters: list[Rater],
    at: int,
    last: int,
    whole: int,
    seed: int,
) -> None:
    chance = random.Random(f"{seed} {at}")
    found = list(enumerate(items(seed=seed, first=at, last=last), start=at))
    pks = {number: like.pk + 1 + number for number, _ in found}
    days = {number: timezone.now() - YEAR + YEAR * number / whole for number, _ in found}
    sheet_like(like, "id", "uuid", "messages", "digest", "side", "skill", "language").write(
        (
            pks[number],
            item.uuid,
            item.messages,
            item.digest,
            Side(side_of(item.digest)).value,
            SKILLS[5] if number % RARE == 0 else chance.choices(SKILLS[:5], [9, 6, 3, 2, 1])[0],
            "sw" if number % (3 * RARE) == 0 else chance.choices(LANGUAGES[:2], [9, 1])[0],
        )
        for number, item in found
    )
    place = CampaignPrompt.objects.get(prompt=like)
    sheet_like(place, "prompt_id", "added_at").write(
        (pks[number], days[number]) for number, _ in found
    )
    offered = sheet_like(like.candidates.get(), "uuid", "prompt_id", "messages", "digest")
    offered.write(
        (each.uuid, pks[number], each.messages, each.digest)
        for number, item in found
        for each in item.answers
    )
    model = Ranking(
        campaign=campaign, origin=Origin.IMPORTED, counts_as="work", current=True, revision=1
    )
    named = ("uuid", "root", "prompt_id", "rater_id", "tiers", "answers", "created_at")
    sheet_like(model, *named).write(_rankings(chance, found, pks, days, raters))


def _rankings(
    chance: random.Random,
    found: Sequence[tuple[int, Item]],
    pks: dict[int, int],
    days: dict[int, datetime],
    raters: list[Rater],
) -> Iterator[Row]:
    """Two of each prompt; three of ten disagree, one of a hundred says that something is harmful.

    The busiest of the raters does a tenth, the last ones next to nothing.
    """
    weights = list(accumulate(1 / (1 + at) ** 1.2 for at in range(RATERS)))
    for number, _ in found:
        orders = [ANSWER_IDS, ANSWER_IDS[::-1] if chance.random() < 0.3 else ANSWER_IDS]
        for order, rater in zip(
            orders, chance.choices(raters, cum_weights=weights, k=2), strict=True
        ):
            uuid, drawn = uuid_from(chance), chance.random()
            answers = (
                {order[0]: {"flags": {"harmful": drawn < 0.01, "odd": True}}} if drawn < 0.2 else {}
            )
            tiers = orjson.dumps([[each] for each in order]).decode()
            said = orjson.dumps(answers).decode()
            yield uuid, uuid, pks[number], rater.pk, tiers, said, days[number]


def _freeze(campaign: Campaign, members: int) -> None:
    snapshot = Snapshot.objects.create(kind=SnapshotKind.RANKED)
    snapshot.campaigns.set([campaign])
    table, of = SnapshotMember._meta.db_table, Ranking._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (snapshot_id, position, side, ranking_id) "
            f"SELECT {snapshot.pk}, id, 'train', id FROM {of} ORDER BY id LIMIT {members}"
        )
    newest = Ranking.objects.order_by("-created_at").values_list("created_at", flat=True)
    Snapshot.objects.filter(pk=snapshot.pk).update(requested_at=newest[members])


def _settle() -> None:
    """Leave the database as it is long after an import: counted, vacuumed."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for model in FILLED:
                cursor.execute(f"VACUUM (ANALYZE) {model._meta.db_table}")
        else:
            cursor.execute("ANALYZE")


def measured(requests: int) -> Figures:
    collect_static_files()
    words = {kept.of: _kept(kept) for kept in KEPT}
    if any(words.values()):
        _settle()
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(username="bench"))
    figures = {name: _times(client, address, requests) for name, address in addresses().items()}
    return {
        "database": connection.vendor,
        "prompts": Prompt.objects.count(),
        "words": words,
        "requests": requests,
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "ms": figures,
    }


def _kept(kept: Kept) -> Figures:
    """What the nudge takes of time and room for the texts of this sort; empty where it has been."""
    before, begun = _bytes(), time.perf_counter()
    written = keep_words_of(kept)
    took = time.perf_counter() - begun
    begun = time.perf_counter()
    keep_words_of(kept)  # nothing is left: what each minute costs
    idle = time.perf_counter() - begun
    if not written:
        return {}
    figures: Figures = {
        "texts": written,
        "per_second": round(written / took),
        "bytes_each": round((_bytes() - before) / written),
        "idle_ms": round(1000 * idle, 1),
    }
    say(f"words of each {kept.of}: {figures}")
    return figures


def _bytes() -> int:
    """What the database takes on the disk."""
    words = "SELECT pg_database_size(current_database())"
    if connection.vendor == "sqlite":
        words = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    with connection.cursor() as cursor:
        cursor.execute(words)
        return int(cursor.fetchone()[0])


def addresses() -> dict[str, str]:
    """What is asked, by name."""
    page, newest = reverse("annotate:explore"), Prompt.objects.latest("pk")
    words = newest.question.split()
    ends = Ranking.objects.aggregate(first=Min("pk"), last=Max("pk"))
    middle = Ranking.objects.filter(pk__gte=(ends["first"] + ends["last"]) // 2).earliest("pk")
    week = (timezone.now() - YEAR / 2).astimezone(UTC).strftime("%G-W%V")
    asked = {
        "nothing": "",
        "deep": f"after={middle.uuid}",
        "text-rare": f"text={words[-1]}",
        "text-frequent": f"text={max(words[:-1], key=words.count)}",
        "text-of-answer": f"text={4 * int(words[-1]) + 1}",
        "text-two": f"text={words[0]}+{words[1]}",
        "skill": "skill=python",
        "skill-rare": "skill=heraldry",
        "language": "language=de",
        "language-rare": "language=sw",
        "rater-busy": "rater=judge-000",
        "rater-rare": f"rater=judge-{RATERS - 1}",
        "apart": "agreement=apart",
        "agreeing": "agreement=agreeing",
        "single": "agreement=single",
        "flag": "flag=odd",
        "flag-rare": "flag=harmful",
        "week": f"week={week}",
        "snapshot": f"snapshot={Snapshot.objects.latest('pk').uuid}",
        "together": f"skill=law&language=de&agreement=apart&week={week}&rater=judge-00",
    }
    found = {f"rankings {name}": f"{page}?show=rankings&{said}" for name, said in asked.items()}
    of_prompts = (
        *("nothing", "text-rare", "text-frequent", "text-of-answer", "skill", "language-rare"),
        *("week", "rater-busy", "rater-rare", "flag", "flag-rare"),
        *("apart", "agreeing", "single", "snapshot"),
    )
    found |= {f"prompts {name}": f"{page}?{asked[name]}" for name in of_prompts}
    found["life"] = reverse("annotate:life", args=[newest.uuid])
    return found


def _times(client: Client, address: str, requests: int) -> Figures:
    """The clock's time, and the processor's of this process alone: the database has its own.

    Where others use the machine, the fastest request says more than the median.
    """
    taken, used, rows = [], [], 0
    for _ in range(requests):
        begun, worked = time.perf_counter(), time.process_time()
        answer = client.get(address)
        taken.append(time.perf_counter() - begun)
        used.append(time.process_time() - worked)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
        rows = answer.content.count(b'class="found-text"')
    figures: Figures = {
        **(percentiles(taken) or {}),
        "fastest": round(1000 * min(taken), 1),
        "cpu_p50": (percentiles(used) or {}).get("p50"),
        "rows": rows,
    }
    say(f"{address}: {figures}")
    return figures
