"""What a running script says on its standard output: one JSON object a line."""

import json
import sys
from collections.abc import Mapping

from commons.sentences import Sentence, as_json


def is_main() -> bool:
    """Whether this process speaks and writes for all that were launched together.

    Asked of torch only where it is loaded: a script that asks servers loads none, and is alone.
    """
    distributed = sys.modules.get("torch.distributed")
    if distributed is None or not distributed.is_available():
        return True
    return not distributed.is_initialized() or distributed.get_rank() == 0


def report(step: int, of: int, says: str, metrics: Mapping[str, float] | None = None) -> None:
    """Say that ``step`` of ``of`` is reached; both count in units of the script's own.

    ``says`` is English for whoever reads the log; a sentence with something in it goes along as
    what it was made of (``said``). Of several processes, one says it.
    """
    if is_main():
        line = {"step": step, "of": of, "says": says, "metrics": dict(metrics or {})}
        if isinstance(says, Sentence) and says.given:
            line["said"] = as_json(says)
        print(json.dumps(line, ensure_ascii=False), flush=True)
