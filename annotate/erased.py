"""What stands where an erased text stood. PURE: no database, no Django.

The digests of what was erased go too, and nothing is kept by which the same text could be known
again: whoever holds it could otherwise show that it had been here.
"""

from uuid import UUID

ERASED = "[erased]"


def erased_question() -> list[dict[str, object]]:
    """The messages of an erased prompt."""
    return [{"role": "user", "content": ERASED}]


def erased_answer() -> list[dict[str, object]]:
    """The messages of an erased candidate or demonstration."""
    return [{"role": "assistant", "content": ERASED}]


def erased_digest(uuid: UUID) -> str:
    """Stands in the place of a SHA-256, says nothing of the text, and is never given twice."""
    return f"erased-{uuid}"


def erased_name(uuid: UUID) -> str:
    """What an erased person is called."""
    return f"erased-{uuid.hex[:12]}"
