"""The order in which a person sees the answers: a shuffle that its seed alone decides."""

import hashlib
from collections.abc import Sequence


def presentation_order(seed: int, offered: Sequence[str]) -> list[str]:
    """``offered`` sorted by SHA-256 of "seed id": the same on every database and in every year."""
    return sorted(offered, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())
