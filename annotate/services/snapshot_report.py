"""What stands out in a dataset, and what its campaigns will not have frozen."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from annotate.export.policy import policy_from
from annotate.export.preflight.conclude import conclude
from annotate.export.preflight.feeding import Listening
from annotate.export.preflight.items import Settings
from annotate.export.preflight.merging import merge
from annotate.export.preflight.report import Report
from annotate.export.preflight.rules import refusals
from annotate.export.preflight.scan import Scan
from annotate.models import Snapshot, SnapshotPart
from annotate.selectors.snapshot_form import rankings_of, untold_from, untold_in
from commons.translating import translated

EVALUATIONS = (".jsonl", ".txt")


def listening(kind: str) -> Listening:
    """Something that hears what a part holds, under this installation's settings."""
    return Listening(Scan(kind, report_settings()))


def report_settings() -> Settings:
    """By which tokenizer, to which length, against which evaluation sets."""
    named: Path = settings.REPORT_TOKENIZER
    is_there = named.is_file() or (named / "tokenizer.json").is_file()
    folder: Path = settings.EVALUATIONS
    sets = sorted(folder.iterdir()) if folder.is_dir() else []
    return Settings(
        tokenizer=named if is_there else None,
        max_length=settings.REPORT_MAX_LENGTH,
        evaluations={path.stem: path for path in sets if path.suffix in EVALUATIONS},
    )


def keep_report(*, snapshot: Snapshot) -> Report | None:
    """Put together what the parts have heard, and keep it; None if nobody listened.

    Beside it is kept, in words, what speaks against writing the files: programs read it there.
    """
    heard = _heard(snapshot.parts.exclude(report={}))
    if heard is None:
        return None
    report = conclude(heard)
    untold = untold_in(
        snapshot.kind, rankings_of(snapshot.members.all()), policy_from(snapshot.policy)
    )
    snapshot.report = {
        **report.as_json(),
        "findings": report.findings(),
        "untold": untold.as_json() if untold else None,
    }
    snapshot.report["against"] = reasons_against(snapshot, report)
    Snapshot.objects.filter(pk=snapshot.pk).update(report=snapshot.report)
    return report


def reasons_against(snapshot: Snapshot, report: Report) -> list[str]:
    """Every reason of every campaign, each with its number, its limit and the remedy.

    In the language of whoever reads; a worker reads English. What the form has no words for
    comes first: no campaign has to say that.
    """
    untold = untold_from(snapshot.report)
    return [
        *([untold.words] if untold else []),
        *(
            f"{campaign.name}: {translated(reason)}"
            for campaign in snapshot.campaigns.order_by("name")
            for reason in refusals(report, campaign.freeze_rules)
        ),
    ]


def _heard(parts: QuerySet[SnapshotPart]) -> dict[str, Any] | None:
    """One part is read at a time: each holds some megabytes."""
    names = list(parts.order_by("pk").values_list("pk", flat=True))
    if not names:
        return None
    return merge(SnapshotPart.objects.get(pk=pk).report for pk in names)
