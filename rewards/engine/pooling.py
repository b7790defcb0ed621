"""What is read of a base's states, and how those of a text's tokens become one row."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from commons.sentences import sentence as _
from rewards.engine.chat import Ids
from rewards.engine.errors import BadConfig, BadInput

POOLINGS = ("answer", "whole", "last", "spread", "evidence")
HALF_HEARD = 300  # tokens of an answer at which it has given half of its evidence
TINY = 1e-6  # under a root that may be of nothing


@dataclass(frozen=True)
class Look:
    """What is read of a base. ``layers`` counts from 1, the states that leave the first block.

    ``poolings``: the mean over the ``answer``'s tokens, over the ``whole`` text with its prompt,
    the ``last`` token alone, the ``spread`` (standard deviation) over the answer's tokens, the
    ``evidence``: each token's state brought to length 1 (root mean square), their sum over the
    answer divided by its tokens + ``HALF_HEARD``. A mean says how an answer is written; this also
    says how much of it there is, which is why it does better (docs/log.md).
    """

    layers: tuple[int, ...]
    poolings: tuple[str, ...]

    def __post_init__(self) -> None:
        unknown = [name for name in self.poolings if name not in POOLINGS]
        if unknown or not self.poolings:
            raise BadConfig(
                _(
                    "'poolings' are some of %(known)s, not %(unknown)s.",
                    known=", ".join(POOLINGS),
                    unknown=unknown,
                )
            )
        if not self.layers or min(self.layers) < 1:
            raise BadConfig(_("'layers' names at least one layer, counted from 1."))

    @property
    def splits(self) -> bool:
        """Whether it matters where the answer begins."""
        return bool({"answer", "spread", "evidence"} & set(self.poolings))

    @property
    def deepest(self) -> int:
        return max(self.layers)

    def as_json(self) -> dict[str, object]:
        return {"layers": list(self.layers), "poolings": list(self.poolings)}


def answer_from(text: Sequence[int]) -> int:
    """Where the answer begins; refuses ids that do not know."""
    if not isinstance(text, Ids):
        raise BadInput(_("this head reads the answer by itself; cut its ids by Rendered.within."))
    return text.answer_from


def spans_of(texts: Sequence[Sequence[int]], width: int, look: Look) -> Tensor:
    """Weights (3, N, T) that average over the answer, over the whole text, and take the last."""
    spans = torch.zeros(3, len(texts), width)
    for row, text in enumerate(texts):
        start, end = answer_from(text) if look.splits else 0, len(text)
        if start == end:
            raise BadInput(_("an answer has no token to be read; leave empty answers out."))
        spans[0, row, start:end] = 1 / (end - start)
        spans[1, row, :end] = 1 / end
        spans[2, row, end - 1] = 1.0
    return spans


def pooled(states: Tensor, spans: Tensor, poolings: Sequence[str]) -> Tensor:
    """States (N, T, D) under ``spans`` (3, N, T): one part (N, D) a pooling, side by side."""
    states = states.float()
    answer, whole, last = ((span[:, None] @ states)[:, 0] for span in spans)  # each (N, D)
    parts = {"answer": answer, "whole": whole, "last": last}
    if "spread" in poolings:
        around = (states - answer[:, None]).square()  # the mean of squares would leave fewer digits
        parts["spread"] = (spans[0][:, None] @ around)[:, 0].sqrt()
    if "evidence" in poolings:
        even = states * torch.rsqrt(states.square().mean(-1, keepdim=True) + TINY)
        tokens = (spans[0] > 0).sum(-1, keepdim=True)  # (N, 1)
        parts["evidence"] = (spans[0][:, None] @ even)[:, 0] * tokens / (tokens + HALF_HEARD)
    return torch.cat([parts[name] for name in poolings], dim=1)
