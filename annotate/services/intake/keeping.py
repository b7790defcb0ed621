"""Keep one chunk: prompts, then their candidates, then their places; and later their tasks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

from django.db import connection, transaction

from annotate.models import Batch
from annotate.services.intake import postgresql, sqlite
from annotate.services.intake.types import Answer, Arrival, Keeping, Kept, NewTask, Standing

Names = dict[tuple[int, str], str]  # (prompt, digest) -> uuid of a candidate, 32 hex digits


class Dialect(Protocol):
    """What each of the two modules of raw SQL can do."""

    def commit_without_waiting(self) -> None: ...
    def keep_prompts(self, arrivals: Sequence[Arrival]) -> dict[str, Kept]: ...
    def add_candidates(self, rows: Sequence[tuple[int, Answer]]) -> int: ...
    def merge_candidates(self, rows: Sequence[tuple[int, Answer]]) -> int: ...
    def candidates_of(self, prompts: Sequence[int]) -> list[Standing]: ...
    def keep_places(
        self, campaign: int, batch: int, places: Sequence[tuple[int, int]]
    ) -> set[int]: ...
    def keep_tasks(self, campaign: int, kind: str, tasks: Sequence[NewTask]) -> int: ...


_DIALECTS: Mapping[str, Dialect] = {"postgresql": postgresql, "sqlite": sqlite}


@contextmanager
def quick_transaction() -> Iterator[None]:
    """A transaction that a power cut may undo until a later one is committed as usual.

    Only for what is done again if nobody reports that it is done.
    """
    of_its_own = not connection.in_atomic_block
    with transaction.atomic():
        if of_its_own:
            _DIALECTS[connection.vendor].commit_without_waiting()
        yield


def keep_arrivals(*, batch: Batch, arrivals: Sequence[Arrival]) -> Keeping:
    """Keep what is not there yet, and give every prompt a place in the batch's campaign.

    Call inside a transaction. Of two arrivals that ask the same the first one's labels count,
    and the answers of both.
    """
    first: dict[str, Arrival] = {}
    for arrival in arrivals:
        first.setdefault(arrival.digest, arrival)
    if not first:
        return Keeping({}, set(), 0, {})
    dialect = _DIALECTS[connection.vendor]
    prompts = dialect.keep_prompts(list(first.values()))
    candidates, names = keep_answers(
        (prompts[arrival.digest], answer) for arrival in arrivals for answer in arrival.answers
    )
    places = [(prompts[digest].pk, arrival.priority) for digest, arrival in first.items()]
    entered = dialect.keep_places(batch.campaign_id, batch.pk, places)
    return Keeping(prompts, entered, candidates, names)


def keep_answers(answers: Iterable[tuple[Kept, Answer]]) -> tuple[int, Names]:
    """Keep the answers that their prompts do not have yet; count them, and name all of them."""
    fresh: dict[tuple[int, str], Answer] = {}  # of prompts that are new themselves
    others: dict[tuple[int, str], Answer] = {}
    for prompt, answer in answers:
        (fresh if prompt.new else others).setdefault((prompt.pk, answer.digest), answer)
    dialect = _DIALECTS[connection.vendor]
    made, names = 0, {key: answer.uuid for key, answer in fresh.items()}
    if fresh:
        made += dialect.add_candidates([(pk, answer) for (pk, _), answer in fresh.items()])
    if others:
        made += dialect.merge_candidates([(pk, answer) for (pk, _), answer in others.items()])
        there = dialect.candidates_of(sorted({pk for pk, _ in others}))
        names |= {(each.prompt, each.digest): each.uuid.hex for each in there}
    return made, names


def candidates_of(prompts: Sequence[int]) -> list[Standing]:
    """All candidates of these prompts, each prompt's in the order in which they came."""
    return _DIALECTS[connection.vendor].candidates_of(prompts)


def keep_tasks(*, campaign: int, kind: str, tasks: Sequence[NewTask]) -> int:
    """Make tasks, all turns of theirs free; say how many were not there."""
    return _DIALECTS[connection.vendor].keep_tasks(campaign, kind, tasks) if tasks else 0
