"""Disjoint shares of prompts: each model of a cycle learns from one of its own."""

import hashlib

from commons.sentences import sentence as _
from rewards.engine.data import Snapshot
from rewards.engine.errors import BadConfig, BadInput


def in_share(prompt_id: str, part: int, parts: int) -> bool:
    """Whether a prompt falls into one of ``parts`` disjoint shares, by a hash of its id."""
    return int(hashlib.sha256(prompt_id.encode()).hexdigest(), 16) % parts == part


def refuse_odd_share(share: tuple[int, ...]) -> None:
    """A share is part i of n."""
    if len(share) != 2 or not 0 <= share[0] < share[1]:
        raise BadConfig(
            _("'share' must be [i, n] with 0 <= i < n, not %(share)s.", share=list(share))
        )


def nothing_in(snapshot: Snapshot, share: tuple[int, ...], limit: int) -> BadInput:
    """What is said where a share of the train side has no ranking to learn from."""
    return BadInput(
        _(
            "%(folder)s has no ranking to learn from in share %(part)s of %(of)s "
            "that fits into %(limit)s tokens; collect more, or raise 'max_length'.",
            folder=snapshot.folder,
            part=share[0],
            of=share[1],
            limit=limit,
        )
    )
