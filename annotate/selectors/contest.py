"""Orders in which people put answers of models: what ratings of the models are made from."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from annotate.enums import CountsAs, RaterKind
from annotate.models import Candidate, Ranking, Rejection
from annotate.selectors.standing import STANDS


class Placed(NamedTuple):
    """One answer in an order; ``contest`` as its sampling record names it, else empty."""

    source: str
    text: str
    contest: str = ""


class Order(NamedTuple):
    """Answers to one prompt, best first, equals together."""

    prompt: int
    tiers: list[list[Placed]]


def orders_of_people(campaigns: Sequence[UUID], *, limit: int) -> list[Order]:
    """The newest current orders by people in these campaigns that count.

    What was turned down or voided does not, and what nobody could rank is in no order.
    """
    turned_down = Rejection.objects.filter(root=OuterRef("root"))
    counts = Q(counts_as=CountsAs.WORK) | Q(counts_as=CountsAs.HELD_OUT)
    rows = list(
        Ranking.objects.filter(STANDS, counts, ~Exists(turned_down))
        .filter(campaign__uuid__in=campaigns, current=True, rater__kind=RaterKind.PERSON)
        .order_by("-created_at", "-pk")
        .values_list("prompt_id", "tiers")[:limit]
    )
    names = {name for _, tiers in rows for tier in tiers for name in tier}
    placed = _placed(sorted(names))
    return [
        Order(prompt, [[placed[name] for name in tier if name in placed] for tier in tiers])
        for prompt, tiers in rows
    ]


def _placed(names: Sequence[str]) -> dict[str, Placed]:
    found: dict[str, Placed] = {}
    for start in range(0, len(names), 5000):
        for each in Candidate.objects.filter(uuid__in=names[start : start + 5000]).only(
            "uuid", "source", "messages", "sampling"
        ):
            contest = str(each.sampling.get("contest", ""))
            found[str(each.uuid)] = Placed(each.source, each.text, contest)
    return found
