"""Scores that programs ask for: a row that waits, and the train worker that answers it.

All that waits for one model is computed together.
"""

import time
from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from commons.models import RunState, User
from commons.runs import beat_run, claim_run, fail_run, finish_run
from commons.sentences import said_by
from rewards.errors import NothingToAnswer, NothingToScoreWith
from rewards.models import RewardModel, ScoreRequest
from rewards.runner import EngineError, Progress
from rewards.services.score_forgetting import forget_abandoned, forget_after_erasure
from rewards.services.scored import Score, ToScore, digest_of_rows, kept_scores
from rewards.services.scoring import TOGETHER, compute_scores, in_parts, refuse_unready

BEAT = 2.0  # seconds between two signs of life in the database


@transaction.atomic
def request_scores(
    *, reward_model: RewardModel, rows: Sequence[ToScore], by: User | None
) -> ScoreRequest:
    """Ask for scores. The same answers are asked for once; known ones are there at once."""
    refuse_unready(reward_model)
    for number, row in enumerate(rows):
        if row.prompt[-1]["role"] == "assistant":
            raise NothingToAnswer(number)
    digest = digest_of_rows(rows)
    digests = [row.digests for row in rows]
    wanted = {name for names in digests for name in names}
    is_known = len(kept_scores(reward_model, wanted)) == len(wanted)
    now = timezone.now()
    try:
        with transaction.atomic():
            return ScoreRequest.objects.create(
                reward_model=reward_model,
                requested_by=by,
                digest=digest,
                digests=digests,
                rows=[] if is_known else [row.as_json() for row in rows],
                state=RunState.DONE if is_known else RunState.REQUESTED,
                finished_at=now if is_known else None,
                done=len(wanted) if is_known else 0,
                total=len(wanted),
            )
    except IntegrityError:  # asked before, by the same person
        standing = ScoreRequest.objects.filter(
            reward_model=reward_model, requested_by=by, digest=digest
        ).exclude(state__in=[RunState.FAILED, RunState.CANCELLED])
        return standing.get()


def scores_of(request: ScoreRequest) -> list[list[Score]] | None:
    """What was found; None while it is not, or no longer, known."""
    if request.state != RunState.DONE:
        return None
    known = kept_scores(request.reward_model, (each for row in request.digests for each in row))
    try:
        return [[known[name] for name in row] for row in request.digests]
    except KeyError:  # the cache was emptied since: ask again
        return None


def answer_score_requests() -> None:
    """Score what waits, all that asks for the same model together. Safe to run twice."""
    forget_after_erasure()
    forget_abandoned()
    while claimed := _claim():
        _answer(claimed)


def _claim() -> list[ScoreRequest]:
    """The oldest request that waits, and others that wait for the same model."""
    claimed: list[ScoreRequest] = []
    waiting = ScoreRequest.objects.all()
    while sum(each.total for each in claimed) < TOGETHER and (found := claim_run(waiting)):
        claimed.append(found)
        waiting = ScoreRequest.objects.filter(reward_model=found.reward_model_id)
    return claimed


def _answer(claimed: Sequence[ScoreRequest]) -> None:
    reward_model = claimed[0].reward_model
    rows = [_row(said) for request in claimed for said in request.rows]
    known = kept_scores(reward_model, (name for row in rows for name in row.digests))
    missing = [row for row in rows if any(name not in known for name in row.digests)]
    try:
        for part in in_parts(missing):
            compute_scores(reward_model, part, _Hearts(claimed).beat)
    except (EngineError, OSError, NothingToScoreWith) as broken:
        for request in claimed:
            fail_run(request, error=said_by(broken))
        ScoreRequest.objects.filter(
            pk__in=[each.pk for each in claimed], state=RunState.FAILED
        ).update(rows=[])
        return
    for request in claimed:
        finish_run(request, rows=[], done=request.total)


class _Hearts:
    """Beats for every request that is answered together, for as long as one of them is wanted."""

    def __init__(self, requests: Sequence[ScoreRequest]) -> None:
        self.requests = requests
        self.last_beat = 0.0

    def beat(self, progress: Progress) -> bool:
        if time.monotonic() - self.last_beat < BEAT:
            return True
        self.last_beat = time.monotonic()
        held = [beat_run(each, says=progress.says) for each in self.requests]
        return any(held)


def _row(said: Mapping[str, list[object]]) -> ToScore:
    return ToScore(said["prompt"], said["answers"], said["tools"])  # type: ignore[arg-type]  # ours
