"""The part of the measurement that runs inside the product; ``bench.export`` sets it up."""

import base64
import csv
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import orjson
from django.db import connection, transaction

from annotate.digests import digest_of, prompt_digest
from annotate.enums import Origin, RaterKind, SnapshotKind
from annotate.export.policy import Policy
from annotate.export.splits import side_of
from annotate.models import Campaign, CampaignPrompt, Candidate, Prompt, Ranking, Rater, Snapshot
from annotate.services.campaign import create_campaign
from annotate.services.candidate import add_candidate
from annotate.services.prompt import add_prompt
from annotate.services.snapshot import request_snapshot, snapshot_store
from bench.queue.loading import sheet_like
from bench.queue.texts import uuid_from
from commons.models import RunState

CHUNK, PAIRS, RATERS = 5_000, 6, 50
TOLD = 50_000  # prompts between two words of progress
PROMPT_BYTES, ANSWER_BYTES = 225, 765  # random ones; as base64 a third more
Figures = dict[str, object]

# One row per pair. The places of the two in a ranking of four strict tiers.
FLOOR = """
SELECT {prompt}, {better}, {worse} FROM annotate_ranking r
JOIN annotate_prompt p ON p.id = r.prompt_id
CROSS JOIN (SELECT 0 AS i, 1 AS j UNION ALL SELECT 0, 2 UNION ALL SELECT 0, 3
      UNION ALL SELECT 1, 2 UNION ALL SELECT 1, 3 UNION ALL SELECT 2, 3) v
JOIN annotate_candidate c ON c.uuid = {first}
JOIN annotate_candidate d ON d.uuid = {second}
"""
_ON_POSTGRESQL = {
    "prompt": "p.messages->0->>'content'",
    "better": "c.messages->0->>'content'",
    "worse": "d.messages->0->>'content'",
    "first": "(r.tiers->v.i->>0)::uuid",
    "second": "(r.tiers->v.j->>0)::uuid",
}
_ON_SQLITE = {
    "prompt": "p.messages->0->>'content'",
    "better": "c.messages->0->>'content'",
    "worse": "d.messages->0->>'content'",
    "first": "replace(r.tiers->v.i->>0, '-', '')",
    "second": "replace(r.tiers->v.j->>0, '-', '')",
}


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Item:
    pk: int
    uuid: str
    prompt: str
    answers: Sequence[tuple[str, str]]  # uuid, text


