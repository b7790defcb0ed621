"""One part of a snapshot becomes shards, by whichever worker claims it."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from itertools import islice

from django.conf import settings

from annotate.enums import Purpose, SnapshotKind
from annotate.export.batches import Batch, Row, batches_of
from annotate.export.errors import SnapshotError
from annotate.export.forms import form_of
from annotate.export.manifest import Shard
from annotate.export.policy import policy_from
from annotate.export.preflight.feeding import (
    Listening,
    demonstration_item,
    items_of,
    prompt_item,
)
from annotate.export.pseudonyms import pseudonym, snapshot_key
from annotate.export.rows import batches_of_rankings, prompt_row, sft_row
from annotate.export.shards import write_shards
from annotate.export.texts import About, DemonstrationText, RankingText
from annotate.models import Snapshot, SnapshotPart
from annotate.selectors.snapshot_rows import Chunk, chunks_of
from annotate.selectors.snapshot_texts import demonstrations_in, prompts_in, rankings_in
from annotate.services.snapshot import snapshot_store
from annotate.services.snapshot_images import images_of
from annotate.services.snapshot_report import listening
from annotate.services.snapshot_weight import weights_in
from commons.artifacts import ArtifactError
from commons.disk import in_words
from commons.handing import handed_on
from commons.models import RunState
from commons.runs import beat_run, claim_run, fail_run, finish_run

BEAT = 2.0  # seconds between two signs of life
PROMPTS_PER_BATCH = 250  # fewer are read at once than are held anyway
CHUNKS_AHEAD = 1  # that is read while another becomes rows: some megabytes each


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
    beats = Beats(part, on_beat)
    policy = policy_from(snapshot.policy)
    # Files that are made again have their report: nobody listens twice.
    is_heard = policy.report and not snapshot.are_files_gone
    report = listening(snapshot.kind) if is_heard else None
    # What a form has no words for is told by the report of a check, not by its end.
    written = policy if _files(snapshot) else replace(policy, form="trl")
    form = form_of(snapshot.kind, written, images=snapshot.with_images)
    images = images_of(part, files=_files(snapshot), heard=beats.alive)
    staged, batches = snapshot_store().staged(str(snapshot.uuid)), _Batches(part, report)

    def write(chunks: Iterator[Chunk]) -> list[Shard]:
        return write_shards(
            staged,
            part.name,
            form.batches(batches.of(chunks)),
            form.columns,
            files=_files(snapshot),
        )

    try:
        shards = handed_on(
            images.beside(chunks_of(part, beats.heard)),
            write,
            ahead=CHUNKS_AHEAD,
            waits=beats.alive,
        )
    except ClaimLost:
        return
    except (SnapshotError, ArtifactError, OSError) as broken:
        fail_run(part, error=in_words(broken))
        return
    finish_run(
        part,
        shards=[asdict(shard) for shard in (*shards, *images.shards)],
        report=report.as_json() if report is not None else {},
        done=beats.done,
    )


def _files(snapshot: Snapshot) -> tuple[str, ...]:
    return policy_from(snapshot.policy).files if snapshot.purpose == Purpose.FILES else ()


class _Batches:
    """The rows of a part by column, of what was read; nothing here asks the database.

    ``report`` hears of what they are made.
    """

    def __init__(self, part: SnapshotPart, report: Listening | None) -> None:
        self.kind, self.policy = part.snapshot.kind, policy_from(part.snapshot.policy)
        self.name_for, self.report = pseudonyms_in(part.snapshot), report
        self.weights = weights_in(part.snapshot)

    def of(self, chunks: Iterator[Chunk]) -> Iterator[Batch]:
        if self.kind == SnapshotKind.PROMPTS:
            return batches_of(self._rows_of_prompts(prompts_in(chunks)))
        if self.kind == SnapshotKind.SFT:
            return batches_of(
                self._rows_of_demonstrations(demonstrations_in(chunks, self.name_for))
            )
        return self._of_rankings(rankings_in(chunks, self.name_for, self.weights))

    def _rows_of_prompts(self, prompts: Iterable[About]) -> Iterator[Row]:
        for about in prompts:
            if self.report is not None:
                self.report.hear([prompt_item(about)])
            yield prompt_row(about)

    def _rows_of_demonstrations(self, written: Iterable[DemonstrationText]) -> Iterator[Row]:
        for each in written:
            if self.report is not None:
                self.report.hear([demonstration_item(each)])
            yield sft_row(each, self.policy)

    def _of_rankings(self, prompts: Iterator[Sequence[RankingText]]) -> Iterator[Batch]:
        of_rankings = batches_of_rankings(self.kind)
        while some := list(islice(prompts, PROMPTS_PER_BATCH)):
            batches = list(of_rankings(some, self.policy))
            if self.report is not None:
                self.report.hear(items_of(self.kind, some, batches))
            yield from batches


def pseudonyms_in(snapshot: Snapshot) -> Callable[[str], str]:
    key = snapshot_key(
        settings.PSEUDONYM_KEY.encode(),
        members_digest=snapshot.members_digest,
        policy=snapshot.policy,
    )

    @lru_cache(maxsize=10_000)
    def name_for(rater: str) -> str:
        return pseudonym(key, rater)

    return name_for


class Beats:
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

    def alive(self) -> None:
        """No member more, and not dead."""
        self.heard(0)

    def _goes_on(self) -> bool:
        return Snapshot.objects.filter(pk=self.part.snapshot_id, state=RunState.RUNNING).exists()
