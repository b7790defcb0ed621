"""Foreign rows become prompts, candidates and judgements of imported raters, each once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID, uuid5

import orjson
from django.db import transaction

from annotate.enums import CountsAs, Origin
from annotate.importing.records import (
    ImportedDemonstration,
    ImportedPrompt,
    ImportedRanking,
    Messages,
    Record,
    Refusal,
)
from annotate.models import Campaign, Demonstration, Prompt, Ranking
from annotate.services.candidate import add_candidate
from annotate.services.prompt import add_prompt
from annotate.services.rater import imported_rater
from annotate.services.tally import add_to_tally
from annotate.services.task import open_tasks

SPACE = UUID("5a6a1d0c-6f5e-4c43-9a6e-3c1c0f6c1d55")  # of the keys that make a second import find
BATCH = 200


@dataclass
class ImportReport:
    """What an import did. ``made`` and ``already_there`` count prompts of the campaign.

    ``read`` counts rows; one row of a format of trees holds several prompts, or none.
    """

    read: int = 0
    made: int = 0
    already_there: int = 0
    candidates: int = 0
    demonstrations: int = 0
    rankings: int = 0
    tasks: int = 0
    refused: list[Refusal] = field(default_factory=list)


def import_records(
    *,
    campaign: Campaign,
    records: Iterable[Record],
    on_progress: Callable[[ImportReport], None] = lambda report: None,
) -> ImportReport:
    """Keep what the records say; a refused row leaves the others as they are.

    One transaction per row, so that a row is there whole or not at all, and a killed import
    goes on by being started again: what is already there is found, never made twice.
    """
    report = ImportReport()
    line = 0
    for record in records:
        report.read += record.line != line
        line = record.line
        if isinstance(record, Refusal):
            report.refused.append(record)
        else:
            _keep(campaign, record, report)
        if report.read % BATCH == 0:
            on_progress(report)
    report.tasks = open_tasks(campaign=campaign)
    on_progress(report)
    return report


@transaction.atomic
def _keep(campaign: Campaign, record: ImportedPrompt, report: ImportReport) -> None:
    prompt, entered = add_prompt(
        campaign=campaign,
        messages=_plain(record.messages),
        skill=record.skill,
        language=record.language,
        source=record.source,
        external_id=record.key,
    )
    names: dict[str, str] = {}
    for answer in record.candidates:
        candidate, new = add_candidate(
            prompt=prompt,
            messages=_plain(answer.messages),
            source=answer.source,
            sampling=answer.sampling,
        )
        names[answer.key] = str(candidate.uuid)
        report.candidates += new
    for demonstration in record.demonstrations:
        report.demonstrations += _keep_demonstration(campaign, prompt, demonstration)
    for ranking in record.rankings:
        report.rankings += _keep_ranking(campaign, prompt, ranking, names)
    report.made += entered
    report.already_there += not entered


def _plain(messages: Messages) -> list[dict[str, str]]:
    return [{"role": message["role"], "content": message["content"]} for message in messages]


def _key(campaign: Campaign, prompt: Prompt, *said: object) -> UUID:
    """One key for one statement about one prompt in one campaign."""
    return uuid5(SPACE, f"{campaign.uuid} {prompt.uuid} {orjson.dumps(said).decode()}")


def _keep_demonstration(campaign: Campaign, prompt: Prompt, given: ImportedDemonstration) -> bool:
    messages = _plain(given.messages)
    key = _key(campaign, prompt, given.rater, messages)
    _, new = Demonstration.objects.get_or_create(
        rater=imported_rater(name=given.rater),
        key=key,
        defaults={
            "uuid": key,
            "root": key,
            "campaign": campaign,
            "prompt": prompt,
            "origin": Origin.IMPORTED,
            "counts_as": CountsAs.WORK,
            "messages": messages,
        },
    )
    return new


def _keep_ranking(
    campaign: Campaign, prompt: Prompt, given: ImportedRanking, names: dict[str, str]
) -> bool:
    tiers = [[names[key] for key in tier] for tier in given.tiers]
    key = _key(campaign, prompt, given.rater, tiers)
    _, new = Ranking.objects.get_or_create(
        rater=imported_rater(name=given.rater),
        key=key,
        defaults={
            "uuid": key,
            "root": key,
            "campaign": campaign,
            "prompt": prompt,
            "origin": Origin.IMPORTED,
            "counts_as": CountsAs.WORK,
            "tiers": tiers,
            "unrankable": [names[key] for key in given.unrankable],
            "strengths": list(given.strengths),
        },
    )
    if new:
        add_to_tally(campaign=campaign.pk, slot=prompt.pk, imported=1)
    return new
