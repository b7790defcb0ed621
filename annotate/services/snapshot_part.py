"""One part of a snapshot becomes shards, by whichever worker claims it."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from itertools import islice

from django.conf import settings

from annotate.enums import Purpose, SnapshotKind
from annotate.export.batches import Batch, Row, batches_of, rows_of
from annotate.export.errors import SnapshotError
from annotate.export.forms import form_of
from annotate.export.policy import policy_from
from annotate.export.preflight.feeding import (
    Listening,
    demonstration_item,
    prompt_item,
    ranking_items,
)
from annotate.export.pseudonyms import pseudonym, snapshot_key
from annotate.export.rows import batches_of_rankings, prompt_row, sft_row
from annotate.export.shards import write_shards
from annotate.export.texts import About, DemonstrationText, RankingText
from annotate.models import Snapshot, SnapshotPart
from annotate.selectors.snapshot_rows import (
    demonstrations_between,
    prompts_between,
    rankings_between,
)
from annotate.services.snapshot import snapshot_store
from annotate.services.snapshot_report import listening
from commons.artifacts import ArtifactError
from commons.models import RunState
from commons.runs import beat_run, claim_run, fail_run, finish_run

BEAT = 2.0  # seconds between two signs of life
PROMPTS_PER_BATCH = 250  # fewer are read at once than are held anyway


class ClaimLost(Exception):
    """Another worker holds this now, or it was cancelled."""


def claim_part(snapshot: Snapshot | None = None) -> SnapshotPart | None:
    """Take a part that waits to be written, or whose worker died; of any snapshot under way."""
    parts = SnapshotPart.objects.filter(snapshot__state=RunState.RUNNING)
    if snapshot is not None:
        parts = parts.filter(snapshot=snapshot)
    return claim_run(parts)


def write_part(*, part: SnapshotPart, on_beat: Callable[[], bool] = lambda: True) -> None:
    """Write the shards of a claimed part. Killed at any line, it is claimed anew.

    Its bytes depend on its members alone, so that a second writer does no harm. ``on_beat`` is
    asked every few seconds, and ends the writing by saying False.
    """
    snapshot = part.snapshot
    beats = _Beats(part, on_beat)
    policy = policy_from(snapshot.policy)
    report = listening(snapshot.kind) if policy.report else None
    # What a form has no words for is told by the report of a check, not by its end.
    written = policy if _files(snapshot) else replace(policy, form="trl")
    form = form_of(snapshot.kind, written)
    try:
        shards = write_shards(
            snapshot_store().staged(str(snapshot.uuid)),
            part.name,
            form.batches(_batches(part, beats.heard, report)),
            form.columns,
            files=_files(snapshot),
        )
    except ClaimLost:
        return
    except (SnapshotError, ArtifactError, OSError) as broken:
        fail_run(part, error=str(broken))
        return
    finish_run(
        part,
        shards=[asdict(shard) for shard in shards],
        report=report.as_json() if report is not None else {},
        done=beats.done,
    )


def _files(snapshot: Snapshot) -> tuple[str, ...]:
    return policy_from(snapshot.policy).files if snapshot.purpose == Purpose.FILES else ()


def _batches(
    part: SnapshotPart, heard: Callable[[int], None], report: Listening | None
) -> Iterator[Batch]:
    """The rows of a part by column; ``report`` hears of what they are made."""
    members = part.snapshot.members.filter(position__gte=part.first, position__lte=part.last)
    name_for = _pseudonyms(part.snapshot)
    if part.snapshot.kind == SnapshotKind.PROMPTS:
        yield from batches_of(_rows_of_prompts(prompts_between(members, heard), report))
    elif part.snapshot.kind == SnapshotKind.SFT:
        written = demonstrations_between(members, name_for, heard)
        yield from batches_of(_rows_of_demonstrations(written, report))
    else:
        rankings = rankings_between(members, name_for, heard)
        yield from _batches_of_rankings(part.snapshot, rankings, report)


def _rows_of_prompts(prompts: Iterable[About], report: Listening | None) -> Iterator[Row]:
    for about in prompts:
        if report is not None:
            report.hear([prompt_item(about)])
        yield prompt_row(about)


def _rows_of_demonstrations(
    demonstrations: Iterable[DemonstrationText], report: Listening | None
) -> Iterator[Row]:
    for written in demonstrations:
        if report is not None:
            report.hear([demonstration_item(written)])
        yield sft_row(written)


def _batches_of_rankings(
    snapshot: Snapshot, prompts: Iterator[Sequence[RankingText]], report: Listening | None
) -> Iterator[Batch]:
    kind, policy = snapshot.kind, policy_from(snapshot.policy)
    of_rankings = batches_of_rankings(kind)
    while some := list(islice(prompts, PROMPTS_PER_BATCH)):
        if report is not None:
            for rankings in some:
                rows = list(rows_of(of_rankings([rankings], policy)))
                report.hear(ranking_items(kind, rankings, rows))
        yield from of_rankings(some, policy)


def _pseudonyms(snapshot: Snapshot) -> Callable[[str], str]:
    key = snapshot_key(
        settings.PSEUDONYM_KEY.encode(),
        members_digest=snapshot.members_digest,
        policy=snapshot.policy,
    )

    @lru_cache(maxsize=10_000)
    def name_for(rater: str) -> str:
        return pseudonym(key, rater)

    return name_for


class _Beats:
    """Counts members, and says now and then that their reader lives."""

    def __init__(self, part: SnapshotPart, on_beat: Callable[[], bool]) -> None:
        self.part, self.on_beat = part, on_beat
        self.done, self.said_at = 0, time.monotonic()

    def heard(self, more: int) -> None:
        self.done += more
        if time.monotonic() - self.said_at < BEAT:
            return
        self.said_at = time.monotonic()
        if not (self._goes_on() and beat_run(self.part, done=self.done) and self.on_beat()):
            raise ClaimLost

    def _goes_on(self) -> bool:
        return Snapshot.objects.filter(pk=self.part.snapshot_id, state=RunState.RUNNING).exists()
