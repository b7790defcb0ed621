"""Answers of models, given and read again, and the orders in which people put them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet

from annotate.models import Candidate, Prompt
from annotate.selectors.contest import orders_of_people as _orders_of_people
from annotate.selectors.prompt import prompts_in
from annotate.services.candidate import add_candidate

PAGE = 500  # rows that are written at once


@dataclass(frozen=True)
class CandidateText:
    """An answer that came from a model, and how it was drawn."""

    prompt: UUID
    messages: list[dict[str, str]]
    source: str
    sampling: Mapping[str, object]
    weight: float = 1.0  # how much it is wanted where a ranking shows some of many


@dataclass(frozen=True)
class AnswerText:
    """A candidate with all that a model reads of it; ``pk`` orders them and is no public id."""

    pk: int
    prompt: list[dict[str, Any]]
    tools: list[dict[str, Any]]
    answer: list[dict[str, Any]]


@dataclass(frozen=True)
class PlacedAnswer:
    """An answer that somebody has put in an order, and the opaque tag of whoever wrote it.

    ``contest`` is what its sampling record says of it; empty where it says nothing.
    """

    source: str
    text: str
    contest: str = ""


@dataclass(frozen=True)
class PeoplesOrder:
    """Answers to one prompt, best first, equals together; ``prompt`` is no public id."""

    prompt: int
    tiers: list[list[PlacedAnswer]]


def answers_after(
    campaigns: Sequence[UUID], *, after: int, limit: int, upto: int | None = None
) -> list[AnswerText]:
    """Candidates of the prompts of these campaigns in the order they came, after a ``pk`` and no
    later than another."""
    found = _answers_of(campaigns, after, upto)
    return [
        AnswerText(each.pk, each.prompt.messages, each.prompt.tools, each.messages)
        for each in found.select_related("prompt").order_by("pk")[:limit]
    ]


def newest_answer(*, before: datetime) -> int:
    """The ``pk`` of the newest candidate that had come by then; 0 where none had."""
    found = Candidate.objects.filter(created_at__lt=before).order_by("-pk")
    return found.values_list("pk", flat=True).first() or 0


def last_answers(campaigns: Sequence[UUID], *, after: int, upto: int, most: int) -> int:
    """The ``pk`` after which there are the newest ``most`` of the candidates between two others;
    ``after`` where there are no more than that."""
    found = _answers_of(campaigns, after, upto).order_by("-pk")
    return next(iter(found.values_list("pk", flat=True)[most : most + 1]), after)


def _answers_of(campaigns: Sequence[UUID], after: int, upto: int | None) -> QuerySet[Candidate]:
    found = Candidate.objects.filter(prompt__in=prompts_in(campaigns).order_by(), pk__gt=after)
    return found if upto is None else found.filter(pk__lte=upto)


def answers_by_source(campaign: UUID) -> dict[str, int]:
    """How many answers to a campaign's prompts are of each source; it looks at all of them, and is
    asked for now and then alone."""
    found = _answers_of([campaign], 0, None).values_list("source").order_by()
    return dict(found.annotate(Count("pk")))


def orders_of_people(campaigns: Sequence[UUID], *, limit: int) -> list[PeoplesOrder]:
    """The newest orders in these campaigns in which people put answers, and that count."""
    return [
        PeoplesOrder(prompt, [[PlacedAnswer(*each) for each in tier] for tier in tiers])
        for prompt, tiers in _orders_of_people(campaigns, limit=limit)
    ]


def add_candidates(answers: Iterable[CandidateText]) -> int:
    """Keep answers of a model; an answer that its prompt already has is not kept twice.

    Some hundreds in one transaction: what is asked for again after a kill is found there.
    """
    new, waiting = 0, iter(answers)
    while some := list(islice(waiting, PAGE)):
        with transaction.atomic():
            new += sum(_is_new(each) for each in some)
    return new


def _is_new(answer: CandidateText) -> bool:
    prompt = Prompt.objects.filter(uuid=answer.prompt).first()
    if prompt is None:  # erased since it was asked for
        return False
    _, made = add_candidate(
        prompt=prompt,
        messages=answer.messages,
        source=answer.source,
        sampling=answer.sampling,
        weight=answer.weight,
    )
    return made
