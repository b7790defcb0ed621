"""What judgements took, from the first of their revisions to the one that stands.

A revision says what the change took, not what the judgement did: who has read for two minutes and
sets something right in three seconds was not hasty, and who pasted a text and mended a word of it
has pasted it still.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import TypeVar
from uuid import UUID

from annotate.effort import effort_of
from annotate.models import Demonstration, Ranking

CHUNK = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Took:
    """Sums over the revisions; nan where the first was not measured."""

    seconds: float = nan
    typed: float = nan
    pasted: float = nan


def efforts_of(
    sort: type[Ranking] | type[Demonstration], rows: Iterable[tuple[UUID, int, object]]
) -> dict[UUID, Took]:
    """By root. Each of ``rows`` is the root, revision and effort of a judgement that stands."""
    said: dict[UUID, dict[int, object]] = defaultdict(dict)
    for root, revision, effort in rows:
        said[root][revision] = effort
    changed = sorted(root for root, found in said.items() if 1 not in found)
    for some in chunks(changed):
        earlier = sort._default_manager.filter(root__in=some, current=False)
        for root, revision, effort in earlier.values_list("root", "revision", "effort"):
            said[root][revision] = effort
    return {root: _sum(found) for root, found in said.items()}


def _sum(said: Mapping[int, object]) -> Took:
    if effort_of(said.get(1)) is None:
        return Took()
    measured = [each for effort in said.values() if (each := effort_of(effort))]
    return Took(
        sum(each.active_seconds for each in measured),
        sum(each.typed for each in measured),
        sum(each.pasted for each in measured),
    )


def chunks(found: Sequence[T]) -> Iterable[Sequence[T]]:
    return (found[at : at + CHUNK] for at in range(0, len(found), CHUNK))
