"""Put a text under prompts where it does not belong, and see whether the model prefers it there."""

from collections.abc import Mapping, Sequence

import numpy as np

from rewards.engine.chat import render
from rewards.engine.messages import Message
from rewards.engine.scorer import Scorer
from rewards.stats.repeated import forms_of, is_fooled
from rewards.stats.resampling import Interval, Resampling
from rewards.stats.seen import Seen, half_if_even

PROMPTS = 50  # under which a text is tried

Found = Mapping[str, object]


def probed(
    repeated: Sequence[Found], held_out: Sequence[Seen], scorer: Scorer, resampling: Resampling
) -> list[dict[str, object]]:
    """Each repeated text with ``elsewhere``: how often it beats the answers of other prompts.

    Only a whole text is tried; ``fools`` says whether the model surely prefers it, here or there.
    """
    found = []
    for one in repeated:
        elsewhere = None
        if one["form"] == "whole":
            elsewhere = _elsewhere(str(one["text"]), held_out, scorer, resampling)
        fools = is_fooled(_interval(one["model"])) or is_fooled(elsewhere)
        found.append({**one, "elsewhere": elsewhere, "fools": fools})
    return found


def _elsewhere(
    text: str, held_out: Sequence[Seen], scorer: Scorer, resampling: Resampling
) -> Interval | None:
    mine = forms_of(text)[:1]
    others: dict[str, Seen] = {}
    for seen in held_out:
        if all(forms_of(answer.text)[:1] != mine for answer in seen.answers):
            others.setdefault(seen.prompt_id, seen)
    tried = [others[name] for name in sorted(others)][:PROMPTS]
    answer = [Message(role="assistant", content=text)]
    ids = [
        render(scorer.tokenizer, [dict(message) for message in seen.prompt], answer)
        for seen in tried
    ]
    scores = scorer.score_ids([one.within(scorer.max_length) for one in ids])
    gaps = [
        (number, score - other.score)
        for number, (seen, score) in enumerate(zip(tried, scores, strict=True))
        for other in seen.answers
    ]
    prompts = np.array([number for number, _ in gaps], dtype=np.int64)
    return resampling.mean(half_if_even(np.array([gap for _, gap in gaps])), prompts)


def _interval(found: object) -> Interval | None:
    return found if isinstance(found, dict) else None
