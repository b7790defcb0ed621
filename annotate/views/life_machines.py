"""What machines said of an item, as its life tells it: apart from what people said."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotate.models import MachineVerdict
from annotate.selectors.life import Life
from annotate.views.moments import Names

Tier = tuple[str, None]  # a machine says no strengths


@dataclass(frozen=True)
class ShownVerdict:
    """``order`` is what it comes to; ``said`` what it said in each order that it was shown, and
    empty where it was shown one alone."""

    kept: MachineVerdict
    who: str
    order: Sequence[Tier]
    said: Sequence[Sequence[Tier]]


def shown_verdicts(life: Life, names: Names) -> list[ShownVerdict]:
    return [_shown(each, names) for each in life.verdicts]


def _shown(kept: MachineVerdict, names: Names) -> ShownVerdict:
    said = [_named(tiers, names) for tiers in kept.said]
    return ShownVerdict(
        kept,
        names.of_machine(kept.judge),
        order=_named(kept.ranking.tiers, names) if kept.ranking else (),
        said=said if len(said) > 1 else (),
    )


def _named(tiers: Sequence[Sequence[str]], names: Names) -> list[Tier]:
    return [(" = ".join(names.of_answer(each) for each in tier), None) for tier in tiers]
