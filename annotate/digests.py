"""Content hashes: equal content has an equal digest on every machine and every day."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from annotate.attachments import identity_of


def digest_of(*parts: object) -> str:
    """SHA-256 (hex) of the canonical JSON of ``parts``: sorted keys, UTF-8, no spaces."""
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()


def prompt_digest(
    *,
    messages: Sequence[object],
    tools: Sequence[object],
    attachments: Sequence[Mapping[str, Any]],
) -> str:
    """What makes two prompts the same prompt."""
    return digest_of(list(messages), list(tools), identity_of(attachments))
