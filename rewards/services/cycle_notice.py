"""Tell whoever asked how a cycle ended for its policy, what a person decided, what failed."""

from collections.abc import Sequence

from django.urls import reverse

from annotate import gateway
from commons.models import NoticeKind
from commons.notices.telling import tell
from rewards.models import Cycle, Decision
from rewards.selectors import campaigns_of

WORDS = {
    NoticeKind.CYCLE_PROMOTED: "promoted its policy",
    NoticeKind.CYCLE_HELD: "held its policy",
    NoticeKind.CYCLE_FAILED: "has failed",
}
TO_DO = {
    NoticeKind.CYCLE_PROMOTED: "The new policy writes the next candidates.",
    NoticeKind.CYCLE_HELD: "The policy in service stays; the new one's page can promote it.",
    NoticeKind.CYCLE_FAILED: "Mend that, then retry the step on the cycle's page.",
}


def tell_of_cycle(
    cycle: Cycle, kind: NoticeKind, reasons: Sequence[str], *, attempt: int = 0
) -> None:
    """Call it in the transaction of the act. A step that is tried again may fail again: ``attempt``
    tells the two apart."""
    campaigns = campaigns_of(cycle.track)
    tell(
        kind=kind,
        key=f"{kind}:{cycle.uuid}:{cycle.stage}:{attempt}",
        title=f"“{cycle.track.name}”: cycle {cycle.number} {WORDS[kind]}",
        says="\n".join([*reasons, TO_DO[kind]]),
        path=reverse("rewards:one_cycle", args=[cycle.track.uuid, cycle.number]),
        facts={
            "track": str(cycle.track.uuid),
            "cycle": str(cycle.uuid),
            "number": cycle.number,
            "reasons": list(reasons),
        },
        may_hear=gateway.leads_of(campaigns),
    )


def tell_of_decision(decision: Decision) -> None:
    """A person has put a policy in service: whoever wants to hear of promotions hears of it. Call
    it in the transaction of the decision."""
    policy = decision.policy
    tell(
        kind=NoticeKind.CYCLE_PROMOTED,
        key=f"{NoticeKind.CYCLE_PROMOTED}:decision:{decision.pk}",
        title=f"“{policy.track.name}”: policy {policy.number} is in service, by {decision.by}",
        says="\n".join([*decision.reasons, TO_DO[NoticeKind.CYCLE_PROMOTED]]),
        path=reverse("rewards:policy", args=[policy.uuid]),
        facts={
            "track": str(policy.track.uuid),
            "policy": str(policy.uuid),
            "number": policy.number,
            "act": decision.act,
            "reasons": list(decision.reasons),
        },
        may_hear=gateway.leads_of(campaigns_of(policy.track)),
    )
