"""Signs of haste and of pasting, and how long one's own texts are beside other people's."""

from dataclasses import dataclass

import numpy as np

from annotate.stats.arrays import Flags, Floats, Ints
from commons.stats.resampling import Sliced, ratios_by_slice

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
    least: int = 5,
    level: float = 0.95,
) -> Sliced:
    """The mean of log(words of one's text / geometric mean of other people's of the same kind).

    One entry for each text; ``alike`` is what makes texts comparable: the prompt where several
    people answer it, else its skill and language. 0 is as long as others', log 2 twice as long.
    Texts of which nobody else wrote one alike say nothing.
    """
    _, group = np.unique(alike, return_inverse=True)
    groups = int(group.max(initial=-1)) + 1
    logs = np.log(np.maximum(words, 1.0))
    mine = np.unique(np.column_stack([group, raters]), axis=0, return_inverse=True)[1].ravel()
    own_sum, own_n = np.bincount(mine, logs), np.bincount(mine)
    others = np.bincount(group, minlength=groups)[group] - own_n[mine]
    of_others = np.bincount(group, logs, groups)[group] - own_sum[mine]
    told = others > 0
    apart = np.where(told, logs - of_others / np.maximum(others, 1), 0.0)
    return ratios_by_slice(
        apart,
        told.astype(np.float64),
        slices=raters,
        prompts=prompts,
        rng=rng,
        least=least,
        level=level,
    )
