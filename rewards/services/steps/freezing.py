"""Freeze what people have said up to now."""

from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from annotate import gateway
from commons.models import NoticeKind, RunState
from rewards.enums import Outcome, Stage
from rewards.errors import StepFailed
from rewards.models import Cycle, CycleStep
from rewards.selectors import campaigns_of
from rewards.services.cycle_notice import tell_of_cycle
from rewards.services.knobs import learns_from_people
from rewards.services.steps.claim import Claim


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
    for kind in ("sft", "ranked", "preference"):
        name = claim.step.result.get(kind)
        if name:
            _wait_for(claim, UUID(str(name)))
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
    return gettext(
        "only %(found)d new judgements since the last cycle that trained; the track asks for "
        "%(needed)d. Collect more, or lower the quorum in the track's settings"
    ) % {"found": found, "needed": needed}


@transaction.atomic
def _request(claim: Claim) -> None:
    """All requests and the note of them, or none."""
    campaigns = campaigns_of(claim.cycle.track)
    ranked = gateway.request_freeze(kind=gateway.SnapshotKind.RANKED, campaigns=campaigns)
    try:
        sft = str(gateway.request_freeze(kind=gateway.SnapshotKind.SFT, campaigns=campaigns))
    except gateway.NothingToFreeze:  # a campaign may rank without writing
        sft = ""
    claim.keep(ranked=str(ranked), sft=sft)
    if learns_from_people(claim.cycle.track):
        pairs = gateway.request_freeze(kind=gateway.SnapshotKind.PREFERENCE, campaigns=campaigns)
        claim.keep(preference=str(pairs))


def _wait_for(claim: Claim, snapshot: UUID) -> None:
    frozen = gateway.freeze_requested(
        snapshot,
        on_progress=lambda done, total: claim.beat(done, total, "freezing judgements"),
    )
    if frozen.state != RunState.DONE:
        raise StepFailed(
            frozen.error or f"snapshot {snapshot} is {frozen.state} elsewhere; retry in a minute."
        )
