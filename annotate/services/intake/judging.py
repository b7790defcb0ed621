"""Judgements that came along with prompts: of imported raters, each kept once."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID, uuid5

import orjson

from annotate.enums import CountsAs, Origin
from annotate.importing.records import (
    ImportedDemonstration,
    ImportedPrompt,
    ImportedRanking,
    When,
)
from annotate.models import Batch, Campaign, Demonstration, Ranking, Rater, Tally
from annotate.services.intake.types import Arrival, Keeping, Kept
from annotate.services.rater import imported_rater
from annotate.services.tally import add_to_tally

SPACE = UUID("5a6a1d0c-6f5e-4c43-9a6e-3c1c0f6c1d55")  # of the keys that make a second import find

Judged = TypeVar("Judged", Demonstration, Ranking)


def keep_judgements(
    *, batch: Batch, arrivals: Sequence[Arrival], keeping: Keeping
) -> tuple[int, int]:
    """Keep demonstrations and rankings that are not there yet; say how many of each.

    Call inside the transaction that kept the prompts. The raters are locked, in one order, so
    that of two imports at once the second one finds what the first one made.
    """
    judged = [(each, each.record) for each in arrivals if each.record is not None]
    if not judged:
        return 0, 0
    raters = _locked_raters([record for _, record in judged])
    demonstrations: list[Demonstration] = []
    rankings: list[Ranking] = []
    for arrival, record in judged:
        prompt = keeping.prompts[arrival.digest]
        names = names_in(arrival, record, keeping)
        demonstrations += [
            _demonstration(batch.campaign, prompt, shown, raters) for shown in record.demonstrations
        ]
        rankings += [
            _ranking(batch.campaign, prompt, ranked, raters, names) for ranked in record.rankings
        ]
    new = _keep(Ranking, rankings)
    _tally(batch.campaign, new)
    return len(_keep(Demonstration, demonstrations)), len(new)


def _locked_raters(records: Sequence[ImportedPrompt]) -> dict[str, Rater]:
    said = {shown.rater for record in records for shown in record.demonstrations}
    said |= {ranked.rater for record in records for ranked in record.rankings}
    made = {name: imported_rater(name=name) for name in sorted(said)}
    locked = Rater.objects.select_for_update(no_key=True).order_by("pk")
    list(locked.filter(pk__in=[rater.pk for rater in made.values()]))
    return made


def names_in(arrival: Arrival, record: ImportedPrompt, keeping: Keeping) -> dict[str, str]:
    """What the record calls its candidates -> their ids here, as text."""
    prompt = keeping.prompts[arrival.digest]
    return {
        candidate.key: str(UUID(keeping.names[prompt.pk, answer.digest]))
        for candidate, answer in zip(record.candidates, arrival.answers, strict=True)
    }


def _key(campaign: Campaign, prompt: Kept, *said: object) -> UUID:
    """One key for one statement about one prompt in one campaign."""
    return uuid5(SPACE, f"{campaign.uuid} {prompt.uuid} {orjson.dumps(said).decode()}")


def _demonstration(
    campaign: Campaign, prompt: Kept, given: ImportedDemonstration, raters: dict[str, Rater]
) -> Demonstration:
    messages = list(given.messages)
    key = _key(campaign, prompt, given.rater, messages)
    return Demonstration(
        uuid=key,
        root=key,
        key=key,
        campaign=campaign,
        prompt_id=prompt.pk,
        rater=raters[given.rater],
        origin=Origin.IMPORTED,
        messages=messages,
        **_when(given.when),
    )


def _ranking(
    campaign: Campaign,
    prompt: Kept,
    given: ImportedRanking,
    raters: dict[str, Rater],
    names: dict[str, str],
) -> Ranking:
    tiers = [[names[key] for key in tier] for tier in given.tiers]
    key = _key(campaign, prompt, given.rater, tiers)
    return Ranking(
        uuid=key,
        root=key,
        key=key,
        campaign=campaign,
        prompt_id=prompt.pk,
        rater=raters[given.rater],
        origin=Origin.IMPORTED,
        tiers=tiers,
        unrankable=[names[key] for key in given.unrankable],
        strengths=list(given.strengths),
        answers={names[key]: dict(said) for key, said in given.answers.items()},
        reason=given.reason,
        **_when(given.when),
    )


def _when(given: When) -> dict[str, Any]:
    """The columns that say when it was judged and what it took. What others were measured against
    is gold, here as there: kept, and no part of a dataset."""
    said: dict[str, Any] = {}
    if given.at is not None:
        said["created_at"] = given.at
    if given.seconds is not None:
        said["effort"] = {"lead_seconds": given.seconds}
    if given.is_truth:
        said["counts_as"] = CountsAs.GOLD
    return {"counts_as": CountsAs.WORK} | said


def _keep(kind: type[Judged], said: Sequence[Judged]) -> list[Judged]:
    """Make those that are not there, each once; the locked raters make the look exact."""
    first: dict[UUID, Judged] = {}
    for each in said:
        first.setdefault(each.uuid, each)
    there = set(kind.objects.filter(uuid__in=first).values_list("uuid", flat=True))
    return kind.objects.bulk_create(each for uuid, each in first.items() if uuid not in there)


def _tally(campaign: Campaign, rankings: Sequence[Ranking]) -> None:
    slots = Counter(ranking.prompt_id % Tally.SLOTS for ranking in rankings)
    for slot, imported in sorted(slots.items()):
        add_to_tally(campaign=campaign.pk, slot=slot, imported=imported)
