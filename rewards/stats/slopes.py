"""What a score rises with within a prompt: length, markdown, refusal; beside what people like.

Standardised within the prompt: score and property are taken less their means over the prompt's
answers, then the slope is measured in standard deviations. With one property that is the pooled
within-prompt correlation,

    sum(x y) / sqrt(sum(x x) sum(y y)),

so -1 ... 1, and 0 where the score does not follow the property. Under *people* stands the same
for the negative rank that people gave. Rewarding length is a fault only where people do not.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from rewards.stats.resampling import Interval, Resampling
from rewards.stats.seen import Answer, Floats, Ints, Seen

STEPS = 10  # groups of equal size in which the score is drawn against length

PROPERTIES: Mapping[str, Callable[[Answer], float]] = {
    "log_characters": lambda answer: answer.log_characters,
    "markdown": lambda answer: answer.markdown,
    "refusal": lambda answer: float(answer.refuses),
}


def slopes_of(rankings: Sequence[Seen], resampling: Resampling) -> dict[str, object]:
    """For each property the model's slope and the people's; None where no prompt varies in it."""
    prompts, scores, ranks = _columns(rankings)
    found: dict[str, object] = {}
    for name, of in PROPERTIES.items():
        values = centred(np.array([of(a) for seen in rankings for a in seen.answers]), prompts)
        found[name] = {
            "model": _correlation(values, scores, prompts, resampling),
            "people": _correlation(values, ranks, prompts, resampling),
        }
    return found


def score_by_length(rankings: Sequence[Seen], resampling: Resampling) -> list[dict[str, object]]:
    """The mean score of answers from the shortest to the longest of their prompts.

    ``times`` is how many times as long as its prompt's (geometric) mean an answer is; scores and
    ranks are in standard deviations from their prompt's mean.
    """
    prompts, scores, ranks = _columns(rankings)
    lengths = np.array([a.log_characters for seen in rankings for a in seen.answers])
    relative = centred(lengths, prompts)
    if len(relative) < STEPS or not scores.any() or not ranks.any():
        return []
    model, people = scores / scores.std(), ranks / ranks.std()
    order = np.argsort(relative, kind="stable")
    return [
        {
            "times": float(np.exp(relative[part].mean())),
            "model": resampling.mean(model[part], prompts[part]),
            "people": resampling.mean(people[part], prompts[part]),
            "answers": len(part),
        }
        for part in np.array_split(order, STEPS)
    ]


def centred(values: Floats, prompts: Ints) -> Floats:
    """``values`` less the mean over the entries of the same prompt."""
    _, places = np.unique(prompts, return_inverse=True)
    means = np.bincount(places, weights=values) / np.bincount(places)
    return np.asarray(values - means[places], dtype=np.float64)


def _columns(rankings: Sequence[Seen]) -> tuple[Ints, Floats, Floats]:
    """Prompt, centred score and centred negative rank of every answer of every ranking."""
    names = [seen.prompt_id for seen in rankings for _ in seen.answers]
    prompts = np.unique(names, return_inverse=True)[1].astype(np.int64)
    scores = np.array([answer.score for seen in rankings for answer in seen.answers])
    ranks = np.array([-float(rank) for seen in rankings for rank in seen.ranks])
    return prompts, centred(scores, prompts), centred(ranks, prompts)


def _correlation(x: Floats, y: Floats, prompts: Ints, resampling: Resampling) -> Interval | None:
    def ratio(totals: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(totals[0] / np.sqrt(totals[1] * totals[2]))

    return resampling.statistic([x * y, x * x, y * y], prompts, ratio)
