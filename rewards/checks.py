"""What ``manage.py check --deploy`` asks beyond the settings: does accelerate read its configs?

That needs torch, so the engine is asked, as a process of its own, and only where there is one.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from rewards.nursery import ROOT
from rewards.runner import LAUNCHER, REFUSAL, REFUSED

NAMES = ("ENGINE_ACCELERATE", "ENGINE_ACCELERATE_REWARDS")


def trainings_can_be_spread(**_: Any) -> list[CheckMessage]:
    """Each config that is named is read as a training would read it."""
    named: dict[Path, str] = {}
    for name in NAMES:
        config = getattr(settings, name)
        if config is not None:
            named.setdefault(config, name)
    return [found for config, name in named.items() if (found := _wrong_with(name, config))]


def _wrong_with(name: str, config: Path) -> CheckMessage | None:
    asked = subprocess.run(
        [sys.executable, "-m", LAUNCHER, str(config)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    said = asked.stderr.strip()
    if asked.returncode == 0:
        return None
    if asked.returncode == REFUSED and REFUSAL in said:
        return Error(said.rpartition(REFUSAL)[2], obj=name, id="rewards.E001")
    return Warning(
        f"whether accelerate reads {config} is not known: {said.splitlines()[-1] if said else ''}",
        hint="Install what training needs (requirements-ml.txt), or set it on training hosts only.",
        obj=name,
        id="rewards.W001",
    )
