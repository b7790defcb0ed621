"""Which part of every dataset a prompt belongs to."""

import hashlib

SIDES = ("train", "validation", "test")

_SALT = b"laurel side 1:"  # never changed: every stored side came from it


def side_of(digest: str, *, validation: float = 0.1, test: float = 0.1) -> str:
    """The side of a prompt by the digest of what it asks; equal on every machine and day.

    The first 64 bits of SHA-256(salt + digest), read as a fraction of 2**64, are uniform over
    [0, 1): below ``test`` is test, below ``test + validation`` validation, the rest train. A
    caller asks once, when the prompt is made, and stores the answer.
    """
    head = hashlib.sha256(_SALT + digest.encode()).digest()[:8]
    place = int.from_bytes(head, "big") / 2**64
    if place < test:
        return "test"
    return "validation" if place < test + validation else "train"
