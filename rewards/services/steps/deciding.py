"""Promote or hold, in words."""

from django.db import transaction

from commons.models import NoticeKind
from rewards.enums import Act, Outcome, Stage
from rewards.models import Cycle, Evaluation
from rewards.services.cycle_notice import tell_of_cycle
from rewards.services.policy import decide
from rewards.services.steps.claim import Claim
from rewards.services.steps.evaluating import candidate
from rewards.stats.gates import Evidence, Thresholds, refusals, remarks


def decide_policy(claim: Claim) -> Stage:
    """Let the gate decide; every reason is kept with its evidence."""
    compared = claim.cycle.steps.select_related("run").get(stage=Stage.EVALUATING).run
    evidence = Evidence.of(
        comparison=compared.result if compared else {},
        card=claim.run_of(Stage.REPORTING).result,
    )
    asked = Thresholds(**claim.cycle.track.thresholds)
    reasons = list(refusals(evidence, asked))
    claim.keep(remarks=list(remarks(evidence, asked)))
    _record(claim, reasons, evidence, compared.evaluation if compared else None)
    return Stage.ANSWERING


@transaction.atomic
def _record(
    claim: Claim, reasons: list[str], evidence: Evidence, evaluation: Evaluation | None
) -> None:
    policy = candidate(claim)
    decide(
        policy=policy,
        act=Act.HOLD if reasons else Act.PROMOTE,
        by=None,
        reasons=reasons,
        evidence=evidence.as_json(),
    )
    Cycle.objects.filter(pk=claim.cycle.pk).update(
        outcome=Outcome.HELD if reasons else Outcome.PROMOTED, reasons=reasons
    )
    kind = NoticeKind.CYCLE_HELD if reasons else NoticeKind.CYCLE_PROMOTED
    tell_of_cycle(claim.cycle, kind, reasons)
    if evaluation is not None:
        Evaluation.objects.filter(pk=evaluation.pk).update(refusals=reasons)
