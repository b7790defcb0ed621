"""A weekly cycle: opened once per track, advanced step by step, never done twice.

    freezing -> teaching -> rewarding -> appointing -> stopping -> reporting
             -> reinforcing -> evaluating -> deciding -> answering -> done

``advance_cycle`` moves a cycle by one step and may be called too often. A step is a row with a
claim: killed at any line, it is claimed anew once its heartbeat stops, and its engine run goes
on from the checkpoint in its folder.
"""

from collections.abc import Callable, Mapping

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext

from annotate.gateway import NothingToFreeze
from commons.artifacts import ArtifactError
from commons.audit import record
from commons.disk import in_words
from commons.models import NoticeKind, RunState, User
from commons.runs import cancel_run, claim_run, fail_run, finish_run, request_again
from commons.sentences import Sentence
from rewards.enums import Stage
from rewards.errors import CycleAlreadyOpen, RewardsError, TrackNotReady
from rewards.models import Cycle, CycleStep, Track
from rewards.selectors.cycle import begins_nothing, held_for
from rewards.services import steps
from rewards.services.cycle_notice import tell_of_cycle
from rewards.services.run import Listener, silent
from rewards.services.steps.claim import Claim, named

Step = Callable[[Claim], Stage]

STEPS: Mapping[Stage, Step] = {
    Stage.FREEZING: steps.freeze,
    Stage.TEACHING: steps.teach,
    Stage.REWARDING: steps.train_reward,
    Stage.APPOINTING: steps.appoint_judge,
    Stage.STOPPING: steps.train_stopping,
    Stage.REPORTING: steps.report,
    Stage.REINFORCING: steps.reinforce,
    Stage.EVALUATING: steps.evaluate,
    Stage.DECIDING: steps.decide_policy,
    Stage.ANSWERING: steps.answer,
}


@transaction.atomic
def open_cycle(*, track: Track, by: User | None = None) -> Cycle:
    """Begin a cycle. The database allows one open cycle per track."""
    number = (track.cycles.aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            cycle = Cycle.objects.create(track=track, number=number, opened_by=by)
    except IntegrityError:
        raise CycleAlreadyOpen(track.name) from None
    record(actor=by, verb="cycle.opened", subject=cycle, number=number)
    return cycle


def advance_cycle(*, cycle: Cycle, tell: Listener = silent) -> bool:
    """Claim the next step, do it, and say whether the cycle moved."""
    cycle.refresh_from_db()
    step = STEPS.get(Stage(cycle.stage))
    if step is None or cycle.closed_at or begins_nothing(cycle):  # or it has ended
        return False
    claimed = _claim_step(cycle)
    if claimed is None:  # another worker has it, and its heart beats
        return False
    try:
        there = step(Claim(cycle=cycle, step=claimed, tell=tell))
    except (RewardsError, NothingToFreeze, ArtifactError, OSError) as broken:
        return _fail_step(cycle, claimed, in_words(broken))
    return _finish_step(cycle, claimed, moves_to=there)


def _claim_step(cycle: Cycle) -> CycleStep | None:
    row, _ = CycleStep.objects.get_or_create(cycle=cycle, stage=cycle.stage)
    return claim_run(CycleStep.objects.filter(pk=row.pk))


@transaction.atomic
def _finish_step(cycle: Cycle, claimed: CycleStep, *, moves_to: Stage) -> bool:
    if not finish_run(claimed):  # the late one loses
        return False
    ended = {"closed_at": timezone.now()} if moves_to == Stage.DONE else {}
    return bool(
        Cycle.objects.filter(pk=cycle.pk, stage=claimed.stage, closed_at__isnull=True).update(
            stage=moves_to, **ended
        )
    )


@transaction.atomic
def _fail_step(cycle: Cycle, claimed: CycleStep, error: str) -> bool:
    if not fail_run(claimed, error=error):
        return False
    step = named(Stage(claimed.stage))
    reasons = [Sentence("%(step)s: %(error)s", step=step, error=error)]
    failed = Cycle.objects.filter(pk=cycle.pk, stage=claimed.stage).update(
        stage=Stage.FAILED, reasons=reasons
    )
    if failed:
        tell_of_cycle(cycle, NoticeKind.CYCLE_FAILED, reasons, attempt=claimed.attempts)
    return bool(failed)


@transaction.atomic
def retry_cycle(*, cycle: Cycle, by: User | None) -> steps.Again:
    """Try the step that failed once more, and say how: from what it left, unless that cannot be
    gone on with. Whoever is second finds that it has not failed any more."""
    failed = failed_step(cycle)
    if failed is None or not request_again(failed):
        raise TrackNotReady(gettext("No step of this cycle has failed; there is nothing to retry."))
    how = steps.begin_again(failed)
    _take_up(cycle, Stage(failed.stage))
    record(actor=by, verb="cycle.retried", subject=cycle, stage=failed.stage, how=how.name.lower())
    return how


def failed_step(cycle: Cycle) -> CycleStep | None:
    """The step at which a cycle has failed; None while it has not."""
    if cycle.stage != Stage.FAILED:
        return None
    failed = cycle.steps.select_related("run", "cycle__track").filter(state=RunState.FAILED)
    return failed.order_by("-pk").first()


def _take_up(cycle: Cycle, stage: Stage) -> None:
    """A cycle that had failed stands at its step again; why it is held stays said."""
    Cycle.objects.filter(pk=cycle.pk).update(stage=stage, reasons=held_for(cycle))


SKIPPABLE = {Stage.TEACHING, Stage.STOPPING, Stage.ANSWERING}  # the others can do without those


@transaction.atomic
def skip_step(*, cycle: Cycle, reason: str, by: User | None) -> None:
    """Go on without the step where a cycle stands; the reason is kept with it.

    Only a step that waits or has failed, and that the others can do without.
    """
    cycle.refresh_from_db()
    failed = cycle.steps.filter(state=RunState.FAILED).order_by("-pk").first()
    stage = Stage(failed.stage if cycle.stage == Stage.FAILED and failed else cycle.stage)
    if stage not in SKIPPABLE:
        raise TrackNotReady(
            gettext("The others need what “%(step)s” makes; retry it, or cancel the cycle.")
            % {"step": stage.label}
        )
    if failed is not None:
        request_again(failed)
        _take_up(cycle, stage)
    claimed = _claim_step(Cycle.objects.get(pk=cycle.pk))
    if claimed is None:
        raise TrackNotReady(gettext("A worker is at this step; wait for it, or cancel the cycle."))
    there = steps.go_without(Claim(cycle=cycle, step=claimed), stage)
    claimed.result = {**claimed.result, "skipped": reason}
    claimed.save(update_fields=["result"])
    _finish_step(Cycle.objects.get(pk=cycle.pk), claimed, moves_to=there)
    record(actor=by, verb="cycle.skipped", subject=cycle, stage=stage, reason=reason)


@transaction.atomic
def cancel_cycle(*, cycle: Cycle, by: User | None) -> None:
    """End an open cycle for good; its running step stops at its next heartbeat."""
    closed = Cycle.objects.filter(pk=cycle.pk, closed_at__isnull=True).update(
        stage=Stage.CANCELLED, closed_at=timezone.now()
    )
    if not closed:
        raise TrackNotReady(gettext("This cycle has already ended."))
    for step in cycle.steps.select_related("run"):
        cancel_run(step)
        if step.run:
            cancel_run(step.run)
    record(actor=by, verb="cycle.cancelled", subject=cycle)
