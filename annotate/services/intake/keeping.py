"""Keep one chunk: prompts, then their candidates, then their places; and later their tasks."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction

from annotate.models import Batch
from annotate.near.placing import Place
from annotate.services.erasure_lock import bring_together
from annotate.services.intake.dialects import dialect
from annotate.services.intake.types import Answer, Arrival, Keeping, Kept, NewTask, Standing
from annotate.services.near.settling import Newcomer, settle
from annotate.services.picture import keep_pictures

Names = dict[tuple[int, str], str]  # (prompt, digest) -> uuid of a candidate, 32 hex digits


@contextmanager
def intake_transaction(*, lasting: bool = True) -> Iterator[None]:
    """A transaction of many rows in few statements.

    One that is not ``lasting`` may be undone by a power cut until a later one is committed: only
    for what is done again if nobody reports that it is done. Inside another transaction it lasts
    as that one does.
    """
    within = connection.in_atomic_block
    with transaction.atomic():
        dialect().set_up_transaction(lasting=lasting or within)
        yield


def keep_arrivals(*, batch: Batch, arrivals: Sequence[Arrival]) -> Keeping:
    """Keep what is not there yet, and give every prompt a place in the batch's campaign.

    Call inside a transaction, and then lock nothing that others hold while they keep prompts. Of
    two arrivals that ask the same the first one's labels count, and the answers of both; of two
    that ask nearly the same, the first one's side.
    """
    bring_together()
    first: dict[str, Arrival] = {}
    for arrival in arrivals:
        first.setdefault(arrival.digest, arrival)
    if not first:
        return Keeping({}, set(), 0, {})
    prompts = dialect().keep_prompts(list(first.values()))
    candidates, names = keep_answers(
        (prompts[arrival.digest], answer) for arrival in arrivals for answer in arrival.answers
    )
    places = [(prompts[digest].pk, arrival.priority) for digest, arrival in first.items()]
    entered = dialect().keep_places(batch.campaign_id, batch.pk, places)
    keep_pictures(
        (prompts[digest].pk, picture)
        for digest, arrival in first.items()
        if prompts[digest].new
        for picture in arrival.pictures
    )
    settle(
        [
            Newcomer(prompts[digest].pk, arrival.asked, Place(arrival.side), digest=digest)
            for digest, arrival in first.items()
            if prompts[digest].new
        ],
        campaign=batch.campaign_id,
    )
    return Keeping(prompts, entered, candidates, names)


def keep_answers(answers: Iterable[tuple[Kept, Answer]]) -> tuple[int, Names]:
    """Keep the answers that their prompts do not have yet; count them, and name all of them."""
    fresh: dict[tuple[int, str], Answer] = {}  # of prompts that are new themselves
    others: dict[tuple[int, str], Answer] = {}
    for prompt, answer in answers:
        (fresh if prompt.new else others).setdefault((prompt.pk, answer.digest), answer)
    made, names = 0, {key: answer.uuid for key, answer in fresh.items()}
    if fresh:
        made += dialect().add_candidates([(pk, answer) for (pk, _), answer in fresh.items()])
    if others:
        made += dialect().merge_candidates([(pk, answer) for (pk, _), answer in others.items()])
        there = dialect().candidates_of(sorted({pk for pk, _ in others}))
        names |= {(each.prompt, each.digest): each.uuid.hex for each in there}
    return made, names


def hold_prompts(prompts: Collection[int]) -> None:
    """Let none of these be erased behind what is given to it, until this transaction ends.

    Call before whatever stands on them is locked, as an erasure does, and look at them after.
    """
    dialect().hold_prompts(sorted(prompts))


def candidates_of(prompts: Sequence[int]) -> list[Standing]:
    """All candidates of these prompts, each prompt's in the order in which they came."""
    return dialect().candidates_of(prompts)


def places_of(*, campaign: int, prompts: Collection[int]) -> list[tuple[int, int | None]]:
    """The places of these prompts in a campaign, each with the batch that brought it."""
    return dialect().places_of(campaign, sorted(prompts))


def keep_tasks(*, campaign: int, kind: str, tasks: Sequence[NewTask]) -> int:
    """Make tasks, all turns of theirs free; say how many were not there."""
    return dialect().keep_tasks(campaign, kind, tasks) if tasks else 0
