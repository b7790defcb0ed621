"""What each rater weighs in a dataset: found once, with its members, and never again."""

from annotate.enums import Origin
from annotate.export.policy import policy_from
from annotate.models import Rater, Snapshot, SnapshotWeight
from annotate.selectors.consistency import consistencies_over
from annotate.stats.reliability.weights import UNKNOWN_RATER, weight_of


def freeze_weights(*, snapshot: Snapshot) -> list[str]:
    """Write down what the raters of its members weigh; say it in lines, by their public ids.

    Call inside the transaction that writes the members. Labels that a reviewer settled weigh 1,
    whoever that was, so a rater of those alone has no figure. Nothing where all weigh the same.
    """
    if not policy_from(snapshot.policy).weighs:
        return []
    known = consistencies_over(list(snapshot.campaigns.order_by("uuid")))
    judged = snapshot.members.order_by().exclude(ranking__origin=Origin.RESOLUTION)
    raters = Rater.objects.filter(pk__in=judged.values("ranking__rater")).order_by("uuid")
    rows = [
        SnapshotWeight(
            snapshot=snapshot, rater=rater, weight=weight_of(known.get(rater.pk, UNKNOWN_RATER))
        )
        for rater in raters.only("pk", "uuid")
    ]
    SnapshotWeight.objects.bulk_create(rows, batch_size=1000)
    return [f"{row.rater.uuid} {row.weight}" for row in rows]


def weights_in(snapshot: Snapshot) -> dict[str, float] | None:
    """What each rater weighs, by their public ids; None where all weigh the same."""
    if not policy_from(snapshot.policy).weighs:
        return None
    kept = snapshot.weights.order_by("rater__uuid").values_list("rater__uuid", "weight")
    return {str(rater): weight for rater, weight in kept}
