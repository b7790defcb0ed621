"""How people rate the policies of a track."""

from annotate import gateway
from rewards.models import Track
from rewards.selectors.arena import NEWEST_ORDERS
from rewards.selectors.track import campaigns_of
from rewards.stats.leaderboard import ROUNDS, Answer, Leaderboard, Ordered, leaderboard, votes_of


def leaderboard_of(track: Track) -> Leaderboard:
    """How people rate the policies of a track and the servers beside them, by what they ordered.

    Of the newest ``NEWEST_ORDERS`` rankings of its campaigns. Raises ``StatisticsError`` where the
    votes allow no rating.
    """
    ours = {f"policy:{each}" for each in track.policies.values_list("uuid", flat=True)}
    orders = [
        Ordered(
            found.prompt,
            [
                [
                    Answer.of(each.source, each.text)
                    for each in tier
                    if each.source in ours or each.source.startswith("server:")
                ]
                for tier in found.tiers
            ],
        )
        for found in gateway.orders_of_people(campaigns_of(track), limit=NEWEST_ORDERS)
    ]
    return leaderboard(votes_of(orders), rounds=ROUNDS)
