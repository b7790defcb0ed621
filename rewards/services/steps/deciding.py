"""Promote or hold, in words."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from commons.models import NoticeKind
from rewards.enums import Act, Outcome, Stage
from rewards.models import Cycle, Evaluation
from rewards.selectors.policy import look_of
from rewards.selectors.reward_model import card_of, judge_of
from rewards.services.cycle_notice import tell_of_cycle
from rewards.services.policy import decide, decided_before_the_gate, leave_to_a_person
from rewards.services.steps.claim import Claim
from rewards.services.steps.evaluating import candidate
from rewards.stats.evidence import Evidence, Thresholds
from rewards.stats.gates import refusals, remarks


def decide_policy(claim: Claim) -> Stage:
    """Let the gate decide; every reason is kept with its evidence."""
    compared = claim.cycle.steps.select_related("run").get(stage=Stage.EVALUATING).run
    evidence = Evidence.of(
        comparison=compared.result if compared else {},
        card=claim.run_of(Stage.REPORTING).result,
        judge=_card_of_judge(claim.cycle),
        look=look_of(compared.evaluation) if compared else 1,
    )
    asked = Thresholds(**claim.cycle.track.thresholds)
    reasons = list(refusals(evidence, asked))
    claim.keep(remarks=list(remarks(evidence, asked)))
    _record(claim, reasons, evidence, compared.evaluation if compared else None)
    return Stage.ANSWERING


def _card_of_judge(cycle: Cycle) -> Mapping[str, object] | None:
    """What was measured of the judge; None in a cycle from before judges had report cards."""
    judge = judge_of(cycle)
    card = card_of(judge) if judge else None
    return card.run.result if card else None


@transaction.atomic
def _record(
    claim: Claim, reasons: Sequence[str], evidence: Evidence, evaluation: Evaluation | None
) -> None:
    if evaluation is not None:
        Evaluation.objects.filter(pk=evaluation.pk).update(refusals=reasons)
    policy = candidate(claim)
    if decided_before_the_gate(policy=policy, cycle=claim.cycle, evidence=evidence.as_json()):
        return
    if claim.cycle.track.person_promotes and not reasons:
        leave_to_a_person(policy=policy, cycle=claim.cycle)
        return
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