def fill(comparisons: int, *, seed: int) -> None:
    """A campaign with a ranking of four for every six comparisons."""
    if Prompt.objects.exists():
        raise SystemExit("this database holds prompts already: name an empty one, or --filled.")
    campaign = create_campaign(name="Measured", works=[], by=None)
    raters = Rater.objects.bulk_create(
        Rater(kind=RaterKind.IMPORTED, name=f"source-{at:02}") for at in range(RATERS)
    )
    first, _ = add_prompt(campaign=campaign, messages=[{"role": "user", "content": "Why?"}])
    candidate, _ = add_candidate(
        prompt=first, messages=[{"role": "assistant", "content": "So."}], source="model-a"
    )
    prompts = -(-comparisons // PAIRS)
    for at in range(0, prompts, CHUNK):
        last = min(at + CHUNK, prompts)
        with transaction.atomic():
            _write(campaign, first, candidate, raters, list(_items(seed, first.pk, at, last)), seed)
        if last % TOLD == 0:
            say(f"{last} prompts written")
    _settle()


def _items(seed: int, begin: int, at: int, last: int) -> Iterator[Item]:
    chance = random.Random(f"{seed} {at}")
    for number in range(at, last):
        yield Item(
            pk=begin + 1 + number,
            uuid=uuid_from(chance),
            prompt=_text(chance, PROMPT_BYTES),
            answers=[(uuid_from(chance), _text(chance, ANSWER_BYTES)) for _ in range(4)],
        )


def _text(chance: random.Random, size: int) -> str:
    return base64.b64encode(chance.randbytes(size)).decode()


def _write(
    campaign: Campaign,
    like: Prompt,
    candidate: Candidate,
    raters: Sequence[Rater],
    items: Sequence[Item],
    seed: int,
) -> None:
    asked = {item.pk: [{"role": "user", "content": item.prompt}] for item in items}
    digests = {
        pk: prompt_digest(messages=said, tools=[], attachments=[]) for pk, said in asked.items()
    }
    sheet_like(like, "id", "uuid", "messages", "digest", "side").write(
        (pk, item.uuid, _json(asked[pk]), digests[pk], side_of(digests[pk]))
        for pk, item in ((item.pk, item) for item in items)
    )
    sheet_like(CampaignPrompt.objects.get(prompt=like), "prompt_id").write(
        (item.pk,) for item in items
    )
    sheet_like(candidate, "uuid", "prompt_id", "messages", "digest", "source").write(
        (uuid, item.pk, _json(said), digest_of(said), f"model-{k}")
        for item in items
        for k, (uuid, text) in enumerate(item.answers)
        for said in [[{"role": "assistant", "content": text}]]
    )
    chance = random.Random(f"rankings {seed} {items[0].pk}")
    ranking = Ranking(campaign=campaign, origin=Origin.IMPORTED, counts_as="work")
    named = ("uuid", "root", "prompt_id", "rater_id", "tiers", "strengths", "created_at")
    sheet_like(ranking, *named).write(
        (uuid, uuid, item.pk, chance.choice(raters).pk, tiers, "[1, 2, 1]", like.created_at)
        for item in items
        for uuid in [uuid_from(chance)]
        for tiers in [_json([[str(UUID(each))] for each, _ in item.answers])]
    )


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _settle() -> None:
    """Leave the database as it is long after an import: counted, vacuumed, written out."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for model in (Prompt, Candidate, CampaignPrompt, Ranking):
                cursor.execute(f"VACUUM (ANALYZE) {model._meta.db_table}")
            cursor.execute("CHECKPOINT")
        else:
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def measured(folder: Path, *, workers: int, report: bool) -> Figures:
    floors = [floor(folder)]
    frozen = {form: freeze(form, workers=workers, report=report) for form in ("parquet", "jsonl")}
    floors.append(floor(folder))
    lowest = min(floors)
    for form, figures in frozen.items():
        figures["ratio_to_floor"] = round(float(str(figures["seconds"])) / lowest, 2)
        say(f"{form}: {figures}")
    return {
        "database": connection.vendor,
        "comparisons": frozen["parquet"]["rows"],
        "floor_seconds": [round(each, 2) for each in floors],
        "report": report,
        **frozen,
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
    }


def floor(folder: Path) -> float:
    """Seconds in which the database writes one row per pair to a file."""
    target = folder / "floor.csv"
    begun = time.perf_counter()
    if connection.vendor == "postgresql":
        statement = " ".join(FLOOR.format(**_ON_POSTGRESQL).split())
        subprocess.run(
            ["psql", os.environ["DATABASE_URL"], "-qc", f"\\copy ({statement}) TO '{target}' CSV"],
            check=True,
        )
    else:
        with connection.cursor() as cursor, target.open("w", newline="") as out:
            cursor.execute(FLOOR.format(**_ON_SQLITE))
            csv.writer(out).writerows(iter(cursor))
    took = time.perf_counter() - begun
    say(f"floor: {took:.1f} s, {target.stat().st_size / 1e6:.0f} MB")
    target.unlink()
    return took


def freeze(form: str, *, workers: int, report: bool) -> Figures:
    """Freeze by that many processes; what they used is what they say of themselves."""
    policy = Policy(files=(form,), report=report)
    snapshot = request_snapshot(
        kind=SnapshotKind.PREFERENCE, campaigns=list(Campaign.objects.all()), by=None, policy=policy
    )
    connection.close()
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.export_worker", str(snapshot.uuid)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(workers)
    ]
    said = [json.loads(writer.communicate()[0]) for writer in writers]
    snapshot.refresh_from_db()
    if snapshot.state != RunState.DONE:
        raise SystemExit(f"{form} was not frozen: {snapshot.error}")
    assert snapshot.started_at
    assert snapshot.finished_at
    seconds = (snapshot.finished_at - snapshot.started_at).total_seconds()
    snapshot_store().remove(str(snapshot.uuid))
    Snapshot.objects.filter(pk=snapshot.pk).delete()
    return {
        "seconds": round(seconds, 2),
        "rows": snapshot.rows,
        "rows_per_s": round(snapshot.rows / seconds),
        "bytes": sum(shard["bytes"] for shard in snapshot.manifest["shards"]),
        **_spent(said),
        "peak_rss_mb": max(each["peak_rss_mb"] for each in said),
        "sha256": snapshot.digest,
        "parts": [each["parts"] for each in said],
    }


def _spent(said: Sequence[Mapping[str, float]]) -> Figures:
    """Processor seconds of all writers and their connections, and the share that nobody shares."""
    names = ("cpu_seconds", "database_cpu_seconds", "serial_cpu_seconds")
    spent = {name: sum(each[name] for each in said) for name in names}
    whole = spent["cpu_seconds"] + spent["database_cpu_seconds"]
    return {
        **{name: round(seconds, 1) for name, seconds in spent.items()},
        "serial_share": round(spent["serial_cpu_seconds"] / whole, 3),
    }
