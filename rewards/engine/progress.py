"""What a running script says on its standard output: one JSON object a line."""

import json
from collections.abc import Mapping


def report(step: int, of: int, says: str, metrics: Mapping[str, float] | None = None) -> None:
    """Say that ``step`` of ``of`` is reached; both count in units of the script's own."""
    line = {"step": step, "of": of, "says": says, "metrics": dict(metrics or {})}
    print(json.dumps(line, ensure_ascii=False), flush=True)
