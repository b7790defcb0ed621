"""Silent checks are given while work waits beside them: alone they would say what they are."""

from annotate.enums import LanePurpose
from annotate.services.queue import task_waits
from annotate.services.queue.types import Start, Walk


def checks_in_company(walk: Walk, *, person: int) -> list[Start]:
    """The walk without the silent checks of campaigns and kinds of which no work waits.

    Nothing is looked up unless the draw has put a check into the walk; then all lanes at once.
    """
    drawn = {(at.campaign, at.kind) for at in walk if at.purpose == LanePurpose.GOLD}
    alone = {each for each in drawn if not task_waits(person=person, walk=_work(walk, each))}
    return [
        at for at in walk if at.purpose != LanePurpose.GOLD or (at.campaign, at.kind) not in alone
    ]


def _work(walk: Walk, of: tuple[int, str]) -> Walk:
    return [at for at in walk if at.purpose == LanePurpose.WORK and (at.campaign, at.kind) == of]
