"""What a running script says on its standard output: one JSON object a line."""

import json
from collections.abc import Mapping

from torch import distributed


def is_main() -> bool:
    """Whether this process speaks and writes for all that were launched together."""
    together = distributed.is_available() and distributed.is_initialized()
    return not together or distributed.get_rank() == 0


def report(step: int, of: int, says: str, metrics: Mapping[str, float] | None = None) -> None:
    """Say that ``step`` of ``of`` is reached; both count in units of the script's own.

    Of several processes, one says it.
    """
    if is_main():
        line = {"step": step, "of": of, "says": says, "metrics": dict(metrics or {})}
        print(json.dumps(line, ensure_ascii=False), flush=True)
