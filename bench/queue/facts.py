"""What the database and the product's own export say afterwards."""

import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet
from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Sum

from annotate.enums import AssignmentState, CountsAs, Origin
from annotate.models import Assignment, Ranking, Tally, Task
from bench.queue.loading import NAME
from bench.queue.processes import NotMeasured, last_words, say, start
from bench.queue.verdict import Acknowledged, Kept, Turn, Verdict, judged, kept
from commons.stats.pairs import pairs_of, ties_of

CHUNK = 2_000
TALLIED = ("rankings", "comparisons", "ties", "surplus", "skips", "demonstrations", "edits")


@dataclass(frozen=True)
class Facts:
    verdict: Verdict
    kept: Kept
    acknowledged: int
    stored: int  # current rankings that are work
    exported: int
    judged_twice: int  # current rankings of one person about one prompt, beyond the first
    tally_drift: dict[str, int]  # what the tallies have more than the rows
    short_untouched: int  # tasks that nobody ever had, and yet not all of their turns are free


def find_facts(said: list[Acknowledged], state: Path) -> Facts:
    say("comparing the database and the export with what was acknowledged")
    turns = list(read_turns())
    had = Exists(Assignment.objects.filter(task=OuterRef("pk")))
    rows = list(Task.objects.filter(had).values_list("pk", "wanted", "free"))
    exported = read_export(state)
    return Facts(
        verdict=judged(
            turns,
            wanted={pk: wanted for pk, wanted, _ in rows},
            free={pk: free for pk, _, free in rows},
        ),
        kept=kept(said, turns=turns, exported=exported),
        acknowledged=len(said),
        stored=current_work().count(),
        exported=len(exported),
        judged_twice=judged_twice(),
        tally_drift=tally_drift(),
        short_untouched=Task.objects.filter(~had).exclude(free=F("wanted")).count(),
    )


def current_work() -> QuerySet[Ranking]:
    return Ranking.objects.filter(current=True, origin=Origin.WORK)


def read_turns() -> Iterator[Turn]:
    """Every assignment with the ranking that came of it."""
    found = {
        assignment: (str(uuid), counts_as, tiers)
        for assignment, uuid, counts_as, tiers in current_work()
        .values_list("assignment", "uuid", "counts_as", "tiers")
        .iterator(CHUNK)
    }
    for each in Assignment.objects.defer("order", "skip_note").iterator(CHUNK):
        ranking, counts_as, tiers = found.get(each.pk, (None, "", ()))
        yield Turn(
            uuid=str(each.uuid),
            task=each.task_id,
            person=each.person_id,
            state=each.state,
            taken_at=each.taken_at,
            closed_at=each.closed_at,
            expires_at=each.expires_at,
            ranking=ranking,
            counts_as=counts_as,
            tiers=tiers,
        )


def judged_twice() -> int:
    again = current_work().values("rater", "prompt").annotate(times=Count("pk"))
    return sum(row["times"] - 1 for row in again.filter(times__gt=1))


def tally_drift() -> dict[str, int]:
    """The tallies' sums less the rows', by name; only what differs."""
    told = Tally.objects.aggregate(**{name: Sum(name, default=0) for name in TALLIED})
    rows = counts_of_rows()
    return {
        name: told[name] - rows.get(name, 0) for name in TALLIED if told[name] != rows.get(name, 0)
    }


def counts_of_rows() -> dict[str, int]:
    """What the tallies should say, from the rows; nothing else than rankings is made here."""
    counted = current_work().exclude(counts_as=CountsAs.SURPLUS)
    orders = list(counted.values_list("tiers", flat=True).iterator(CHUNK))
    return {
        "rankings": len(orders),
        "comparisons": sum(len(pairs_of(tiers)) for tiers in orders),
        "ties": sum(len(ties_of(tiers)) for tiers in orders),
        "surplus": current_work().filter(counts_as=CountsAs.SURPLUS).count(),
        "skips": Assignment.objects.filter(state=AssignmentState.SKIPPED).count(),
    }


def read_export(state: Path) -> Collection[str]:
    """The ids of the rankings that ``export_preferences`` freezes."""
    if not current_work().filter(counts_as=CountsAs.WORK).exists():
        return frozenset()
    out, log = state / "export", state / "export.log"
    argv = ["manage.py", "export_preferences", "--campaign", NAME, "--format", "ranked"]
    process = start([sys.executable, *argv, "--out", str(out)], log=log, cwd=settings.BASE_DIR)
    if process.wait() != 0:
        raise NotMeasured(f"the export failed:\n{last_words(log)}")
    ids: set[str] = set()
    for shard in sorted((out / "parquet").iterdir()):
        table = pyarrow.parquet.read_table(shard, columns=["ranking_id"])
        ids.update(table.column("ranking_id").to_pylist())
    return ids
