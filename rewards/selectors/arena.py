"""Who may meet in an arena, and what people said there."""

from collections.abc import Collection

from django.db.models import Q

from annotate import gateway
from commons.shapes import uuid_in
from rewards.enums import PolicyState
from rewards.models import Arena, Contest, Policy, Track
from rewards.stats.contests import NEVER_MET, Meeting, meetings_of, pair_of
from rewards.stats.leaderboard import Answer, Ordered, Vote, votes_of

NEWEST_ORDERS = 3000  # of which a leaderboard is made: a page's worth of work


def contestants(track: Track) -> list[Policy]:
    """The policies that may meet in an arena: those not retired, and the one that the policy in
    service came from, so that a new one in service has somebody to be measured against."""
    service = track.policies.filter(state=PolicyState.PROMOTED)
    found = track.policies.filter(
        ~Q(state=PolicyState.RETIRED) | Q(pk__in=service.values("parent"))
    )
    return list(found.select_related("track").order_by("number"))


def contest_votes(track: Track) -> list[Vote]:
    """What people said in the contests of a track's arenas; each vote weighs 1 / propensity.

    Of the newest ``NEWEST_ORDERS`` rankings of their campaigns. An order of answers that were not
    drawn to meet is none, whatever they say of themselves.
    """
    campaigns = sorted(set(track.arenas.values_list("campaign", flat=True)))
    orders = gateway.orders_of_people(campaigns, limit=NEWEST_ORDERS)
    named = [(order, name) for order in orders if (name := _contest_of(order))]
    drawn = _drawn(track, {name for _, name in named})
    found = []
    for order, name in named:
        models, propensity = drawn.get(name, (frozenset(), 1.0))
        if {each.source for tier in order.tiers for each in tier} <= models:
            tiers = [[Answer.of(each.source, each.text) for each in tier] for tier in order.tiers]
            found.append(Ordered(order.prompt, tiers, weight=1 / propensity))
    return votes_of(found)


def _contest_of(order: gateway.PeoplesOrder) -> str:
    """The one contest that all its answers name; empty where they name none, or several."""
    names = {each.contest for tier in order.tiers for each in tier}
    return names.pop() if len(names) == 1 else ""


def _drawn(track: Track, names: Collection[str]) -> dict[str, tuple[frozenset[str], float]]:
    """Those of these that are contests of a track: who meets there, and the pair's chance."""
    rows = Contest.objects.filter(
        arena__track=track, uuid__in=[each for each in names if uuid_in(each)]
    ).values_list("uuid", "first__uuid", "second__uuid", "propensity")
    return {
        str(uuid): (frozenset({f"policy:{first}", f"policy:{second}"}), propensity)
        for uuid, first, second, propensity in rows
    }


def met_in_arena(policy: Policy) -> Meeting:
    """How a policy fares in the arena against the one that it came from."""
    if policy.parent_id is None or not Arena.objects.filter(track=policy.track_id).exists():
        return NEVER_MET
    parent = policy.parent
    assert parent is not None  # its id is there
    ours, theirs = (f"policy:{each.uuid}" for each in (policy, parent))
    found = meetings_of(contest_votes(policy.track)).get(pair_of(ours, theirs), NEVER_MET)
    return found if pair_of(ours, theirs) == (ours, theirs) else found.turned()
