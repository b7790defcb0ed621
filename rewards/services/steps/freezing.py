"""Freeze what people have said up to now."""

import time
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from annotate import gateway
from commons.models import NoticeKind, RunState
from commons.sentences import sentence as _
from commons.sentences import sentences as ngettext
from rewards.enums import Outcome, Stage
from rewards.errors import StepFailed
from rewards.models import Cycle, CycleStep
from rewards.selectors.track import campaigns_of
from rewards.services.cycle_notice import tell_of_cycle
from rewards.services.datasets import asked_for
from rewards.services.knobs import learns_from_people
from rewards.services.steps.claim import Claim

UNFINISHED = (RunState.REQUESTED, RunState.RUNNING)
LOOK = 2.0  # seconds between two looks at what another worker freezes


def freeze(claim: Claim) -> Stage:
    """Freeze the rankings, the demonstrations where there are any, and the pairs that people
    preferred where the policy is improved on those.

    A week with too few new judgements trains nothing: its policy is held, and candidates for the
    next one are written all the same.
    """
    if "ranked" not in claim.step.result:
        missing = short_of_quorum(claim.cycle)
        if missing:
            _hold(claim, missing)
            return Stage.ANSWERING
        _request(claim)
    for snapshot in asked_for(claim.step):
        _wait_for(claim, snapshot)
    return Stage.TEACHING


@transaction.atomic
def _hold(claim: Claim, missing: str) -> None:
    Cycle.objects.filter(pk=claim.cycle.pk).update(outcome=Outcome.HELD, reasons=[missing])
    claim.keep(says=missing)
    tell_of_cycle(claim.cycle, NoticeKind.CYCLE_HELD, [missing])


def short_of_quorum(cycle: Cycle) -> str:
    """In words, by how much a week fell short of what its track asks for; empty if it did not.

    New is what came since the last cycle that froze anything: what a week without a quorum left
    counts for the next one.
    """
    needed = cycle.track.quorum
    learned = CycleStep.objects.filter(stage=Stage.FREEZING, result__has_key="ranked")
    before = cycle.track.cycles.filter(number__lt=cycle.number, steps__in=learned)
    since = before.exclude(stage=Stage.CANCELLED).aggregate(last=Max("opened_at"))["last"]
    found = gateway.judgements_since(campaigns_of(cycle.track), since) if needed else 0
    if found >= needed:
        return ""
    return ngettext(
        "only %(count)s new judgement since the last cycle that trained; the track asks for "
        "%(needed)s. Collect more, or lower the quorum in the track's settings",
        "only %(count)s new judgements since the last cycle that trained; the track asks for "
        "%(needed)s. Collect more, or lower the quorum in the track's settings",
        found,
        needed=needed,
    )


@transaction.atomic
def _request(claim: Claim) -> None:
    """All requests and the note of them, or none."""
    campaigns = campaigns_of(claim.cycle.track)
    ranked = gateway.request_freeze(
        kind=gateway.SnapshotKind.RANKED, campaigns=campaigns, chances=True
    )
    try:
        sft = str(gateway.request_freeze(kind=gateway.SnapshotKind.SFT, campaigns=campaigns))
    except gateway.NothingToFreeze:  # a campaign may rank without writing
        sft = ""
    claim.keep(ranked=str(ranked), sft=sft)
    if learns_from_people(claim.cycle.track):
        pairs = gateway.request_freeze(kind=gateway.SnapshotKind.PREFERENCE, campaigns=campaigns)
        claim.keep(preference=str(pairs))


def _wait_for(claim: Claim, snapshot: UUID) -> None:
    """Freeze it here, or wait for the worker that is at it; where that one dies, take it over."""
    while True:
        frozen = gateway.freeze_requested(
            snapshot,
            on_progress=lambda done, total: claim.beat(done, total, _("freezing judgements")),
        )
        if frozen.state not in UNFINISHED:
            break
        claim.beat(0, 0, _("another worker freezes the judgements"))
        time.sleep(LOOK)  # its end is told by its row alone
    if frozen.state == RunState.CANCELLED:
        raise StepFailed(_("the dataset was stopped; retry this step, and it begins anew."))
    if frozen.state != RunState.DONE:
        raise StepFailed(frozen.error)
