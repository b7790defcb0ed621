"""For how many turns prompts wait, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, Sum

from annotate.selectors.sought import waiting_tasks


@dataclass(frozen=True)
class Waiting:
    """What is asked of prompts that wait: any kind of work where none is named."""

    kind: str = ""
    days: int | None = None


@dataclass(frozen=True)
class Waits:
    turns: int
    since: datetime


def waits_of(
    campaigns: Sequence[int], prompts: Sequence[int], asked: Waiting
) -> dict[tuple[int, int], Waits]:
    """By campaign and prompt."""
    tasks = waiting_tasks(campaigns, asked.kind, asked.days).filter(prompt__in=prompts)
    rows = tasks.values_list("campaign", "prompt").order_by()
    found = rows.annotate(turns=Sum("free"), since=Min("created_at"))
    return {(campaign, prompt): Waits(turns, since) for campaign, prompt, turns, since in found}
