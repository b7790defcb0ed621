"""Nudges for the workers. The rows are the queue: each is safe to run twice and safe to lose."""

from functools import partial

from celery import shared_task

from annotate.models import CandidateRequest, QualityReport, Snapshot, SnapshotPart, Upload, VoidRun
from annotate.services.attempt import leave_overdue_attempts
from annotate.services.conversation_turn import answers_wanted
from annotate.services.digest import send_due_digests as send_digests
from annotate.services.freezing import claim_snapshot, freeze_snapshot, write_waiting_parts
from annotate.services.near.walking import Walked, walk_on
from annotate.services.offboarding import release_turns_of_the_gone
from annotate.services.prose import fill_texts
from annotate.services.quality import claim_quality, fit_quality
from annotate.services.quality_round import look_for_quality
from annotate.services.returning import expire_overdue_assignments as expire
from annotate.services.reviewing import find_reviews as find
from annotate.services.upload import claim_upload, import_upload
from annotate.services.voiding_run import claim_void_run, go_on_voiding
from annotate.services.words import keep_forgotten_words, keep_words
from commons.nudges import nudge
from commons.retention import all_rules
from commons.sweeping import sweep_by, sweep_by_call
from commons.tasks import send_notices

HELPERS = 16  # workers called to one snapshot; those that come by themselves help too


@shared_task
def expire_overdue_assignments() -> None:
    """Give back the leases whose time is over, and close tests whose day is."""
    while expire():
        pass
    release_turns_of_the_gone()
    leave_overdue_attempts()


@shared_task
def freeze_requested_snapshots() -> None:
    """Freeze whatever is waiting, and what a dead worker left; help where others freeze."""
    while snapshot := claim_snapshot():
        freeze_snapshot(snapshot=snapshot, on_parts=call_for_help)
        nudge(send_notices)
    write_waiting_parts()


def call_for_help(parts: int) -> None:
    """One nudge for each worker that could take a part beside this one."""
    for _ in range(min(parts - 1, HELPERS)):
        nudge(freeze_requested_snapshots)


@shared_task
def void_requested_work() -> None:
    """Void what leads have asked for, or undo it, and what a dead worker left half done."""
    while run := claim_void_run():
        go_on_voiding(run=run)


@shared_task
def find_reviews() -> None:
    """Put what disagrees, and what is drawn, before the reviewers."""
    find()


@shared_task
def import_confirmed_uploads() -> None:
    """Import what leads have said yes to, and what a dead worker left."""
    while upload := claim_upload():
        import_upload(upload=upload)


@shared_task
def keep_words_of_texts() -> None:
    """Make what has come findable."""
    keep_words()


@shared_task
def fill_texts_of_tasks() -> None:
    """Render what is read next, so that its page has it when somebody comes."""
    fill_texts()


@shared_task
def find_near_duplicates() -> None:
    """Look at prompts that came before near-duplicates were looked for."""
    while walk_on(Walked()):
        pass


@shared_task
def keep_forgotten_words_of_texts() -> None:
    """Make findable what came beside a long import, and was passed over."""
    keep_forgotten_words()


@shared_task
def measure_quality() -> None:
    """Count what has changed, stop what is sure, and fit what enough has come for."""
    look_for_quality()
    while report := claim_quality():
        fit_quality(report=report)


@shared_task
def send_due_digests() -> None:
    """Tell each lead of the week that is over, once."""
    send_digests()


@shared_task
def prune_leftovers() -> None:
    """Let go what has been kept long enough."""
    for rule in all_rules():
        rule.prune()


sweep_by(freeze_requested_snapshots, Snapshot, SnapshotPart)
sweep_by(import_confirmed_uploads, Upload)
sweep_by(void_requested_work, VoidRun)
sweep_by(measure_quality, QualityReport)
sweep_by_call(partial(answers_wanted.send, sender=None), CandidateRequest)
