"""What machines said, as arrays beside those of people."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from annotate.enums import Origin
from annotate.models import Campaign, MachineJudge, Ranking
from annotate.selectors.standing import STANDS
from annotate.stats.agreement.rankings import NOT_PLACED, tiers_of
from annotate.stats.arrays import Small
from annotate.stats.quality.gathering import WIDTH
from annotate.stats.quality.machines import Machine, first_of

CHUNK = 2_000


class _Row(NamedTuple):
    judge: int
    task: int
    prompt: int
    offered: list[str]
    tiers: list[list[str]]
    orders: list[list[str]]
    said: list[list[list[str]]]


COLUMNS = (
    "machine_verdict__judge",
    "machine_verdict__task",
    "prompt",
    "machine_verdict__task__offered",
    "tiers",
    "machine_verdict__orders",
    "machine_verdict__said",
)


def machines_in(campaign: Campaign) -> dict[MachineJudge, Machine]:
    """What each machine of a campaign said that stands."""
    parts: dict[int, list[Machine]] = defaultdict(list)
    rows = _rows(campaign)
    while chunk := list(islice(rows, CHUNK)):
        for judge in {row.judge for row in chunk}:
            parts[judge].append(_machine([row for row in chunk if row.judge == judge]))
    judges = MachineJudge.objects.in_bulk(list(parts))
    return {judges[pk]: _joined(found) for pk, found in sorted(parts.items())}


def _rows(campaign: Campaign) -> Iterator[_Row]:
    rows = Ranking.objects.filter(
        STANDS,
        campaign=campaign,
        current=True,
        origin=Origin.MACHINE,
        machine_verdict__isnull=False,
    ).order_by("machine_verdict")
    return (_Row._make(row) for row in rows.values_list(*COLUMNS).iterator(CHUNK))


def _machine(rows: list[_Row]) -> Machine:
    tiers: Small = np.full((len(rows), WIDTH), NOT_PLACED, dtype=np.int8)
    said = tiers_of([row.tiers for row in rows], [row.offered for row in rows])
    tiers[:, : said.shape[1]] = said
    firsts = [first_of(row.orders, row.said) for row in rows]
    return Machine(
        np.array([row.task for row in rows], np.int64),
        np.array([row.prompt for row in rows], np.int64),
        tiers,
        np.array([first for first, _ in firsts], np.float64),
        np.array([strict for _, strict in firsts], np.float64),
    )


def _joined(parts: list[Machine]) -> Machine:
    def of(name: str) -> Any:
        return np.concatenate([getattr(each, name) for each in parts])

    return Machine(of("tasks"), of("prompts"), of("tiers"), of("first"), of("strict"))
