"""Which part of every dataset a prompt belongs to."""

import hashlib
from dataclasses import dataclass

SIDES = ("train", "validation", "test")

_SALT = b"laurel side 1:"  # never changed: every stored side came from it


def side_of(digest: str, *, validation: float = 0.1, test: float = 0.1) -> str:
    """The side of a prompt by the digest of what it asks; equal on every machine and day.

    The first 64 bits of SHA-256(salt + digest), read as a fraction of 2**64, are uniform over
    [0, 1): below ``test`` is test, below ``test + validation`` validation, the rest train. A
    caller asks once, when the prompt is made, and stores the answer.
    """
    place = _place_of(digest)
    if place < test:
        return "test"
    return "validation" if place < test + validation else "train"


VALIDATION, TEST = 0.1, 0.1  # shares, where nothing else is said
WHILE_TOO_FEW = 0.5  # of prompts, until a week has as many on the test side as are wanted


@dataclass(slots=True)
class HeldOutWeek:
    """What is on the test side of one week, and how much of it a campaign wants there.

    ``taken``: prompts that were put there this week, without those that follow a near one.
    ``at_most`` None: no bound.
    """

    at_least: int
    at_most: int | None
    taken: int = 0

    @property
    def share(self) -> float:
        """How many of the prompts that come next are put on the test side.

        The usual share until half of ``at_most`` is taken, then half of it until half of the rest
        is taken, and so on: a week of any size has test prompts from all of its days, and never
        more than ``at_most``.
        """
        if self.at_most is not None and self.taken >= self.at_most:
            return 0.0
        if self.taken < self.at_least:
            return WHILE_TOO_FEW
        if self.at_most is None:
            return TEST
        halvings = 0
        while (self.at_most - self.taken) * 2 ** (halvings + 1) <= self.at_most:
            halvings += 1
        return TEST * 0.5**halvings

    def side_of(self, digest: str) -> str:
        """The side of the prompt that comes next, by what it asks; the caller stores it.

        Validation is where ``side_of`` has it, whatever the share. The rest, in the order of the
        same hash, is test below the share: at the usual one it is as ``side_of`` says.
        """
        place = _place_of(digest)
        if TEST <= place < TEST + VALIDATION:
            return "validation"
        rank = place if place < TEST else place - VALIDATION
        return "test" if rank < self.share else "train"


def _place_of(digest: str) -> float:
    """Uniform over [0, 1)."""
    head = hashlib.sha256(_SALT + digest.encode()).digest()[:8]
    return int.from_bytes(head, "big") / 2**64
