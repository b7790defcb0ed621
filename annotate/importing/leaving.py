"""Count what is not carried over, by reason, with the first few rows of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from annotate.importing.records import LeftOut
from commons.sentences import sentence as _

FIRST = 5  # rows that are named for a reason
REASONS = 200  # that are told apart; a file can name a field of its own in each
OTHERS = _("other things: the file gives too many reasons to tell them apart")


@dataclass
class Reason:
    """How often it was given, and the rows that gave it first."""

    count: int = 0
    first: list[str] = field(default_factory=list)


@dataclass
class Leaving:
    """What was left out so far, by reason."""

    reasons: dict[str, Reason] = field(default_factory=dict)

    def add(self, left: LeftOut) -> None:
        reason = self._reason(left.why)
        reason.count += 1
        if len(reason.first) < FIRST and left.key not in reason.first:
            reason.first.append(left.key)

    def merge(self, more: "Leaving") -> None:
        for why, found in more.reasons.items():
            reason = self._reason(why)
            reason.count += found.count
            new = [key for key in found.first if key not in reason.first]
            reason.first += new[: FIRST - len(reason.first)]

    def _reason(self, why: str) -> Reason:
        if why not in self.reasons and len(self.reasons) >= REASONS:
            why = OTHERS
        return self.reasons.setdefault(why, Reason())


def told(reasons: Mapping[str, Reason]) -> list[dict[str, object]]:
    """The reasons as a page shows them, the most frequent first."""
    by_count = sorted(reasons.items(), key=lambda each: (-each[1].count, each[0]))
    return [{"why": why, "count": each.count, "first": each.first} for why, each in by_count]
