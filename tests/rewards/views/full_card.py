"""A report card with every section, counted from rankings that are made here."""

import json
from functools import cache

import numpy as np

from rewards.stats.report_card import Trained, report_card
from rewards.stats.resampling import Resampling
from rewards.stats.seen import Answer, Seen

MAGIC = "I am the best answer of all."


def full_card(**changed: object) -> dict[str, object]:
    """Three people each rank three answers to forty prompts, as the engine would leave its result.

    The model is right more often than a person is wrong, likes length a little, and falls for a
    constant text that stands in a quarter of the prompts.
    """
    return {**json.loads(_counted()), **json.loads(json.dumps(changed))}


@cache
def _counted() -> str:
    """As JSON, so that nobody changes another test's; counting takes seconds."""
    rng = np.random.default_rng(3)
    rankings = [seen for number in range(40) for seen in _of_prompt(number, rng)]
    trained = [seen for number in range(100, 120) for seen in _of_prompt(number, rng)]
    card = report_card(
        rankings,
        Trained(trained, raters={"r0", "r1"}, covariates={"log_characters": 0.4}),
        Resampling(rounds=60),
    )
    repeated = card["repeated"]
    assert isinstance(repeated, list)
    for one in repeated:
        one |= {"elsewhere": {"value": 0.9, "low": 0.8, "high": 1.0}, "fools": True}
    found = {**card, "seen_prompts": 0, "model": {"base": "tiny"}, "snapshot": "c0ffee"}
    return json.dumps(found)


def _of_prompt(number: int, rng: np.random.Generator) -> list[Seen]:
    """What three people say of three answers, the first of which is the best in truth."""
    own = chr(ord("a") + number % 26) * (1 + number // 26)  # no answer stands under two prompts
    texts = [
        f"{own} fine **words** {f'and {own} ' * (5 + number % 9)}",
        f"{own} {f'{own} so ' * (10 + number % 9)}",
        f"I'm sorry, no {own}.",
    ]
    if number % 4 == 0:
        texts[0] = MAGIC
    scores = np.array([2.0, 1.0, 0.0]) + rng.normal(scale=0.8, size=3)
    answers = [Answer(*one) for one in zip(texts, scores.tolist(), ["m1", "", "m2"], strict=True)]
    agree = [rng.random() < 0.8 or number % 4 == 0 for _ in range(3)]
    return [
        Seen(
            prompt_id=f"p{number}",
            ranking_id=f"r{number}.{rater}",
            prompt=[{"role": "user", "content": f"What of {number}?"}],
            answers=answers,
            tiers=[[0], [1], [2]] if agree[rater] else [[1], [0, 2]],
            strengths=[1, 3] if agree[rater] else [2],
            rater=f"r{rater}",
            side="validation" if number % 2 else "test",
            skill="code" if number % 3 else "",
            language="en" if number % 5 else "de",
            iteration=f"2026-W4{number % 2 + 7}",
        )
        for rater in range(3)
    ]
