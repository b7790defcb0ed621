"""What a rater's consistency is worth where votes are added up, or rows weigh.

Under crowd Bradley-Terry a vote of rater k on two answers, +1 or -1, has the mean w_k (2 σ(d) - 1)
with w_k = 2 η_k - 1: the same number for all raters, shrunk by how consistent each is. Of readings
x_k = w_k s + noise of equal variance (that of votes on close answers is 1 for everybody) least
squares weighs each by w_k. So who votes by coin weighs nothing, and who is wholly consistent 1. The
logit of η (Nitzan and Paroush 1982, "Optimal Decision Rules in Uncertain Dichotomous Choice
Situations") is best where one answer is simply right; it has no upper bound, so that one person
near 1 would outvote everybody.
"""

UNKNOWN_RATER = 0.7  # the consistency of somebody of whom nothing is known yet
DIGITS = 3  # of a weight


def weight_of(consistency: float) -> float:
    """2 η - 1, no less than 0."""
    return round(max(0.0, 2 * consistency - 1), DIGITS)
