"""What a lead may choose from when a dataset is frozen: what their campaigns hold."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from annotate.enums import Kind, Purpose
from annotate.models import Campaign, Instructions, Lane, MachineJudge, Snapshot
from annotate.questions import OddQuestions, questions_of
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.machine import machines_led_by
from annotate.selectors.snapshot import snapshots_of
from commons.models import RunState, User

MOST_SNAPSHOTS = 50


@dataclass(frozen=True)
class FreezeChoices:
    """``scales`` are those that any version of the instructions has asked, by name and label."""

    campaigns: Sequence[Campaign]
    skills: Sequence[str]
    languages: Sequence[str]
    scales: Sequence[tuple[str, str]]
    snapshots: Sequence[Snapshot]
    machines: Sequence[MachineJudge]


def freeze_choices(user: User) -> FreezeChoices:
    """Taken from small tables (lanes, instructions), whatever the number of prompts."""
    campaigns = list(campaigns_led_by(user))
    lanes = Lane.objects.filter(campaign__in=campaigns).order_by()
    named = set(lanes.values_list("skill", "language").distinct())
    frozen = snapshots_of(user).filter(state=RunState.DONE, purpose=Purpose.FILES)
    return FreezeChoices(
        campaigns=campaigns,
        skills=sorted({skill for skill, _ in named if skill}),
        languages=sorted({language for _, language in named}),
        scales=_scales_of(campaigns),
        snapshots=list(frozen.prefetch_related(None)[:MOST_SNAPSHOTS]),
        machines=list(machines_led_by(user).order_by("campaign__name", "name")),
    )


def _scales_of(campaigns: Sequence[Campaign]) -> list[tuple[str, str]]:
    """Every scale in its newest words."""
    asked = Instructions.objects.filter(campaign__in=campaigns).order_by("version", "pk")
    named: dict[str, str] = {}
    for form in asked.values_list("form", flat=True):
        with suppress(OddQuestions):
            named |= {each.name: each.label for each in questions_of(form, Kind.RANK).ratings}
    return sorted(named.items(), key=lambda each: each[1])
