"""What the weekly letter tells of cycles: how each ended for its policy, and what has failed."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from commons.letters import Line, Part
from commons.models import User
from commons.translating import translated
from rewards.enums import Outcome, PolicyState, Stage
from rewards.models import Cycle
from rewards.selectors.cycle import cycles_decided, cycles_failed, held_for


def cycles_between(person: User, since: datetime, until: datetime) -> Part:
    """Of the cycles that a person may see; by ``LETTER_PARTS``."""
    decided = list(cycles_decided(person, since, until))
    failed = list(cycles_failed(person, since, until))
    return Part(_("Cycles"), [*map(_decided, decided), *map(_failed, failed)])


def _decided(cycle: Cycle) -> Line:
    return Line(" ".join(_outcome(cycle)), _page_of(cycle))


def _outcome(cycle: Cycle) -> Iterator[str]:
    about = {"track": cycle.track.name, "number": cycle.number}
    if cycle.outcome == Outcome.PROMOTED:
        yield _("“%(track)s”: cycle %(number)s promoted its policy.") % about
    elif cycle.outcome == Outcome.WAITING:
        yield (
            _("“%(track)s”: the policy of cycle %(number)s passed the gate and waits for a person.")
            % about
        )
    else:
        why = cycle.reasons if cycle.stage != Stage.FAILED else held_for(cycle)
        said = _("“%(track)s”: cycle %(number)s held its policy: %(why)s.")
        yield said % {**about, "why": _in_words(why)}
        if cycle.policy is not None and cycle.policy.state == PolicyState.PROMOTED:
            yield _("It was put in service by a person afterwards.")


def _failed(cycle: Cycle) -> Line:
    said = _("“%(track)s”: cycle %(number)s has failed: %(why)s.")
    about = {"track": cycle.track.name, "number": cycle.number, "why": _in_words(cycle.reasons)}
    return Line(said % about, _page_of(cycle))


def _in_words(reasons: Iterable[str]) -> str:
    return "; ".join(translated(each).rstrip(".") for each in reasons)


def _page_of(cycle: Cycle) -> str:
    return reverse("rewards:one_cycle", args=[cycle.track.uuid, cycle.number])
