"""Tell whoever asked how a cycle ended for its policy, what a person decided, what failed."""

from collections.abc import Sequence

from django.urls import reverse

from annotate import gateway
from commons.models import NoticeKind
from commons.notices.telling import tell
from rewards.enums import Outcome
from rewards.models import Cycle, Decision, Policy
from rewards.selectors.track import campaigns_of

WORDS = {
    NoticeKind.CYCLE_PROMOTED: "promoted its policy",
    NoticeKind.CYCLE_HELD: "held its policy",
    NoticeKind.CYCLE_FAILED: "has failed",
}
TO_DO = {
    NoticeKind.CYCLE_PROMOTED: (
        "The new policy writes the next candidates. Its page shows its answers beside those of the "
        "old one."
    ),
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
        path=_page_of(cycle, kind),
        facts={
            "track": str(cycle.track.uuid),
            "cycle": str(cycle.uuid),
            "number": cycle.number,
            "reasons": list(reasons),
            **_model_of(cycle.policy),
        },
        may_hear=gateway.leads_of(campaigns),
    )


def _model_of(policy: Policy | None) -> dict[str, str]:
    """What a program needs to serve it: its id, and where its files lie under the artifacts; of
    the base model, which the installation names, nothing."""
    return {"policy": str(policy.uuid), "folder": policy.folder} if policy is not None else {}


def _page_of(cycle: Cycle, kind: NoticeKind) -> str:
    """Where to read on: of a policy that went into service the answers beside the old ones."""
    if kind == NoticeKind.CYCLE_PROMOTED and cycle.policy is not None:
        return reverse("rewards:answers", args=[cycle.policy.uuid])
    return reverse("rewards:one_cycle", args=[cycle.track.uuid, cycle.number])


def tell_of_waiting(cycle: Cycle, policy: Policy) -> None:
    """A policy passed the gate and waits for a person: whoever hears of held ones hears of it, for
    the policy in service stays. Call it in the transaction of the gate's answer."""
    tell(
        kind=NoticeKind.CYCLE_HELD,
        key=f"{NoticeKind.CYCLE_HELD}:{cycle.uuid}:waits",
        title=f"“{cycle.track.name}”: policy {policy.number} of cycle {cycle.number} waits for a "
        "person",
        says=(
            "It is as good as the gate asks. Read its answers beside those of the policy in "
            "service, then promote or hold it on its page."
        ),
        path=reverse("rewards:answers", args=[policy.uuid]),
        facts={
            "track": str(cycle.track.uuid),
            "cycle": str(cycle.uuid),
            "number": cycle.number,
            **_model_of(policy),
            "outcome": Outcome.WAITING,
            "reasons": [],
        },
        may_hear=gateway.leads_of(campaigns_of(cycle.track)),
    )


def tell_of_decision(decision: Decision) -> None:
    """A person has put a policy in service: whoever wants to hear of promotions hears of it. Call
    it in the transaction of the decision."""
    policy = decision.policy
    tell(
        kind=NoticeKind.CYCLE_PROMOTED,
        key=f"{NoticeKind.CYCLE_PROMOTED}:decision:{decision.pk}",
        title=f"“{policy.track.name}”: policy {policy.number} is in service, by {decision.by}",
        says="\n".join([*decision.reasons, "It writes the next candidates."]),
        path=reverse("rewards:policy", args=[policy.uuid]),
        facts={
            "track": str(policy.track.uuid),
            **_model_of(policy),
            "number": policy.number,
            "act": decision.act,
            "reasons": list(decision.reasons),
        },
        may_hear=gateway.leads_of(campaigns_of(policy.track)),
    )
