"""The rows behind a number, as it counts: which judgements are of a sort, and which prompts wait.

A sort is said in an address: ``counted``, ``surplus``, ``imported`` or ``tied``, ``answers-4`` and
``strength-2`` of judgements; ``waits-rank`` of prompts.
"""

from typing import Any

from django.db.models import F, OuterRef, Q, Value
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotate.enums import Counting, CountsAs, Kind, Origin, Sought
from annotate.models import Campaign, Task
from annotate.selectors.judged_json import HoldsNumber, HoldsTie, HowMany
from annotate.selectors.sought import AskedOfEachRow
from annotate.selectors.standing import STANDS
from annotate.selectors.submission import IS_IDEAL

ANSWERS, STRENGTH, WAITS = "answers", "strength", "waits"
OFFERED = range(2, 10)  # answers of one ranking that may be looked for
STRENGTHS = {
    "1": gettext_lazy("slightly better"),
    "2": gettext_lazy("better"),
    "3": gettext_lazy("significantly better"),
}
WAITING = {
    Kind.RANK: gettext_lazy("Waits to be ranked"),
    Kind.DEMONSTRATE: gettext_lazy("Waits for a written answer"),
    Kind.TALK: gettext_lazy("Waits for a talk"),
}
COUNTS = Q(counts_as__in=(CountsAs.WORK, CountsAs.HELD_OUT))


def sort_named(what: str, which: object) -> str:
    return f"{what}-{which}"


def sorts_of(sought: Sought) -> list[tuple[str, str]]:
    """What may be asked of such rows, and how it is called."""
    if sought == Sought.PROMPTS:
        return [(sort_named(WAITS, kind), str(label)) for kind, label in WAITING.items()]
    counting = [(str(value), str(label)) for value, label in Counting.choices]
    if sought == Sought.DEMONSTRATIONS:
        return [each for each in counting if each[0] != Counting.TIED]
    return [
        *counting,
        *((sort_named(ANSWERS, n), _("Of %(count)s answers") % {"count": n}) for n in OFFERED),
        *(
            (sort_named(STRENGTH, n), _("Calls an answer %(strength)s") % {"strength": label})
            for n, label in STRENGTHS.items()
        ),
    ]


def of_sort(sort: str, campaign: Campaign, sought: Sought) -> Any:
    """What a row must be; the sort is one of those that may be asked."""
    what, _dash, which = sort.partition("-")
    if what == WAITS:
        return Q(_waits(campaign, which))
    if what == ANSWERS:
        offered = HowMany(F("assignment__task__offered"))
        return COUNTED & Q(Exact(offered, Value(int(which))))
    if what == STRENGTH:
        return COUNTED & Q(HoldsNumber(F("strengths"), Value(int(which))))
    found = OF_COUNTING[Counting(sort)]
    return found & ~IS_IDEAL if sought == Sought.DEMONSTRATIONS else found


COUNTED = Q(STANDS) & COUNTS & ~Q(origin__in=(Origin.RESOLUTION, Origin.IMPORTED))
OF_COUNTING = {
    Counting.COUNTED: COUNTED,
    Counting.SURPLUS: Q(STANDS, counts_as=CountsAs.SURPLUS),
    Counting.IMPORTED: Q(STANDS, origin=Origin.IMPORTED),
    Counting.TIED: COUNTED & Q(HoldsTie(F("tiers"))),
}


def _waits(campaign: Campaign, kind: str) -> AskedOfEachRow:
    """A turn of it is free, and nothing holds it; what checks people is no work that waits."""
    return AskedOfEachRow(
        Task.objects.filter(
            campaign=campaign,
            prompt=OuterRef("prompt"),
            kind=kind,
            round__gte=1,
            free__gt=0,
            held="",
        )
    )
