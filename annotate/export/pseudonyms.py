"""Raters leave under names that only the holder of the key can trace."""

import hashlib
import hmac
from collections.abc import Mapping

from annotate.export.manifest import canonical


def snapshot_key(key: bytes, *, members_digest: str, policy: Mapping[str, object]) -> bytes:
    """The key of one snapshot, so that a rater has another pseudonym in every one.

    HMAC-SHA256(project's pseudonym key, digest of members and policy): equal members, policy
    and key give equal pseudonyms, and so equal bytes.
    """
    said = canonical({"members": members_digest, "policy": policy})
    return hmac.digest(key, hashlib.sha256(said).digest(), "sha256")


def pseudonym(key: bytes, rater: str) -> str:
    """A rater's name under a snapshot's key: 64 bits of HMAC-SHA256, enough to tell all apart."""
    return f"r-{hmac.digest(key, rater.encode(), 'sha256').hex()[:16]}"
