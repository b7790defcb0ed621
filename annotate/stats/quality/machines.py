"""A machine beside people: on the same votes, how often each is with the others. PURE.

Two people who are right 85 % of the time agree with each other on 0.85² + 0.15² = 74.5 % only, so
that plain agreement is no measure of a machine. Here one person at a time is held back, the
majority of the others on each pair is taken for the truth, and that person and the machine are
asked for it: the same votes for both, and their difference is fair.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from annotate.stats.agreement.rankings import UNKNOWN, Rankings
from annotate.stats.arrays import Floats, Ints, Small
from commons.stats.bootstrap import Estimate, bootstrap_difference, bootstrap_ratio

FEWEST = 5  # prompts of which anything is told, as of every other slice

Tiers = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, eq=False)
class Machine:
    """What one machine said of tasks. ``tiers`` has the columns of the people's rankings, and may
    have more; ``first`` of ``strict`` pairs, in each order it was shown, went to the answer that
    stood further up."""

    tasks: Ints  # (m,)
    prompts: Ints  # (m,)
    tiers: Small  # (m, k)
    first: Floats  # (m,)
    strict: Floats  # (m,)


@dataclass(frozen=True, slots=True)
class Beside:
    """Shares of the same ``votes`` that are with the others' majority; a machine's tie is half of
    one. ``lead`` is the machine's less the people's, paired by prompt."""

    people: Estimate
    machine: Estimate
    lead: Estimate
    votes: int


def beside_people(people: Rankings, machine: Machine, *, rng: np.random.Generator) -> Beside | None:
    """None where fewer than five prompts tell anything."""
    prompts, kept, mine, weights = _votes(people, machine)
    names, place = np.unique(prompts, return_inverse=True)
    if len(names) < FEWEST:
        return None
    below = np.bincount(place, weights)
    ours, theirs = (np.bincount(place, weights * each) for each in (mine, kept))
    return Beside(
        people=bootstrap_ratio(theirs, below, rng=rng),
        machine=bootstrap_ratio(ours, below, rng=rng),
        lead=bootstrap_difference(ours, below, theirs, below, rng=rng),
        votes=len(prompts),
    )


def _votes(people: Rankings, machine: Machine) -> tuple[Ints, Floats, Floats, Floats]:
    """Of each strict vote on a pair on which the others have a majority: its prompt, whether the
    person is with them, whether the machine is, and its weight."""
    shown = np.isin(people.tasks, machine.tasks)
    tasks, row = np.unique(people.tasks[shown], return_inverse=True)
    signs = people.signs()[shown].astype(np.int64)
    signs[signs == UNKNOWN] = 0
    sums = np.zeros((len(tasks), signs.shape[1]), np.int64)
    np.add.at(sums, row, signs)
    consensus = np.sign(sums[row] - signs)
    said = _signs(machine, people.tiers.shape[1])[_rows_of(machine.tasks, tasks)][row]
    votes = (signs != 0) & (consensus != 0) & (said != UNKNOWN)
    at = np.nonzero(votes)[0]
    return (
        people.prompts[shown][at],
        (signs[votes] == consensus[votes]).astype(np.float64),
        (said[votes] * consensus[votes] + 1) / 2,
        people.weights[shown][at],
    )


def _signs(machine: Machine, width: int) -> Ints:
    """No task that people share with it offers more answers than their widest."""
    n = len(machine.tasks)
    none, alike = np.zeros(n, np.int64), np.ones(n)
    alone = Rankings(machine.tasks, machine.prompts, none, machine.tiers[:, :width], alike)
    return alone.signs().astype(np.int64)


def _rows_of(tasks: Ints, wanted: Ints) -> Ints:
    """The row of each wanted task; each is there, once."""
    order = np.argsort(tasks, kind="stable")
    return np.asarray(order[np.searchsorted(tasks, wanted, sorter=order)], dtype=np.int64)


def leaning_of(machine: Machine, *, rng: np.random.Generator) -> Estimate | None:
    """The share of pairs, in each order by itself, that went to the answer shown first: a half
    where the place does not matter, since each pair is shown both ways round. Ties are left out."""
    _, place = np.unique(machine.prompts, return_inverse=True)
    first, strict = (np.bincount(place, each) for each in (machine.first, machine.strict))
    if np.count_nonzero(strict) < FEWEST:
        return None
    return bootstrap_ratio(first, strict, rng=rng)


def first_of(orders: Sequence[Sequence[str]], said: Sequence[Tiers]) -> tuple[int, int]:
    """Of a verdict in both orders: how many strict pairs went to the answer shown first, and how
    many there were. Nothing where it was asked in one order alone: good answers may stand first."""
    if len(said) < 2:
        return 0, 0
    first = strict = 0
    for order, tiers in zip(orders, said, strict=False):
        ranks = {answer: tier for tier, alike in enumerate(tiers) for answer in alike}
        shown = np.array([ranks[answer] for answer in order])
        ahead, behind = np.triu_indices(len(shown), 1)
        first += int((shown[ahead] < shown[behind]).sum())
        strict += int((shown[ahead] != shown[behind]).sum())
    return first, strict
