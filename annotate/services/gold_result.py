"""What a person handed in is held against the right order, in the transaction that keeps it."""

from annotate.enums import LanePurpose, PauseCause
from annotate.models import Gold, GoldResult, Membership, Ranking
from annotate.selectors.gold import rules_of, standing_with
from annotate.services.attempt import close_attempt_if_done, open_attempt_of
from annotate.services.pause import pause_member
from annotate.stats.gold import Standing, agreement_with


def keep_gold_result(*, ranking: Ranking, person: int) -> GoldResult | None:
    """Keep, or keep anew after a change, how far an order agrees with the right one.

    None where the item is gold no more. Whoever is shown to agree too little is paused. Call
    inside the transaction that keeps the ranking.
    """
    assert ranking.assignment_id is not None  # a_ranking_that_is_work_has_a_turn
    golds = Gold.objects.filter(task__assignments=ranking.assignment_id)
    gold = golds.select_related("answer", "campaign").first()
    if gold is None:
        return None
    agreed, compared = agreement_with(ranking.tiers, right=gold.answer.tiers)
    attempt = open_attempt_of(gold, person)
    kept, _ = GoldResult.objects.update_or_create(
        assignment_id=ranking.assignment_id,
        defaults={
            "gold": gold,
            "person_id": person,
            "agreed": agreed,
            "compared": compared,
            "attempt": attempt,
        },
    )
    if gold.purpose == LanePurpose.GOLD:
        _pause_if_below(gold, person)
    if attempt is not None:  # its turn is closed by now
        close_attempt_if_done(attempt=attempt)
    return kept


def _pause_if_below(gold: Gold, person: int) -> None:
    rules = rules_of(gold.campaign)
    theirs = Membership.objects.filter(
        campaign=gold.campaign, person=person, active=True, paused=False
    )
    membership = theirs.select_related("person", "campaign").first()
    if rules.pause_below is None or membership is None:
        return
    standing = standing_with(membership.person, gold.campaign)
    if standing is None or not standing.is_below:
        return
    pause_member(
        membership=membership,
        cause=PauseCause.GOLD,
        evidence=_evidence(standing, rules.pause_below),
        by=None,
    )


def _evidence(standing: Standing, limit: float) -> dict[str, object]:
    return {
        "items": standing.items,
        "agreement": round(standing.agreement, 4),
        "low": round(standing.low, 4),
        "high": round(standing.high, 4),
        "limit": limit,
    }
