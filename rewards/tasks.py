"""Nudges for the workers. The rows are the queue: each is safe to run twice and safe to lose."""

from celery import shared_task
from celery.worker import state

from commons.nudges import nudge
from commons.sweeping import sweep_by
from commons.tasks import send_notices
from rewards.models import (
    CandidateScoring,
    CycleStep,
    EngineRun,
    Judging,
    ScoreRequest,
    TalkSession,
)
from rewards.nursery import shared_starts
from rewards.selectors.cycle import open_cycles
from rewards.selectors.judging import a_judging_waits
from rewards.selectors.run import something_waits
from rewards.services.candidate_scoring import score_new_candidates
from rewards.services.contests import draw_waiting_contests, keep_answered_contests
from rewards.services.cycle import advance_cycle
from rewards.services.judging import judge_requested
from rewards.services.reward_model import follow_up, request_missing_report_cards
from rewards.services.run import carry_out, claim_requested_run
from rewards.services.schedule import keep_schedules
from rewards.services.schedule import open_due_cycles as open_due
from rewards.services.score_request import answer_score_requests
from rewards.services.talk_session import end_dead_sessions
from rewards.services.talking import answer_conversations as answer


@shared_task
def open_due_cycles() -> None:
    """Open this week's cycles, and let the train worker know."""
    keep_schedules()
    if open_due():
        nudge(advance_open_cycles)


@shared_task
def advance_open_cycles() -> None:
    """Do what waits: scores, then contests and single runs, then each open cycle to its end. Where
    nothing else waits, models judge; then candidates that came are scored."""
    answer_score_requests()
    request_missing_report_cards()
    keep_answered_contests()
    draw_waiting_contests()
    while run := claim_requested_run():
        carry_out(run)
        run.refresh_from_db()
        follow_up(run=run)
        keep_answered_contests()
        request_missing_report_cards()
        answer_score_requests()  # nobody who asks for scores waits for more than one run
    with shared_starts():
        for cycle in open_cycles():
            while advance_cycle(cycle=cycle):
                nudge(send_notices)  # a server follows a promotion while we write what comes next
            nudge(send_notices)  # of a step that failed, too
    judge_requested(goes_on=_has_time)
    score_new_candidates(goes_on=_has_time_for_scores)


def _has_time() -> bool:
    """Whether the worker may do what nobody waits for: it does not stop, and all else is done."""
    return all((state.should_stop is None, not something_waits()))


def _has_time_for_scores() -> bool:
    """The same, and no model is asked to judge."""
    return _has_time() and not a_judging_waits()


@shared_task
def answer_conversations() -> None:
    """Let the models answer whoever talks with them; over when nobody does, or the worker ends."""
    end_dead_sessions()
    answer(goes_on=lambda: state.should_stop is None)  # a stopping worker waits for us


sweep_by(advance_open_cycles, EngineRun, CycleStep, ScoreRequest, CandidateScoring, Judging)
sweep_by(answer_conversations, TalkSession)
