"""What the votes between two sources of answers have told already, for a plan of more of them."""

from dataclasses import dataclass

import numpy as np

from annotate.stats.arrays import Floats, Ints
from commons.stats.vote_ratings import Contests, rate_votes


@dataclass(frozen=True, slots=True)
class Meeting:
    """``error`` is that of the difference in logits, by prompt; ``by_prompt`` how much wider than
    of independent votes it is, squared."""

    votes: int  # strict ones
    prompts: int
    tied: float  # of all votes
    error: float
    by_prompt: float


def meeting_of(won: Floats, prompts: Ints) -> Meeting:
    """From each vote: 1 the first, 0 the second, 1/2 a tie.

    Ties are left out of the difference, as the plan takes them for lost. Independent votes would
    have the variance 1 / (n p (1 - p)); that chance makes the sandwich narrower is not believed.
    Raises what ``rate_votes`` raises, where one side never won or all is of one prompt.
    """
    strict = won != 0.5
    n = int(strict.sum())
    first, second = np.zeros(n, np.int64), np.ones(n, np.int64)
    found = rate_votes(Contests(first, second, won[strict], prompts[strict]))
    cov = found.covariance
    variance = float(cov[0, 0] + cov[1, 1] - 2 * cov[0, 1])
    p = float(won[strict].mean())
    return Meeting(
        n,
        found.prompts,
        1 - n / len(won),
        variance**0.5,
        max(1.0, variance * n * p * (1 - p)),
    )
