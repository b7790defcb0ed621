"""Prompts and candidates that are here already stay as they are; what comes is joined to them."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from annotate.models import Candidate, Prompt
from annotate.services.carrying.naming import Journey

Row = dict[str, Any]

LABELS = ("skill", "language", "clearance", "source", "external_id")
APART = "prompts on another side here"


class OtherSides(StrEnum):
    """What is done where a prompt is here, on another side than there."""

    REFUSE = "refuse"  # nothing comes
    QUARANTINE = "quarantine"  # it stays on its side and goes into no new dataset any more


class Standing(NamedTuple):
    """A prompt that is here."""

    uuid: UUID
    side: str
    quarantined: bool
    labels: tuple[str, ...]


def join_prompts(rows: list[Row], journey: Journey) -> list[Row]:
    """Those that are not here yet, by what they ask.

    One that is here on another side is quarantined: judged there for one side and here for the
    other, it can be in neither.
    """
    here = _standing(row["digest"] for row in rows)
    joined = [(row, here[row["digest"]]) for row in rows if row["digest"] in here]
    journey.names.rename(Prompt, ((row["uuid"], str(there.uuid)) for row, there in joined))
    journey.report.joined["prompts"] += len(joined)
    apart = [str(there.uuid) for row, there in joined if there.side != row["side"]]
    if apart:
        Prompt.objects.filter(uuid__in=apart).update(quarantined=True)
    journey.report.note(APART, apart)
    journey.report.note(
        "prompts quarantined there and not here",
        (str(t.uuid) for row, t in joined if row["quarantined"] and not t.quarantined),
    )
    journey.report.note(
        "prompts with other labels here",
        (str(there.uuid) for row, there in joined if there.labels != _labels(row)),
    )
    return [row for row in rows if row["digest"] not in here]


def follow_leaders(rows: list[Row], journey: Journey) -> list[Row]:
    """Prompts of clusters, each with who leads it here.

    One whose leader is on another side here would bridge two sides, and is quarantined.
    """
    pks = journey.names.rows_named(Prompt, {row["cluster"] for row in rows})
    fields = ("uuid", "side", "cluster__uuid", "cluster__side")
    found = Prompt.objects.filter(pk__in=pks.values()).values_list("pk", *fields)
    leaders = {pk: (top or uuid, its or side) for pk, uuid, side, top, its in found}
    followed = []
    for row in rows:
        leader, side = leaders[pks[row["cluster"]]]
        if is_apart := side != row["side"]:
            journey.report.note(APART, [row["uuid"]])
        followed.append(
            row | {"cluster": str(leader), "quarantined": row["quarantined"] or is_apart}
        )
    return followed


def join_candidates(rows: list[Row], journey: Journey) -> list[Row]:
    """Those that are not here yet, by their prompt and what they say."""
    prompts = journey.names.rows_named(Prompt, {row["prompt"] for row in rows})
    found = Candidate.objects.filter(prompt__in=prompts.values())
    here = {
        (prompt, digest): str(uuid)
        for prompt, digest, uuid in found.values_list("prompt", "digest", "uuid")
    }
    new, joined = [], {}
    for row in rows:
        uuid = here.get((prompts[row["prompt"]], row["digest"]))
        if uuid is None:
            new.append(row)
        else:
            joined[row["uuid"]] = uuid
    journey.names.rename(Candidate, joined.items())
    journey.report.joined["candidates"] += len(joined)
    return new


def _standing(digests: Iterable[str]) -> dict[str, Standing]:
    found = Prompt.objects.filter(digest__in=list(digests))
    return {
        digest: Standing(uuid, side, quarantined, tuple(labels))
        for digest, uuid, side, quarantined, *labels in found.values_list(
            "digest", "uuid", "side", "quarantined", *LABELS
        )
    }


def _labels(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in LABELS)
