"""In which order a person's lanes are looked through, and when something checks or trains them.

What checks people waits in lanes of its own. They are in a walk only where a draw says so, before
the lanes of their campaign: the statement that takes a turn is the same, and what is taken looks
like any other work. Where nothing waits in them the person is given work.
"""

from collections.abc import Iterable, Sequence
from random import Random

from annotate.enums import LanePurpose
from annotate.services.queue.places import SHUFFLED
from annotate.services.queue.types import Start


def walk_of(lanes: Iterable[Start], draw: Random) -> list[Start]:
    """Work from behind each lane's newest turn, then once more from the start; checks before.

    Lanes whose guideline the person has not accepted are left out.
    """
    read = [start for start in lanes if start.is_acknowledged]
    work = in_order([start for start in read if start.purpose == LanePurpose.WORK], draw)
    checks = [start for start in read if start.purpose != LanePurpose.WORK]
    again = [start._replace(after=-1) for start in work if start.after >= 0]
    return [*_with_checks(work, checks, draw), *again]  # reopened tasks lie before


def in_order(lanes: Sequence[Start], draw: Random) -> list[Start]:
    """What is kept for the person first, then campaigns drawn by weight, then priority.

    Efraimidis and Spirakis 2006: sorting by u^(1/w) draws without replacement by weight.
    """
    key = {start.campaign: -(draw.random() ** (1 / max(start.weight, 1))) for start in lanes}
    return sorted(
        lanes, key=lambda at: (not at.is_theirs, key[at.campaign], at.band, draw.random())
    )


def _with_checks(work: Sequence[Start], checks: Sequence[Start], draw: Random) -> list[Start]:
    """Before the first lane of each campaign, what trains a person or checks them this time."""
    if not checks:
        return list(work)
    walk: list[Start] = []
    met: set[int] = set()
    kinds = {(start.campaign, start.kind) for start in work}
    for start in work:
        if start.campaign not in met:
            met.add(start.campaign)
            theirs = [
                each
                for each in checks
                if each.campaign == start.campaign and (each.campaign, each.kind) in kinds
            ]
            walk += _checks_now(theirs, draw)
        walk.append(start)
    return walk


def _checks_now(checks: Sequence[Start], draw: Random) -> list[Start]:
    """Training until it is done, and silent checks as often as the campaign's share says.

    Training that is short of items is never done, and lets nobody off the checks. Each lane from
    a place drawn anew, then from its start: two people meet them in two orders.
    """
    practice = [each for each in checks if each.purpose == LanePurpose.PRACTICE]
    if practice and sum(each.trained for each in practice) >= practice[0].training:
        practice = []
    silent = [each for each in checks if each.purpose == LanePurpose.GOLD]
    walk = _from_somewhere(practice, draw)
    if silent and draw.random() < silent[0].gold_share:
        walk += _from_somewhere(sorted(silent, key=lambda each: draw.random()), draw)
    return walk


def _from_somewhere(lanes: Sequence[Start], draw: Random) -> list[Start]:
    behind = [each._replace(after=draw.getrandbits(SHUFFLED)) for each in lanes]
    return behind + [each._replace(after=-1) for each in lanes]
