"""What a scan keeps: numbers and names that add up, whatever was added to what first.

Each class knows ``add`` (of another of its kind), ``as_json`` and ``from_json``. All that is kept
is whole numbers, so sums are the same in every order, and all of it is bounded.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import accumulate, pairwise
from typing import Any, ClassVar, Protocol, Self

Json = dict[str, Any]
Place = tuple[str | int, ...]

GROUPS = 1024
LARGEST = 10**9


class Kept(Protocol):
    """What adds up."""

    IS: ClassVar[str]

    def add(self, other: Self) -> None: ...

    def as_json(self) -> Json: ...

    @classmethod
    def from_json(cls, found: Json) -> Self: ...


class Tally:
    """How often each name was met."""

    IS: ClassVar[str] = "tally"

    def __init__(self, counts: Mapping[str, int] | None = None) -> None:
        self.counts: Counter[str] = Counter(counts or {})

    def hear(self, name: str, times: int = 1) -> None:
        self.counts[name] += times

    def __getitem__(self, name: str) -> int:
        return self.counts[name]

    def add(self, other: Self) -> None:
        self.counts.update(other.counts)

    def as_json(self) -> Json:
        return {"is": self.IS, "counts": {k: n for k, n in sorted(self.counts.items()) if n}}

    @classmethod
    def from_json(cls, found: Json) -> Self:
        return cls(found["counts"])


def _next_bound(bound: int, _: int) -> int:
    return max(bound + 1, bound * 101 // 100)


# Lower ends of the bins: every whole number to 200 has its own, above they are 1 % wide.
BOUNDS = [0, *accumulate(range(1, 1800), _next_bound, initial=1)]
BOUNDS = [bound for bound in BOUNDS if bound <= LARGEST]


class Histogram:
    """Whole numbers by bins: counts are exact to 200; above, a value is known to 1 %.

    Bins with a bounded relative width merge without loss and give quantiles of the same relative
    error (Masson, Rim and Lee 2019, "DDSketch", VLDB 12). Sum, least and greatest are exact.
    """

    IS: ClassVar[str] = "histogram"

    def __init__(self) -> None:
        self.bins: Counter[int] = Counter()
        self.sum = 0
        self.least: int | None = None
        self.greatest: int | None = None

    def hear(self, value: int) -> None:
        self.bins[_bin(value)] += 1
        self.sum += value
        self.least = value if self.least is None else min(self.least, value)
        self.greatest = value if self.greatest is None else max(self.greatest, value)

    @property
    def count(self) -> int:
        return sum(self.bins.values())

    def quantile(self, share: float) -> int | None:
        """The least value that at least ``share`` of all do not exceed; at most 1 % too large.

        The inverse of the empirical distribution function (Hyndman and Fan 1996, definition 1).
        None where nothing was counted.
        """
        if self.greatest is None:
            return None
        wanted, seen = share * self.count, 0
        for place, times in sorted(self.bins.items()):
            seen += times
            if seen >= wanted:
                return min(BOUNDS[place + 1] - 1, self.greatest)
        return self.greatest

    def add(self, other: Self) -> None:
        self.bins.update(other.bins)
        self.sum += other.sum
        self.least = _either(min, self.least, other.least)
        self.greatest = _either(max, self.greatest, other.greatest)

    def as_json(self) -> Json:
        bins = [[place, times] for place, times in sorted(self.bins.items())]
        ends = {"sum": self.sum, "least": self.least, "greatest": self.greatest}
        return {"is": self.IS, "bins": bins, **ends}

    @classmethod
    def from_json(cls, found: Json) -> Self:
        made = cls()
        made.bins = Counter(dict(found["bins"]))
        made.sum, made.least, made.greatest = found["sum"], found["least"], found["greatest"]
        return made


def _bin(value: int) -> int:
    if value <= 200:
        return value
    return min(bisect_left(BOUNDS, value + 1), len(BOUNDS) - 1) - 1


def _either(choose: Any, one: int | None, other: int | None) -> int | None:
    known = [value for value in (one, other) if value is not None]
    return choose(known) if known else None


class Examples:
    """The first ``most`` places in sorted order, so that "first" hangs on no order of reading."""

    IS: ClassVar[str] = "examples"

    def __init__(self, most: int, places: Iterable[Place] = ()) -> None:
        self.most = most
        self._places = set(places)

    def hear(self, place: Place) -> None:
        self._places.add(place)
        if len(self._places) > 4 * self.most:
            self._places = set(self.places())

    def places(self) -> list[Place]:
        return sorted(self._places)[: self.most]

    def add(self, other: Self) -> None:
        self._places = set(sorted(self._places | other._places)[: self.most])

    def as_json(self) -> Json:
        return {"is": self.IS, "most": self.most, "places": [list(p) for p in self.places()]}

    @classmethod
    def from_json(cls, found: Json) -> Self:
        return cls(found["most"], map(tuple, found["places"]))


class Groups:
    """Hits and trials, summed over random groups of prompts: what the variance of a share needs.

    All judgements of a prompt fall into the same of 1,024 groups, by the hash of its id; the groups
    are then independent although what is in them is not (random groups: Wolter 2007, "Introduction
    to Variance Estimation", chapter 2). Few prompts have a group each.
    """

    IS: ClassVar[str] = "groups"

    def __init__(self) -> None:
        self.sums: dict[int, list[int]] = {}

    def hear(self, key: int, hits: int, trials: int) -> None:
        if trials:
            sums = self.sums.setdefault(key % GROUPS, [0, 0])
            sums[0] += hits
            sums[1] += trials

    def add(self, other: Self) -> None:
        for group, (hits, trials) in other.sums.items():
            self.hear(group, hits, trials)

    def as_json(self) -> Json:
        sums = [[group, *self.sums[group]] for group in sorted(self.sums)]
        return {"is": self.IS, "sums": sums}

    @classmethod
    def from_json(cls, found: Json) -> Self:
        made = cls()
        made.sums = {group: [hits, trials] for group, hits, trials in found["sums"]}
        return made


assert all(one < other for one, other in pairwise(BOUNDS))
