"""Where each track stands, as a file: the panel of the dashboard to take away."""

import csv
import io
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.http import HttpResponse

from annotate import gateway
from commons.views.requests import AuthedRequest
from rewards.views.numbers import Interval
from rewards.views.standing import Standing

COLUMNS = (
    *("track", "cycle", "stage", "state", "in_service", "reward_model"),
    *("accuracy", "accuracy_low", "accuracy_high", "longer", "longer_low", "longer_high"),
    *("decided", "decided_policy", "decided_at", "won", "won_low", "won_high"),
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would compute it


def loop_file(request: AuthedRequest, standings: Sequence[Standing]) -> HttpResponse:
    """A line of each track; what is not known is empty. Who takes it away is written down."""
    campaigns = {UUID(uuid) for each in standings for uuid in each.track.campaigns}
    gateway.note_table(
        by=request.user,
        subject=request.path,
        table="loop",
        rows=len(standings),
        campaigns=sorted(campaigns),
    )
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for each in standings:
        writer.writerow(["" if said is None else said for said in _line(each)])
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="loop.csv"'
    return answer


def _line(each: Standing) -> Iterator[object]:
    cycle, decision, model = each.cycle, each.decision, each.reward_model
    name = str(each.track)
    yield f"'{name}" if name.startswith(FORMULA) else name
    yield from (cycle.number, cycle.stage) if cycle else (None, None)
    yield each.here.state if each.here else None
    yield each.in_service.number if each.in_service else None
    yield model.uuid if model else None
    card = each.card
    yield from _interval(card.accuracy if card else None)
    yield from _interval(card.longer if card else None)
    if decision:
        yield from (decision.act, decision.policy.number, decision.at.isoformat())
    else:
        yield from (None, None, None)
    yield from _interval(each.won)


def _interval(found: Interval | None) -> tuple[float | None, ...]:
    return (found.value, found.low, found.high) if found else (None, None, None)
