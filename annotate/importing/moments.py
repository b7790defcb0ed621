"""When something was judged and how long it took, where another tool says it in its own way."""

import math
from datetime import UTC, datetime

LONGEST = 30 * 24 * 3600  # seconds


def moment(said: object) -> datetime | None:
    """An ISO 8601 time; one without a zone is UTC. None for anything else."""
    if not isinstance(said, str):
        return None
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def seconds(said: object) -> float | None:
    """A length of time; None for what cannot be one."""
    if isinstance(said, bool) or not isinstance(said, int | float) or not math.isfinite(said):
        return None
    return round(float(said), 1) if 0 <= said <= LONGEST else None
