"""Sequences of like length together, so that a padded batch holds little padding."""

from collections.abc import Sequence

TOKENS_AT_ONCE = 8192  # of one padded batch: bounds memory, and keeps its matrices wide enough


def batches_of(lengths: Sequence[int], most: int = TOKENS_AT_ONCE) -> list[list[int]]:
    """The places of all sequences in batches by rising length, each of at most ``most`` tokens
    once it is padded; one that is longer stands alone."""
    batches: list[list[int]] = []
    for at in sorted(range(len(lengths)), key=lengths.__getitem__):
        if not batches or (len(batches[-1]) + 1) * lengths[at] > most:
            batches.append([])
        batches[-1].append(at)
    return batches
