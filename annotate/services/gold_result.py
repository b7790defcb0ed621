"""What a person handed in is held against the right order, in the transaction that keeps it."""

from contextlib import suppress

from annotate.enums import LanePurpose, PauseCause
from annotate.models import Gold, GoldResult, Membership, Ranking
from annotate.people_errors import AlreadyPaused
from annotate.selectors.gold import rules_of, standing_with
from annotate.selectors.pause import not_paused_by_campaign
from annotate.services.attempt import close_attempt_if_done, open_attempt_of
from annotate.services.pause import pause_member
from annotate.stats.gold import Standing, agreement_with


def keep_gold_result(*, ranking: Ranking, person: int) -> GoldResult | None:
    """Keep, or keep anew after a change, how far an order agrees with the right one.

    None where the item is gold no more. Whoever is shown to agree too little is paused. Call
    inside the transaction that keeps the ranking.
    """
    turn = ranking.assignment
    assert turn is not None  # a_ranking_that_is_work_has_a_turn
    golds = Gold.objects.filter(task__assignments=turn)
    gold = golds.select_related("answer", "campaign").first()
    if gold is None:
        return None
    agreed, compared = agreement_with(ranking.tiers, right=gold.answer.tiers)
    attempt = open_attempt_of(gold, turn)
    kept, _ = GoldResult.objects.update_or_create(
        assignment=turn,
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
    theirs = Membership.objects.filter(campaign=gold.campaign, person=person, active=True)
    found = not_paused_by_campaign(theirs).select_related("person", "campaign")
    membership = found.first()
    if rules.pause_below is None or membership is None:
        return
    standing = standing_with(membership.person, gold.campaign)
    if standing is None or not standing.is_below:
        return
    with suppress(AlreadyPaused):  # by what they handed in at once, or by a lead
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
