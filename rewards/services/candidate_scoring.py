"""The candidates of a track are scored by its newest ensemble, by itself, behind all other work.

    a new ensemble, or answers that came -> its row, requested -> a part is scored, and written down
                                         -> the next, until somebody waits for something else

Whoever wrote the answers: models, people, an import. What it disagrees about then says which
prompts are asked next: the heads of one model, or a reward model and the stopping model beside it,
of which the first has the row. Nothing waits for it, and where it cannot be done its row says why.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from annotate import gateway
from annotate.gateway import AnswerText
from commons.disk import in_words
from commons.models import Run, RunState
from commons.runs import beat_run, claim_run, fail_run, finish_run, note_in_run
from commons.sentences import sentence as _
from rewards.errors import RewardsError, ScoringFailed
from rewards.models import CandidateScoring, RewardModel, Track
from rewards.selectors.reward_model import ensemble_of
from rewards.selectors.track import campaigns_of
from rewards.services.candidates import Budget
from rewards.services.disagreement import keep_disagreement
from rewards.services.scoring import not_scored, score_answers

PART = 2000  # answers of one start of the engine, for which others wait at most
SETTLED = timedelta(minutes=10)  # what is older has been committed, in whatever order it came
AGAIN = timedelta(hours=1)  # after one that could not be done
BEAT = 2.0  # seconds between two signs of life in the database

GoesOn = Callable[[], bool]


def score_new_candidates(*, goes_on: GoesOn) -> None:
    """Score, for every active track that has an ensemble, what that one has not scored yet."""
    for track in Track.objects.filter(active=True).order_by("pk"):
        ensemble = ensemble_of(track)
        if not ensemble or not goes_on():
            continue
        settled = gateway.newest_answer(before=timezone.now() - SETTLED)
        if (row := _claim(ensemble[0], settled)) is not None:
            _carry_out(row, track, ensemble, settled, goes_on)


def _claim(model: RewardModel, settled: int) -> CandidateScoring | None:
    """The model's row, where there is more to score or its worker died with it; None else."""
    mine = CandidateScoring.objects.filter(reward_model=model)
    CandidateScoring.objects.get_or_create(reward_model=model)
    may_be_tried = Q(state=RunState.DONE) | Q(
        state=RunState.FAILED, finished_at__lt=timezone.now() - AGAIN
    )
    mine.filter(may_be_tried, reached__lt=settled).update(
        state=RunState.REQUESTED, finished_at=None
    )
    return claim_run(mine)


def _carry_out(
    row: CandidateScoring,
    track: Track,
    ensemble: Sequence[RewardModel],
    settled: int,
    goes_on: GoesOn,
) -> None:
    try:
        is_through = _score_parts(row, track, ensemble, settled, goes_on)
    except (RewardsError, OSError) as broken:
        fail_run(row, error=in_words(broken))
    else:
        finish_run(row, **({"reached": max(row.reached, settled)} if is_through else {}))


def _score_parts(
    row: CandidateScoring,
    track: Track,
    ensemble: Sequence[RewardModel],
    settled: int,
    goes_on: GoesOn,
) -> bool:
    """Score part after part, each written down before the next; whether all of them are there.

    Of more than a week of the track writes the newest are scored: they are what people judge.
    """
    campaigns, budget = campaigns_of(track), Budget.of(track)
    most = max(PART, budget.prompts * budget.answers)
    row.reached = gateway.last_answers(campaigns, after=row.reached, upto=settled, most=most)
    heart = Heart(row)
    while page := gateway.answers_after(campaigns, after=row.reached, limit=PART, upto=settled):
        if not goes_on():
            return False
        new = _score_part(ensemble, page, heart)
        row.reached, row.done = page[-1].pk, row.done + new
        if not note_in_run(row, reached=row.reached, done=row.done):
            raise taken_over()
    return True


def _score_part(ensemble: Sequence[RewardModel], page: Sequence[AnswerText], heart: "Heart") -> int:
    """Let each model score what it has not; how many of the answers were new to one of them."""
    scored: set[int] = set()
    for model in ensemble:
        new = not_scored(model, page)
        if new:
            score_answers(reward_model=model, answers=new, tell=heart.tell)
        scored.update(each.pk for each in new)
    keep_disagreement(ensemble, page)
    return len(scored)


@dataclass
class Heart:
    """Beats while the engine scores, and stops it where the claim is lost."""

    row: Run
    last_beat: float = field(default=float("-inf"))

    def tell(self, says: str, done: int, total: int) -> None:
        if time.monotonic() - self.last_beat < BEAT:
            return
        self.last_beat = time.monotonic()
        if not beat_run(self.row, says=says):
            raise taken_over()


def taken_over() -> ScoringFailed:
    """What stops whoever is late; nobody reads it, for the row is another's."""
    return ScoringFailed(_("another worker has taken it over, or it was cancelled"))
