"""Foreign rows become prompts, candidates and judgements of imported raters, each once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from heapq import merge
from itertools import islice
from operator import attrgetter
from threading import Lock
from time import monotonic
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from annotate.importing.leaving import Leaving
from annotate.importing.records import Record, Refusal
from annotate.importing.skills import with_skill
from annotate.models import Batch, Campaign
from annotate.selectors.campaign import skill_of_unnamed
from annotate.services.imported_draft import keep_drafts
from annotate.services.intake.judging import keep_judgements
from annotate.services.intake.keeping import intake_transaction, keep_arrivals
from annotate.services.intake.sharing import keep_side_by_side
from annotate.services.intake.types import Chunk, Keeping
from annotate.services.task import open_tasks
from commons.audit import record as write_down
from commons.models import User

NAMED = 1000  # refusals that a report names; the others it counts


class Counts(NamedTuple):
    """What a chunk made."""

    entered: int
    candidates: int
    demonstrations: int
    rankings: int


@dataclass
class ImportReport:
    """What an import did. ``made`` and ``already_there`` count prompts of the campaign.

    ``read`` counts rows; one row of a format of trees holds several prompts, or none.
    ``turned_away`` counts what was refused, ``refused`` names the first thousand of it by line,
    whichever chunk was kept first. ``left`` counts what rows that were kept said besides, by
    reason. Times are seconds.
    """

    read: int = 0
    made: int = 0
    already_there: int = 0
    candidates: int = 0
    demonstrations: int = 0
    rankings: int = 0
    drafts: int = 0
    tasks: int = 0
    turned_away: int = 0
    kept_in: float = 0
    opened_in: float = 0
    refused: list[Refusal] = field(default_factory=list)
    left: Leaving = field(default_factory=Leaving)

    def add(self, chunk: Chunk, made: Counts) -> None:
        """Count what a chunk held, and what was made of it."""
        self.read += chunk.rows
        self.made += made.entered
        self.already_there += len(chunk.arrivals) - made.entered
        self.candidates += made.candidates
        self.demonstrations += made.demonstrations
        self.rankings += made.rankings
        self.turned_away += len(chunk.refused)
        by_line = merge(self.refused, chunk.refused, key=attrgetter("line"))
        self.refused = list(islice(by_line, NAMED))
        self.left.merge(chunk.left)


def import_records(
    *,
    campaign: Campaign,
    records: Iterable[Record],
    name: str = "import",
    by: User | None = None,
    key: UUID | None = None,
    people: Mapping[str, User] | None = None,
    on_progress: Callable[[ImportReport], None] = lambda report: None,
) -> ImportReport:
    """Keep what the records say as one batch; a refused row leaves the others as they are.

    One transaction per chunk, so that a row is there whole or not at all, and a killed import
    goes on by being started again: what is already there is found, never made twice. The batch
    of one that was killed has no report; of one that has, everything is on the disk. Records are
    read in a thread of their own, ahead of those that keep them: they may not ask the database.
    ``on_progress`` is called by either of the threads that keep, one at a time, and the other one
    waits for it before it goes on: let it be short. The same ``key`` of the same person goes on
    with the batch that was begun under it. Where the campaign asks for one skill, a prompt that
    names none gets it. ``people`` are those who go on with drafts, by what the records call them.
    """
    batch = _batch(campaign, name[:200], by=by, key=key)
    report, begun = ImportReport(), monotonic()
    counting = Lock()

    def keep(chunk: Chunk) -> None:
        counts, keeping = _keep(batch, chunk)
        drafted = keep_drafts(
            batch=batch,
            arrivals=chunk.arrivals,
            keeping=keeping,
            people=people or {},
            leave=chunk.left.add,
        )
        with counting:
            report.add(chunk, counts)
            report.drafts += drafted.made
            report.tasks += drafted.tasks
            report.kept_in = monotonic() - begun
            on_progress(report)

    keep_side_by_side(with_skill(records, skill_of_unnamed(campaign)), keep)
    report.tasks += open_tasks(campaign=campaign)
    report.opened_in = monotonic() - begun - report.kept_in
    _finish(batch, report)
    on_progress(report)
    return report


def _batch(campaign: Campaign, name: str, *, by: User | None, key: UUID | None) -> Batch:
    said = {"campaign": campaign, "name": name}
    if key is None:
        return Batch.objects.create(created_by=by, **said)
    return Batch.objects.get_or_create(created_by=by, key=key, defaults=said)[0]


@intake_transaction(lasting=False)
def _keep(batch: Batch, chunk: Chunk) -> tuple[Counts, Keeping]:
    keeping = keep_arrivals(batch=batch, arrivals=chunk.arrivals)
    demonstrations, rankings = keep_judgements(
        batch=batch, arrivals=chunk.arrivals, keeping=keeping
    )
    return Counts(len(keeping.entered), keeping.candidates, demonstrations, rankings), keeping


@transaction.atomic
def _finish(batch: Batch, report: ImportReport) -> None:
    batch.report = asdict(report)
    batch.save(update_fields=["report"])
    write_down(
        actor=batch.created_by,
        verb="batch.imported",
        subject=batch,
        made=report.made,
        candidates=report.candidates,
        refused=report.turned_away,
    )
