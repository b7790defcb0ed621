"""Dawid and Skene: what each flag or choice really is, and how each rater mistakes it.

Dawid and Skene (1979), "Maximum Likelihood Estimation of Observer Error-Rates Using the EM
Algorithm": a unit is of class c with chance π_c, and rater k then says l with chance θ_k[c, l],
independently of the others. Here with a few imagined judgements for each rater, so that nobody is
thought perfect, or hopeless, after three.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from annotate.stats.arrays import Floats, Ints
from commons.stats.errors import (
    InconsistentData,
    NotConverged,
    NotEnoughData,
    NotEnoughOverlap,
)
from commons.stats.logistic import logistic


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """n labels 0 .. v - 1; what was not asked or not answered has no row."""

    units: Ints  # (n,)
    raters: Ints  # (n,)
    labels: Ints  # (n,)


@dataclass(frozen=True, slots=True, eq=False)
class DawidSkene:
    """``right[k]`` is the chance that rater k says what is so, of a unit like those judged."""

    raters: Ints  # (r,)
    confusion: Floats  # (r, v, v): said, given what is so; rows sum to 1
    right: Floats  # (r,), Σ π_c θ_k[c, c]
    lows: Floats  # (r,)
    highs: Floats  # (r,)
    judged: Ints  # (r,) labels given
    shares: Floats  # (v,), π
    units: Ints  # (u,)
    chances: Floats  # (u, v): of each class, given what was said
    iterations: int
    level: float


def dawid_skene(
    given: Labels,
    *,
    right: float = 2.0,
    wrong: float = 1.0,
    level: float = 0.95,
    tolerance: float = 1e-5,
    max_iterations: int = 2000,
) -> DawidSkene:
    """Classes and confusions by EM, from the shares of votes.

    ``right`` and ``wrong`` judgements are imagined for every rater and class, the wrong ones on
    all other labels evenly. The interval takes classes as uncertain as the votes leave them and
    the other raters as known (information from the slopes: Berndt, Hall, Hall and Hausman 1974),
    on the logit scale. Labels of one unit should be mistaken independently: where a page leads
    many people into the same mistake, the mistake is taken for the truth.
    """
    units, unit = np.unique(given.units, return_inverse=True)
    raters, rater = np.unique(given.raters, return_inverse=True)
    v = _labels_in(given, unit, len(units))
    imagined = np.full((v, v), wrong / (v - 1)) + np.eye(v) * (right - wrong / (v - 1))
    said = rater * v + given.labels
    votes = np.bincount(unit * v + given.labels, minlength=len(units) * v).reshape(-1, v)
    chances = votes / votes.sum(axis=1, keepdims=True)
    for iteration in range(1, max_iterations + 1):
        shares, confusion = _fitted(chances, unit, said, imagined, len(raters))
        before, chances = chances, _chances(shares, confusion, unit, said, len(units))
        if np.abs(chances - before).max() < tolerance:
            return _result(given, chances, imagined, iteration, level)
    raise NotConverged(f"classes still move after {max_iterations} steps.")


def _result(
    given: Labels, chances: Floats, imagined: Floats, iterations: int, level: float
) -> DawidSkene:
    units, unit = np.unique(given.units, return_inverse=True)
    raters, rater = np.unique(given.raters, return_inverse=True)
    said = rater * len(imagined) + given.labels
    shares, confusion = _fitted(chances, unit, said, imagined, len(raters))
    accuracy = np.einsum("c,kcc->k", shares, confusion)
    errors = _errors(chances[unit], said, shares, confusion, imagined)
    reach = NormalDist().inv_cdf(0.5 + level / 2) * errors / (accuracy * (1 - accuracy))
    middle = np.log(accuracy / (1 - accuracy))
    return DawidSkene(
        raters,
        confusion,
        accuracy,
        logistic(middle - reach),
        logistic(middle + reach),
        np.bincount(rater),
        shares,
        units,
        chances,
        iterations,
        level,
    )


def _labels_in(given: Labels, unit: Ints, units: int) -> int:
    if not len(given.units) == len(given.raters) == len(given.labels):
        raise InconsistentData("units, raters and labels must be equally long.")
    if not len(unit) or np.bincount(unit, minlength=units).max() < 2:
        raise NotEnoughOverlap("nothing was labelled by two people, so nobody can be relied on.")
    if given.labels.min() < 0:
        raise InconsistentData("labels are 0 .. v - 1; leave out what was not given.")
    v = int(given.labels.max()) + 1
    if v < 2:
        raise NotEnoughData("everybody gave the same label; nothing is known about mistakes.")
    return v


def _fitted(
    chances: Floats, unit: Ints, said: Ints, imagined: Floats, raters: int
) -> tuple[Floats, Floats]:
    """π and θ that the chances of the classes make likeliest."""
    v = chances.shape[1]
    counts = np.stack(
        [np.bincount(said, chances[unit, c], raters * v).reshape(-1, v) for c in range(v)], axis=1
    )
    smooth = counts + imagined
    return chances.mean(axis=0), smooth / smooth.sum(axis=2, keepdims=True)


def _chances(shares: Floats, confusion: Floats, unit: Ints, said: Ints, units: int) -> Floats:
    v = len(shares)
    table = np.log(confusion).transpose(0, 2, 1).reshape(-1, v)  # (raters v, classes), by said
    with np.errstate(divide="ignore"):
        logs = np.tile(np.log(shares), (units, 1))
    for c in range(v):
        logs[:, c] += np.bincount(unit, table[said, c], units)
    logs -= logs.max(axis=1, keepdims=True)
    chances = np.exp(logs)
    return np.asarray(chances / chances.sum(axis=1, keepdims=True), dtype=np.float64)


def _errors(
    classes: Floats, said: Ints, shares: Floats, confusion: Floats, imagined: Floats
) -> Floats:
    """The standard error of Σ π_c θ[c, c] of each rater; ``classes`` (n, v) are the chances of the
    unit of each label. With softmax logits φ of each row of θ, a label l has the slope
    T(c) (1[l = j] - θ[c, j]) by φ[c, j]."""
    raters, v, _ = confusion.shape
    information = np.zeros((raters, v, v, v, v))
    own = np.eye(v)[None, None] - confusion[:, :, None, :]  # (raters, c, l, j)
    for c in range(v):
        for d in range(v):
            sums = np.bincount(said, classes[:, c] * classes[:, d], raters * v).reshape(-1, v)
            information[:, c, :, d] = np.einsum("kl,klj,klm->kjm", sums, own[:, c], own[:, d])
    total = imagined.sum(axis=1)[0]
    for c in range(v):
        row = confusion[:, c]
        spread = row[:, :, None] * np.eye(v) - row[:, :, None] * row[:, None, :]
        information[:, c, :, c] += total * spread
    diagonal = np.einsum("kcc->kc", confusion)
    slope = np.einsum("c,kc,kccj->kcj", shares, diagonal, own).reshape(raters, -1)
    inverse = np.linalg.pinv(information.reshape(raters, v * v, v * v), hermitian=True)
    return np.asarray(np.sqrt(np.einsum("ki,kij,kj->k", slope, inverse, slope)), dtype=np.float64)
