"""What a board should do, said once more and otherwise: sets in the place of lists.

A tier is a set of letters; a strength belongs to the two tiers that it stands between, and goes
when either of them changes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

Tier = frozenset[str]
Tiers = tuple[Tier, ...]


@dataclass(frozen=True)
class Order:
    """One arrangement. ``said`` holds a strength for some pairs of neighbours."""

    tiers: Tiers
    apart: Tier = frozenset()
    said: Mapping[tuple[Tier, Tier], int] = field(default_factory=dict)

    @property
    def steps(self) -> list[tuple[Tier, Tier]]:
        return list(zip(self.tiers, self.tiers[1:], strict=False))

    def at(self, one: str) -> int | None:
        """The tier that holds it, counted from 0; None: it is set apart."""
        return next((at for at, tier in enumerate(self.tiers) if one in tier), None)

    def without(self, one: str) -> list[Tier]:
        """The tiers as they are shown, one of them perhaps empty."""
        return [tier - {one} for tier in self.tiers]

    def arranged(self, tiers: Sequence[Tier], apart: Tier) -> "Order":
        """Other tiers; of strengths what stands between the same two."""
        made = replace(self, tiers=tuple(filter(None, tiers)), apart=apart)
        return replace(
            made, said={step: self.said[step] for step in made.steps if step in self.said}
        )

    def as_json(self) -> dict[str, object]:
        return {
            "tiers": [sorted(tier) for tier in self.tiers],
            "unrankable": sorted(self.apart),
            "strengths": [self.said.get(step) for step in self.steps],
        }


def place(now: Order, one: str, rank: int) -> Order:
    tiers = [tier for tier in now.without(one) if tier]
    return now.arranged([*tiers[: rank - 1], Tier({one}), *tiers[rank - 1 :]], now.apart - {one})


def tie(now: Order, one: str) -> Order:
    at = now.at(one)
    return now if not at else drop_onto(now, one, at - 1)


def drop_onto(now: Order, one: str, tier: int) -> Order:
    tiers = now.without(one)
    tiers[tier] |= {one}
    return now.arranged(tiers, now.apart - {one})


def drop_before(now: Order, one: str, tier: int) -> Order:
    tiers = now.without(one)
    return now.arranged([*tiers[:tier], Tier({one}), *tiers[tier:]], now.apart - {one})


def set_apart(now: Order, one: str) -> Order:
    return now.arranged(now.without(one), now.apart | {one})


def toggle(now: Order, one: str) -> Order:
    return place(now, one, len(now.tiers) + 1) if one in now.apart else set_apart(now, one)


def move(now: Order, one: str, direction: int) -> Order:
    """Out of a tie it stands beside its mates; alone it goes past its neighbour, whole."""
    at = now.at(one)
    if at is None:
        return toggle(now, one) if direction < 0 else now
    alone, tiers = now.tiers[at] == {one}, list(now.tiers)
    if not alone:
        return drop_before(now, one, at if direction < 0 else at + 1)
    if not 0 <= at + direction < len(tiers):
        return now
    tiers[at], tiers[at + direction] = tiers[at + direction], tiers[at]
    return now.arranged(tiers, now.apart)


def say(now: Order, above: int, strength: int | None) -> Order:
    if above >= len(now.steps):
        return now
    rest = {step: said for step, said in now.said.items() if step != now.steps[above]}
    return replace(now, said=rest | ({now.steps[above]: strength} if strength else {}))


def change(now: Order, above: int, by: int) -> Order:
    if above >= len(now.steps):
        return now
    then = min(max(now.said.get(now.steps[above], 0) + by, 0), 3)
    return say(now, above, then or None)


class Model:
    """A board that goes back and forth over its orders; what changes nothing is no step."""

    def __init__(self, letters: str) -> None:
        self.orders = [Order(tuple(Tier({one}) for one in letters))]
        self.at = 0

    @property
    def now(self) -> Order:
        return self.orders[self.at]

    def act(self, how: Callable[..., Order], *given: object) -> None:
        then = how(self.now, *given)
        if then != self.now:
            self.orders[self.at + 1 :] = [then]
            self.at += 1

    def travel(self, by: int) -> None:
        self.at = min(max(self.at + by, 0), len(self.orders) - 1)
