"""Scores of answers: asked for, looked up, computed by the engine where nobody has asked before.

    rows -> known by their hash? -> else the engine, once for all that are missing -> kept

A command scores at once; what the API is asked waits as a row for the train worker, which takes
all that waits for one model together, as starting the engine costs more than most requests.
"""

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from uuid import UUID, uuid4

import orjson
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotate import gateway
from commons.models import RunState, User
from commons.runs import beat_run, claim_run, fail_run, finish_run
from rewards.errors import NothingToAnswer, NothingToScoreWith, ScoringFailed
from rewards.models import AnswerScore, CandidateScore, RewardModel, ScoreRequest
from rewards.runner import EngineError, Progress, run_engine
from rewards.services.folders import artifacts, model_folder, states_folder
from rewards.services.reward_model import refuse_gone
from rewards.services.run import Listener, silent
from rewards.services.scored import (
    Score,
    ToScore,
    digest_of_rows,
    keep_scores,
    kept_scores,
    last_erasure,
)

BEAT = 2.0  # seconds between two signs of life in the database
ABANDONED = 24 * 3600.0  # seconds without a sign; the longest scoring takes some hours
TOGETHER = 20_000  # answers that one start of the engine takes
CANDIDATES_AT_ONCE = 2000  # read from the database in one go

Hear = Callable[[Progress], bool]


def score_rows(
    *, reward_model: RewardModel, rows: Sequence[ToScore], tell: Listener = silent
) -> list[list[Score]]:
    """The scores of every answer of every row, in their order; what is not known is computed."""
    forget_after_erasure()
    known = kept_scores(reward_model, (name for row in rows for name in row.digests))
    missing = [row for row in rows if any(name not in known for name in row.digests)]

    def hear(progress: Progress) -> bool:
        tell(progress.says, progress.step, progress.of)
        return True

    for part in in_parts(missing):
        try:
            known |= _compute(reward_model, part, hear)
        except (EngineError, OSError) as broken:
            raise ScoringFailed(str(broken)) from broken
    return [[known[name] for name in row.digests] for row in rows]


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


def score_candidates(
    *, reward_model: RewardModel, campaigns: Sequence[UUID], tell: Listener = silent
) -> int:
    """Score the candidates of these campaigns that the model has not scored yet; say how many."""
    new = 0
    for page in _unscored(reward_model, campaigns):
        rows = [ToScore(each.prompt, [each.answer], each.tools) for each in page]
        scores = score_rows(reward_model=reward_model, rows=rows, tell=tell)
        CandidateScore.objects.bulk_create(
            (
                CandidateScore(
                    reward_model=reward_model,
                    candidate_id=each.pk,
                    score=score.value,
                    spread=score.spread,
                )
                for each, (score,) in zip(page, scores, strict=True)
            ),
            ignore_conflicts=True,
        )
        new += len(page)
    return new


def refuse_unready(reward_model: RewardModel) -> None:
    """Refuse a model that is not trained, in words."""
    if reward_model.run.state != RunState.DONE:
        state = str(RunState(reward_model.run.state).label).lower()
        raise NothingToScoreWith(
            f"Reward model {reward_model.uuid} is {state}; wait until it is trained, "
            "or name another."
        )
    refuse_gone(reward_model)


def forget_after_erasure() -> None:
    """Empty the caches once a text has been erased: a hash would show that it was here."""
    last = last_erasure()
    if last is None:
        return
    AnswerScore.objects.filter(at__lte=last.at).delete()
    ScoreRequest.objects.filter(requested_at__lte=last.at).exclude(
        state__in=[RunState.REQUESTED, RunState.RUNNING]
    ).delete()
    for file in states_folder().glob("*/*.safetensors"):
        if file.stat().st_mtime <= last.at.timestamp():
            file.unlink(missing_ok=True)


def forget_abandoned() -> None:
    """Remove the texts of every scoring whose process was killed: no file of it moves any more."""
    for folder in _scorings().glob("*"):
        if time.time() - _last_sign(folder) > ABANDONED:
            shutil.rmtree(folder, ignore_errors=True)


def _last_sign(folder: Path) -> float:
    """When a file of the folder was written last, in seconds; now, if it is just going."""
    try:
        return max(file.stat().st_mtime for file in (folder, *folder.glob("*")))
    except FileNotFoundError:
        return time.time()


def _scorings() -> Path:
    return artifacts() / "scoring"


def in_parts(rows: Iterable[ToScore]) -> Iterator[list[ToScore]]:
    """Rows in lists of at most ``TOGETHER`` answers, or of one row."""
    part: list[ToScore] = []
    answers = 0
    for row in rows:
        if part and answers + len(row.answers) > TOGETHER:
            yield part
            part, answers = [], 0
        part.append(row)
        answers += len(row.answers)
    if part:
        yield part


def _compute(reward_model: RewardModel, rows: Sequence[ToScore], hear: Hear) -> dict[str, Score]:
    """Let the engine score all answers of ``rows``, keep the scores, leave no text behind."""
    refuse_unready(reward_model)
    folder = _scorings() / str(uuid4())
    folder.mkdir(parents=True)
    try:
        asked = b"".join(orjson.dumps(row.as_json()) + b"\n" for row in rows)
        (folder / "texts.jsonl").write_bytes(asked)
        config = {
            "model": str(model_folder(reward_model.run)),
            "texts": str(folder / "texts.jsonl"),
            "out": str(folder / "scores.jsonl"),
            "cache": str(states_folder()),
        }
        run_engine("score", folder, config, hear)
        found = _read(folder / "scores.jsonl", rows)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    keep_scores(reward_model, found)
    return found


def _read(file: Path, rows: Sequence[ToScore]) -> dict[str, Score]:
    names = [name for row in rows for name in row.digests]
    with file.open("rb") as lines:
        said = [orjson.loads(line) for line in lines]
    return {name: Score(one["score"], one["spread"]) for name, one in zip(names, said, strict=True)}


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
            _compute(reward_model, part, _Hearts(claimed).beat)
    except (EngineError, OSError, NothingToScoreWith) as broken:
        for request in claimed:
            fail_run(request, error=str(broken))
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


def _unscored(
    reward_model: RewardModel, campaigns: Sequence[UUID]
) -> Iterator[list[gateway.AnswerText]]:
    """The candidates that the model has not scored, some at a time, the oldest first."""
    after = 0
    while page := gateway.answers_after(campaigns, after=after, limit=CANDIDATES_AT_ONCE):
        after = page[-1].pk
        scored = set(
            CandidateScore.objects.filter(
                reward_model=reward_model, candidate__in=[each.pk for each in page]
            ).values_list("candidate_id", flat=True)
        )
        if unscored := [each for each in page if each.pk not in scored]:
            yield unscored
