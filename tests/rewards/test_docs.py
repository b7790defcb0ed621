"""docs/cycle.md explains every threshold with its default, and every station of a cycle."""

import json
import re
from dataclasses import fields
from pathlib import Path

from rewards.enums import PolicyMethod, Stage
from rewards.services.cycle import SKIPPABLE, STEPS
from rewards.services.knobs import DEFAULTS, POLICY_DEFAULTS
from rewards.stats.evidence import Thresholds

PAGE = Path("docs/cycle.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("|")
]


def test_every_threshold_is_explained_with_its_default() -> None:
    told: dict[str, object] = {}
    for row in ROWS:
        names = re.findall(r"`(m(?:in|ax)_\w+|safety_skills)`", row[0])
        if names:
            told |= dict(zip(names, json.loads(f"[{row[1]}]"), strict=True))

    assert told == {
        field.name: list(value) if isinstance(value, tuple) else value
        for field in fields(Thresholds)
        for value in [getattr(Thresholds(), field.name)]
    }


def test_every_station_is_explained_in_its_order_and_says_whether_it_may_be_skipped() -> None:
    labels = {str(stage.label): stage for stage in STEPS}

    told = {labels[row[0]]: row[2].startswith("yes") for row in ROWS if row[0] in labels}

    assert told == {stage: stage in SKIPPABLE for stage in STEPS}
    assert list(told) == [stage for stage in Stage if stage in STEPS]


def test_every_method_is_explained() -> None:
    told = [method for method in PolicyMethod if any(f"`{method}`" in row[0] for row in ROWS)]

    assert told == list(PolicyMethod)


def test_every_knob_that_a_cycle_sets_is_told_with_its_value() -> None:
    rows = {row[0].strip("`"): row[2] for row in ROWS if len(row) == 3}
    set_here = {str(stage): [knobs] for stage, knobs in DEFAULTS.items() if knobs}
    set_here[str(Stage.REINFORCING)] = [DEFAULTS[Stage.REINFORCING], *POLICY_DEFAULTS.values()]

    missing = [
        (stage, name)
        for stage, several in set_here.items()
        for knobs in several
        for name, value in knobs.items()
        if f"`{name}` {json.dumps(value)}" not in rows[stage]
    ]

    assert missing == []
