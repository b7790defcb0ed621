"""Scores of answers: looked up, and computed by the engine where nobody has asked before.

    rows -> known by their hash? -> else the engine, once for all that are missing -> kept

What the API is asked waits as a row (``score_request``): starting the engine costs more than most
requests.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from uuid import UUID, uuid4

import orjson
from django.utils.translation import gettext

from annotate import gateway
from annotate.gateway import AnswerText
from commons.models import RunState
from commons.sentences import said_by
from rewards.errors import NothingToScoreWith, ScoringFailed
from rewards.models import CandidateScore, RewardModel
from rewards.runner import EngineError, Progress, run_engine
from rewards.services.folders import model_folder, states_folder
from rewards.services.reward_model import refuse_gone
from rewards.services.run import Listener, silent
from rewards.services.score_forgetting import forget_after_erasure, scorings
from rewards.services.scored import Score, ToScore, keep_scores, kept_scores, last_erasure

TOGETHER = 20_000  # answers that one start of the engine takes
CANDIDATES_AT_ONCE = 2000  # read and written in one go with the database

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
            known |= compute_scores(reward_model, part, hear)
        except (EngineError, OSError) as broken:
            raise ScoringFailed(said_by(broken)) from broken
    return [[known[name] for name in row.digests] for row in rows]


def score_candidates(
    *, reward_model: RewardModel, campaigns: Sequence[UUID], tell: Listener = silent
) -> int:
    """Score the candidates of these campaigns that the model has not scored yet; say how many."""
    new = 0
    for page in _unscored(reward_model, campaigns):
        score_answers(reward_model=reward_model, answers=page, tell=tell)
        new += len(page)
    return new


def score_answers(
    *, reward_model: RewardModel, answers: Sequence[AnswerText], tell: Listener = silent
) -> None:
    """Score these candidates and keep it with them; what another worker kept meanwhile stands."""
    rows = [ToScore(each.prompt, [each.answer], each.tools) for each in answers]
    scores = score_rows(reward_model=reward_model, rows=rows, tell=tell)
    CandidateScore.objects.bulk_create(
        (
            CandidateScore(
                reward_model=reward_model,
                candidate_id=each.pk,
                score=score.value,
                spread=score.spread,
            )
            for each, (score,) in zip(answers, scores, strict=True)
        ),
        ignore_conflicts=True,
        batch_size=CANDIDATES_AT_ONCE,
    )


def not_scored(reward_model: RewardModel, answers: Sequence[AnswerText]) -> list[AnswerText]:
    """Those of these candidates that the model has not scored."""
    scored = set(
        CandidateScore.objects.filter(
            reward_model=reward_model, candidate__in=[each.pk for each in answers]
        ).values_list("candidate_id", flat=True)
    )
    return [each for each in answers if each.pk not in scored]


def refuse_unready(reward_model: RewardModel) -> None:
    """Refuse a model that is not trained, in words."""
    if reward_model.run.state != RunState.DONE:
        state = str(RunState(reward_model.run.state).label).lower()
        raise NothingToScoreWith(
            gettext(
                "Reward model %(model)s is %(state)s; wait until it is trained, or name another."
            )
            % {"model": reward_model.uuid, "state": state}
        )
    refuse_gone(reward_model)


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


def compute_scores(
    reward_model: RewardModel, rows: Sequence[ToScore], hear: Hear
) -> dict[str, Score]:
    """Let the engine score all answers of ``rows``, keep the scores, leave no text behind.

    Where a text was erased meanwhile none is kept: it might be one of these.
    """
    refuse_unready(reward_model)
    erased_before = last_erasure()
    folder = scorings() / str(uuid4())
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
    if last_erasure() == erased_before:
        keep_scores(reward_model, found)
    return found


def _read(file: Path, rows: Sequence[ToScore]) -> dict[str, Score]:
    names = [name for row in rows for name in row.digests]
    with file.open("rb") as lines:
        said = [orjson.loads(line) for line in lines]
    return {name: Score(one["score"], one["spread"]) for name, one in zip(names, said, strict=True)}


def _unscored(reward_model: RewardModel, campaigns: Sequence[UUID]) -> Iterator[list[AnswerText]]:
    """The candidates that the model has not scored, as many as one start of the engine takes."""
    after = 0
    found: list[AnswerText] = []
    while page := gateway.answers_after(campaigns, after=after, limit=CANDIDATES_AT_ONCE):
        after = page[-1].pk
        found += not_scored(reward_model, page)
        if len(found) >= TOGETHER:
            yield found
            found = []
    if found:
        yield found
