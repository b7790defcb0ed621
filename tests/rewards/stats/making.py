"""Rankings as a report card sees them, in one line each."""

from collections.abc import Sequence

from rewards.stats.seen import Answer, Seen


def seen(
    number: int,
    scores: Sequence[float],
    tiers: Sequence[Sequence[int]] | None = None,
    *,
    texts: Sequence[str] = (),
    sources: Sequence[str | None] = (),
    **fields: object,
) -> Seen:
    """A ranking of prompt ``p<number>``; unless said otherwise, in the order of the answers."""
    names = texts or [f"answer {at} of {number}" for at in range(len(scores))]
    tags = sources or [None] * len(scores)
    said: dict[str, object] = {
        "ranking_id": f"r{number}",
        "prompt": [{"role": "user", "content": f"question {number}"}],
        **fields,
    }
    return Seen(
        prompt_id=f"p{number}",
        answers=[Answer(*one) for one in zip(names, scores, tags, strict=True)],
        tiers=tiers if tiers is not None else [[at] for at in range(len(scores))],
        **said,  # type: ignore[arg-type]  # fields of Seen by name
    )
