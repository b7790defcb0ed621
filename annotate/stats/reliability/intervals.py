"""Intervals of consistencies: what a rater may be worth, the others being worth what fits it best.

An η is in the interval if the slope of the likelihood there is no further from 0 than chance takes
it: a score test (Rao 1948) with all other raters profiled out, whose error knows that pairs of one
ranking hang together (Pace, Salvan and Sartori 2011, "Adjusting Composite Likelihood Ratio
Statistics"). Its error is that at this η. An error at the estimate, on the logit scale, grows with
the estimate beyond all bounds, and shrinks where chance drew a good rater down: what such an
interval then leaves out is above it.

The imagined votes, which draw a good rater of few votes down by several such errors, count in the
estimate but in no interval. Nor do they count, all but a tenth, in what the others are worth there:
one step of Newton's moves them from where they were found to where they would be without, if the
rater were worth that η. Left where they were, they would be held for worse than they are; and a
rater's own votes, which helped to say whom to believe, would be believed the more for it.
"""

from statistics import NormalDist

import numpy as np

from annotate.stats.arrays import Floats, Ints
from annotate.stats.reliability.information import Links, Told
from annotate.stats.reliability.prior import Prior

KEPT = 0.1  # of the imagined votes, so that a step has an end
HELD = 3  # times the imagined votes, where it is said how well the others are known
FARTHEST = 2.0  # logits that a step moves another rater
HALVINGS = 14  # of the way to 0 or 1: ends to 1e-4
NEAR = 3e-3  # how near to 0 or 1 the other votes may come
UNFIT = 3.3  # errors, which chance passes once in a thousand times
NOTHING = 1e-6  # of information, less than which rounding makes of none


class Profile:
    """Of what the votes told when raters were found to be worth ``eta``, under ``prior``."""

    def __init__(self, told: Told, eta: Floats, prior: Prior) -> None:
        self.told, self.eta = told, eta
        surprise, varies = self._surprises(eta, told.toward)
        lean = 2 * told.toward - 1
        self.pull = self._trust(eta) * surprise
        imagined, bend = prior.curvature(eta), self._bend(lean * surprise)
        self.inverse = np.linalg.inv(bend + np.diag(KEPT * imagined))
        self.freed = -(1 - KEPT) * prior.slope(eta)
        squares, self.prompts = told.squares_by_prompt(lean * surprise)
        together = squares / np.maximum(told.by_rater(lean**2 / varies), NOTHING)
        self.error = np.maximum(together, 1) * _left(bend, HELD * imagined)

    def limits(self, level: float) -> tuple[Floats, Floats]:
        """Votes better than those of somebody perfect, or worse than perfectly wrong, leave no η:
        the interval then goes from the estimate to that end. Where that is no chance any more, the
        spread of scores does not fit, and it is of all η that chance takes as far from that end."""
        reach = _student(NormalDist().inv_cdf(0.5 + level / 2), self.prompts - 1)
        wrong, perfect = (self.slope_at(np.full(len(self.eta), end)) for end in (0.0, 1.0))
        lows = self._where(np.where(perfect > UNFIT, perfect + reach, reach))
        highs = self._where(np.where(wrong < -UNFIT, wrong - reach, -reach))
        none = lows + highs
        return np.where(none >= 2, self.eta, lows), np.where(none <= 0, self.eta, highs)

    def slope_at(self, eta: Floats) -> Floats:
        """Of each rater's own η, in errors, with all others found anew."""
        moved = self._moved(eta)
        surprise, varies = self._surprises(eta, moved)
        lean = 2 * moved - 1
        information = self.told.by_rater(lean**2 / varies)
        slope = self.told.by_rater(lean * surprise)
        return slope / np.sqrt(self.error * np.maximum(information, NOTHING))

    def _where(self, reach: Floats) -> Floats:
        """The η at which the slope, which falls, comes to ``reach``; 0 or 1 if it never does."""
        under, over = np.zeros(len(self.eta)), np.ones(len(self.eta))
        for _ in range(HALVINGS):
            middle = (under + over) / 2
            steeper = self.slope_at(middle) > reach
            under, over = np.where(steeper, middle, under), np.where(steeper, over, middle)
        return np.where(under == 0, 0, np.where(over == 1, 1, (under + over) / 2))

    def _moved(self, eta: Floats) -> Floats:
        """g of every vote, if its rater is worth ``eta`` and the others what fits that."""
        surprise, _ = self._surprises(eta, self.told.toward)
        pull = self._trust(eta) * surprise - self.pull
        slopes = self.told.by_two(pull[links.votes] * links.tilts for links in self.told.links)
        slopes += self.freed[:, None]
        steps = self.inverse @ slopes
        steps -= self.inverse * (np.diag(steps) / np.diag(self.inverse))  # the rater's own is given
        steps = np.clip(steps, -FARTHEST, FARTHEST).ravel()
        moved = self.told.toward.copy()
        for links in self.told.links:
            moved[links.votes] += links.tilts * steps[links.raters]
        return np.clip(moved, NEAR, 1 - NEAR)

    def _bend(self, slopes: Floats) -> Floats:
        """The information of all logits: outer products of slopes by pair (Berndt, Hall, Hall and
        Hausman 1974, "Estimation and Inference in Nonlinear Structural Models")."""
        scaled = slopes * (self.eta * (1 - self.eta))[self.told.raters]

        def product(links: Links) -> Floats:
            return scaled[links.votes] * scaled[links.others]

        return self.told.by_two(map(product, self.told.links)) + np.diag(
            self.told.by_rater(scaled**2)
        )

    def _surprises(self, eta: Floats, toward: Floats) -> tuple[Floats, Floats]:
        """e of every vote, and p (1 - p)."""
        chance = 0.5 + self._trust(eta) * (toward - 0.5)
        varies = chance * (1 - chance)
        return (self.told.said - chance) / varies, varies

    def _trust(self, eta: Floats) -> Floats:
        return (2 * eta - 1)[self.told.raters]


def _student(z: float, freedom: Ints) -> Floats:
    """The quantile of Student's t beside the normal one (Abramowitz and Stegun 1964, 26.7.5): the
    error is a sum over a rater's prompts."""
    nu = np.maximum(freedom, 1)
    return np.asarray(z + (z**3 + z) / (4 * nu) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * nu**2))


def _left(bend: Floats, held: Floats) -> Floats:
    """The share of each rater's information that is left when the others are unknown but for
    ``held``. Outer products of few slopes hang together by chance as well, hence so much of it."""
    own = np.diag(bend)
    left = 1 / np.diag(np.linalg.inv(bend + np.diag(held))) - held
    return np.where(own > NOTHING, np.clip(left / np.maximum(own, NOTHING), 0.05, 1), 1)
