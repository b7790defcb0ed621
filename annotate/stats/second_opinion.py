"""PURE: with what chance an item gets a second opinion, from who gave the first."""

SURE = 0.95  # consistency from which nobody is asked for the sake of the first rater
COIN = 0.5
LEAST = 0.02  # of any item: agreement is told of all of them, so each must have a chance


def chance_of_second(consistency: float, *, floor: float, most: float) -> float:
    """From ``floor``, where the first rater is surely consistent, up to ``most`` for a coin.

    chance = floor + (most - floor) * (SURE - consistency) / (SURE - COIN), kept within both.
    ``consistency`` is the lower end of the rater's interval, so that whoever is little known is
    asked about oftener. Whatever it is, the chance is above 0 and known before the second opinion
    is: weighted by 1 / chance, what two people agree on is told of all items without bias
    (Horvitz and Thompson 1952).
    """
    least = max(floor, LEAST)
    need = min(max((SURE - consistency) / (SURE - COIN), 0.0), 1.0)
    return least + (max(most, least) - least) * need
