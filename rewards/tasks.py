"""Nudges for the workers. The rows are the queue: each is safe to run twice and safe to lose."""

from celery import shared_task
from celery.worker import state

from commons.nudges import nudge
from commons.sweeping import sweep_by
from commons.tasks import send_notices
from rewards.models import CycleStep, EngineRun, ScoreRequest, TalkSession
from rewards.selectors import open_cycles
from rewards.services.cycle import advance_cycle
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
    """Do what waits: scores, then single runs, then each open cycle to its end."""
    answer_score_requests()
    request_missing_report_cards()
    while run := claim_requested_run():
        carry_out(run)
        run.refresh_from_db()
        follow_up(run=run)
        request_missing_report_cards()
        answer_score_requests()  # nobody who asks for scores waits for more than one run
    for cycle in open_cycles():
        while advance_cycle(cycle=cycle):
            pass
        nudge(send_notices)


@shared_task
def answer_conversations() -> None:
    """Let the models answer whoever talks with them; over when nobody does, or the worker ends."""
    end_dead_sessions()
    answer(goes_on=lambda: state.should_stop is None)  # a stopping worker waits for us


sweep_by(advance_open_cycles, EngineRun, CycleStep, ScoreRequest)
sweep_by(answer_conversations, TalkSession)
