"""The rows behind a number, as it counts: which judgements are of a sort, and which prompts wait.

A sort is said in an address: ``counted``, ``surplus``, ``imported``, ``tied``, ``handed-in`` or
``fitted``, ``answers-4`` and ``strength-2`` of judgements; ``ideals-too`` of written answers;
``waits-rank`` and ``once`` of prompts; ``skip-unclear`` of skips.
"""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotate.enums import Counting, CountsAs, Kind, Origin, RaterKind, SkipReason, Sought
from annotate.models import Ranking
from annotate.selectors.judged_json import HoldsNumber, HoldsTie, HowMany
from annotate.selectors.standing import STANDS
from annotate.selectors.submission import IS_IDEAL

ANSWERS, STRENGTH, WAITS, SKIP = "answers", "strength", "waits", "skip"
ONCE = "once"
IDEALS_TOO = "ideals-too"
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
        waiting = [(sort_named(WAITS, kind), str(label)) for kind, label in WAITING.items()]
        return [*waiting, (ONCE, _("Each once, of several campaigns"))]
    if sought == Sought.SKIPS:
        return [(sort_named(SKIP, why), str(label)) for why, label in SkipReason.choices]
    counting = [(str(value), str(label)) for value, label in Counting.choices]
    if sought in (Sought.DEMONSTRATIONS, Sought.JUDGED):
        of_both = [each for each in counting if each[0] not in OF_RANKINGS]
        if sought == Sought.JUDGED:
            return of_both
        return [*of_both, (IDEALS_TOO, _("Counts as work, ideal answers among them"))]
    return [
        *counting,
        *((sort_named(ANSWERS, n), _("Of %(count)s answers") % {"count": n}) for n in OFFERED),
        *(
            (sort_named(STRENGTH, n), _("Calls an answer %(strength)s") % {"strength": label})
            for n, label in STRENGTHS.items()
        ),
    ]


def which_waits(sort: str) -> str | None:
    """The kind of work for which prompts of such a sort wait; None where it is no such sort."""
    what, _dash, which = sort.partition("-")
    return which if what == WAITS else None


def of_sort(sort: str, sought: Sought) -> Any:
    """What a judgement or a skip must be; the sort is one of those that may be asked."""
    what, _dash, which = sort.partition("-")
    if what == SKIP:
        return Q(skip_reason=which)
    if what == ANSWERS:
        offered = HowMany(F("assignment__task__offered"))
        return COUNTED & Q(Exact(offered, Value(int(which))))
    if what == STRENGTH:
        return COUNTED & Q(HoldsNumber(F("strengths"), Value(int(which))))
    if sort == IDEALS_TOO:
        return COUNTED & ~IDEAL_OF_VOIDED
    found = OF_COUNTING[Counting(sort)]
    return found & ~IS_IDEAL if sought == Sought.DEMONSTRATIONS else found


OF_RANKINGS = (Counting.TIED, Counting.FITTED)
COUNTED = Q(STANDS) & COUNTS & ~Q(origin__in=(Origin.RESOLUTION, Origin.IMPORTED))
# a void names the ranking alone: its ideal answer counts no more than it
IDEAL_OF_VOIDED = Exists(Ranking.objects.filter(~STANDS, ideal=OuterRef("pk")))
NOT_HANDED_IN = (Origin.RESOLUTION, Origin.IMPORTED, Origin.MACHINE)
OF_COUNTING = {
    Counting.COUNTED: COUNTED,
    Counting.SURPLUS: Q(STANDS, counts_as=CountsAs.SURPLUS),
    Counting.IMPORTED: Q(STANDS, origin=Origin.IMPORTED),
    Counting.TIED: COUNTED & Q(HoldsTie(F("tiers"))),
    Counting.HANDED_IN: Q(STANDS)
    & (COUNTS | Q(counts_as=CountsAs.SURPLUS))
    & ~Q(origin__in=NOT_HANDED_IN),
    Counting.FITTED: Q(STANDS, origin=Origin.WORK, rater__kind=RaterKind.PERSON)
    & COUNTS
    & Q(assignment__task__kind=Kind.RANK),
}
