"""Items that the tests of the pre-flight share; every value can be read at a glance."""

from collections.abc import Sequence
from typing import Any

from annotate.export.preflight.conclude import conclude
from annotate.export.preflight.items import Item, Settings
from annotate.export.preflight.report import Report
from annotate.export.preflight.scan import Scan
from tests.annotate.export.judgements import asked, said


def ranked(
    *answers: str,
    prompt: str = "ask",
    prompt_id: str = "p1",
    pairs: Sequence[tuple[int, int]] = ((0, 1),),
    **more: Any,
) -> Item:
    """A judgement of some answers; the first is better than the second unless it is said."""
    fields = {"shown": None, "rater": "r-1", "skill": "law", "language": "en"} | more
    return Item(prompt_id, asked(prompt), [said(answer) for answer in answers], pairs, **fields)


def written(answer: str, prompt: str = "ask", prompt_id: str = "p1") -> Item:
    """A demonstration."""
    return ranked(answer, prompt=prompt, prompt_id=prompt_id, pairs=())


def report_on(*items: Item, kind: str = "preference", **settings: Any) -> Report:
    scan = Scan(kind, Settings(**settings))
    scan.hear(items)
    return conclude(scan.as_json())
