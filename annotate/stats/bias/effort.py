"""Signs of haste and of pasting, and how long one's own texts are beside other people's."""

from dataclasses import dataclass

import numpy as np

from annotate.stats.arrays import Flags, Floats, Ints, summed
from commons.stats.resampling import POISSON, TABLE, Sliced, percentiles, ratios_by_slice

FASTEST = 600.0
"""Words a minute that hardly anybody reads with understanding: silent reading of English is 238 on
average and 175 to 300 for most (Brysbaert 2019, "How Many Words Do We Read per Minute?")."""


@dataclass(frozen=True, slots=True)
class Hurry:
    """Which judgements took less than reading takes, and each rater's share of them."""

    hurried: Flags  # (n,)
    shares: Sliced  # by rater


def hurry(
    raters: Ints,
    prompts: Ints,
    words: Floats,
    seconds: Floats,
    *,
    rng: np.random.Generator,
    fastest: float = FASTEST,
    least: int = 5,
    level: float = 0.95,
) -> Hurry:
    """``words`` of all that was to be read, ``seconds`` active; nan is not measured, and neither
    hurried nor not. In languages without spaces give characters / 2 as words. Who has
    read the prompt before, or only looks at code, is quick with reason: look before asking."""
    told = np.isfinite(words) & np.isfinite(seconds) & (words > 0)
    hurried = told & (np.where(told, seconds, 0) * fastest < np.where(told, words, 0) * 60)
    shares = ratios_by_slice(
        hurried.astype(np.float64),
        told.astype(np.float64),
        slices=raters,
        prompts=prompts,
        rng=rng,
        least=least,
        level=level,
    )
    return Hurry(hurried, shares)


def paste_shares(
    raters: Ints,
    prompts: Ints,
    typed: Floats,
    pasted: Floats,
    *,
    rng: np.random.Generator,
    least: int = 5,
    level: float = 0.95,
) -> Sliced:
    """Of the characters that each rater put in, the share that was pasted. A text written in
    another program is pasted too, and so is code that was tried first."""
    told = np.isfinite(typed) & np.isfinite(pasted)
    total = np.where(told, typed + pasted, 0)
    return ratios_by_slice(
        np.where(told, pasted, 0.0),
        total,
        slices=raters,
        prompts=prompts,
        rng=rng,
        least=least,
        level=level,
    )


def own_verbosity(
    raters: Ints,
    prompts: Ints,
    words: Floats,
    alike: Ints,
    *,
    rng: np.random.Generator,
    rounds: int = 200,
    least: int = 5,
    level: float = 0.95,
) -> Sliced:
    """The mean of log(words of one's text / geometric mean of other people's of the same kind).

    One entry for each text; ``alike`` is what makes texts comparable: the prompt where several
    people answer it, else its skill and language. 0 is as long as others', log 2 twice as long.
    Texts of which nobody else wrote one alike say nothing. Other people's texts are resampled
    too: their mean is no surer than their prompts are many.
    """
    texts, keys = _texts(raters, prompts, words, alike)
    above, below = texts.apart(np.ones(len(words)))
    drawn = np.empty((rounds, len(keys)))
    for at in range(rounds):
        weights = POISSON[rng.integers(0, TABLE, size=texts.prompts, dtype=np.uint16)]
        drawn[at] = _ratios(*texts.apart(weights[texts.prompt].astype(np.float64)))
    n = texts.told_of
    kept = np.flatnonzero(n >= least)
    lows, highs = np.array([percentiles(drawn[:, each], level) for each in kept]).reshape(-1, 2).T
    values, left_out = _ratios(above, below)[kept], keys[(n > 0) & (n < least)]
    return Sliced(keys[kept], values, lows, highs, n[kept], left_out, level)


@dataclass(frozen=True, slots=True, eq=False)
class _Texts:
    """Codes from 0 of each text's prompt and cell, which is all that one rater wrote of a kind."""

    logs: Floats  # (n,) of their words
    prompt: Ints  # (n,)
    cell: Ints  # (n,)
    kind: Ints  # (cells,)
    rater: Ints  # (cells,)

    @property
    def prompts(self) -> int:
        return int(self.prompt.max(initial=-1)) + 1

    @property
    def told_of(self) -> Ints:
        """Of each rater the prompts with a text of which somebody else wrote one alike."""
        told = (np.bincount(self.kind)[self.kind] > 1)[self.cell]
        pairs = np.unique(np.column_stack([self.rater[self.cell], self.prompt])[told], axis=0)
        return np.bincount(pairs[:, 0], minlength=int(self.rater.max(initial=-1)) + 1)

    def apart(self, weights: Floats) -> tuple[Floats, Floats]:
        """Of each rater the sum of what sets texts apart from others', and how many texts."""
        n = np.bincount(self.cell, weights, len(self.kind))
        sums = np.bincount(self.cell, weights * self.logs, len(self.kind))
        others = np.bincount(self.kind, n)[self.kind] - n
        of_others = np.bincount(self.kind, sums)[self.kind] - sums
        told = others > 0
        apart = np.where(told, sums - n * of_others / np.where(told, others, 1), 0)
        columns = np.column_stack([apart, np.where(told, n, 0)])
        above, below = summed(columns, self.rater, int(self.rater.max(initial=-1)) + 1).T
        return above, below


def _texts(raters: Ints, prompts: Ints, words: Floats, alike: Ints) -> tuple[_Texts, Ints]:
    keys, rater = np.unique(raters, return_inverse=True)
    _, kind = np.unique(alike, return_inverse=True)
    _, prompt = np.unique(prompts, return_inverse=True)
    cells, cell = np.unique(np.column_stack([kind, rater]), axis=0, return_inverse=True)
    logs = np.log(np.maximum(words, 1.0))
    return _Texts(logs, prompt, cell.ravel(), cells[:, 0], cells[:, 1]), keys


def _ratios(above: Floats, below: Floats) -> Floats:
    """nan where there is nothing."""
    none = np.full(len(above), np.nan)
    return np.asarray(np.divide(above, below, out=none, where=below > 0), dtype=np.float64)
