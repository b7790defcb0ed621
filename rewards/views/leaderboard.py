"""Which model of a track people prefer, out of all that they have put in order."""

import csv
import io
import math
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from annotate import gateway
from commons.stats.errors import Disconnected, NotEnoughData, StatisticsError
from commons.views.requests import AuthedRequest
from rewards.models import Policy, Track
from rewards.selectors.arena import NEWEST_ORDERS
from rewards.selectors.leaderboard import leaderboard_of
from rewards.selectors.track import campaigns_of, tracks_of
from rewards.stats.leaderboard import Leaderboard, Rated
from rewards.views.leads import leads_only
from rewards.views.numbers import Interval

STYLES = {"length": gettext_lazy("a longer answer"), "markdown": gettext_lazy("more markup")}
COLUMNS = (
    "model",
    "name",
    "rank_best",
    "rank_worst",
    "rating",
    "low",
    "high",
    "rating_with_style",
    "votes",
    "resampled_low",
    "resampled_high",
)


@dataclass(frozen=True)
class Entry:
    """One line of the board. ``wins``: its chance against a model of mean rating."""

    rated: Rated
    name: str
    policy: Policy | None

    @property
    def wins(self) -> Interval:
        said = self.rated
        return Interval(*(chance(each) for each in (said.value, said.low, said.high)))

    @property
    def resampled(self) -> Interval | None:
        """``wins`` with the bootstrap's interval; none where the votes are too few for it."""
        if self.rated.resampled is None:
            return None
        low, high = self.rated.resampled
        return Interval(self.wins.value, chance(low), chance(high))

    @property
    def lead(self) -> Interval:
        """The same as a difference from one half, as charts draw it."""
        return Interval(*(each - 0.5 for each in (self.wins.value, self.wins.low, self.wins.high)))

    @property
    def with_style(self) -> float:
        return chance(self.rated.unstyled)

    @property
    def places(self) -> str:
        """1, or 1–3 where the votes do not tell."""
        best, worst = self.rated.best, self.rated.worst
        return str(best) if best == worst else f"{best}\N{EN DASH}{worst}"


@dataclass(frozen=True)
class Row:
    """How often one model won against each other one."""

    name: str
    cells: list[str]  # wins of all, in the order of the board; empty where they never met


def chance(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


@leads_only
@require_safe
def leaderboard(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The board as a page, or why there is none."""
    track = get_object_or_404(tracks_of(request.user), uuid=uuid)
    context: dict[str, object] = {"track": track, "newest": NEWEST_ORDERS}
    try:
        board = leaderboard_of(track)
    except StatisticsError as missing:
        context["missing"] = reason_of(missing)
    else:
        entries = entries_of(track, board)
        context |= {
            "board": board,
            "entries": entries,
            "matrix": _matrix(entries, board),
            "styles": [(STYLES[name], worth) for name, worth in board.style.items()],
        }
    return render(request, "rewards/leaderboard.html", context)


@leads_only
@require_safe
def leaderboard_csv(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The same numbers to take away; nothing but the heading where there is no board."""
    track = get_object_or_404(tracks_of(request.user), uuid=uuid)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    try:
        entries = entries_of(track, leaderboard_of(track))
    except StatisticsError:
        entries = []
    gateway.note_table(
        by=request.user,
        subject=request.path,
        table="leaderboard",
        rows=len(entries),
        campaigns=campaigns_of(track),
    )
    for each in entries:
        said = each.rated
        numbers = (said.value, said.low, said.high, said.unstyled)
        resampled = [round(number, 6) for number in said.resampled] if said.resampled else ["", ""]
        writer.writerow(
            [
                said.model,
                each.name,
                said.best,
                said.worst,
                *(round(number, 6) for number in numbers),
                said.votes,
                *resampled,
            ]
        )
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="leaderboard-{str(uuid)[:8]}.csv"'
    return answer


def reason_of(missing: StatisticsError) -> str:
    """What is missing, and what would bring it."""
    if isinstance(missing, Disconnected):
        return _(
            "Some model has won, or lost, every comparison so far, so no finite rating exists. "
            "More rankings in which the models meet will give one."
        )
    if isinstance(missing, NotEnoughData):
        return _(
            "No two models have met on two prompts yet. Let several of them answer the same "
            "prompts on “Who answers”, and have the answers ranked."
        )
    return str(missing)


def entries_of(track: Track, board: Leaderboard) -> list[Entry]:
    """The lines of a board, its policies by their names."""
    policies = {f"policy:{policy.uuid}": policy for policy in track.policies.all()}
    return [
        Entry(rated, _name(rated.model, policies.get(rated.model)), policies.get(rated.model))
        for rated in board.rated
    ]


def _name(model: str, policy: Policy | None) -> str:
    return model.partition(":")[2] if policy is None else name_of(policy)


def name_of(policy: Policy) -> str:
    """What leads call a policy; who votes is shown it afterwards, and only where an arena tells."""
    if not policy.number:
        return _("Base model")
    return _("Policy %(number)d") % {"number": policy.number}


def _matrix(entries: list[Entry], board: Leaderboard) -> list[Row]:
    return [Row(one.name, [_cell(one, other, board) for other in entries]) for one in entries]


def _cell(one: Entry, other: Entry, board: Leaderboard) -> str:
    pair, back = (one.rated.model, other.rated.model), (other.rated.model, one.rated.model)
    if pair not in board.wins:
        return ""
    won, lost = board.wins[pair], board.wins[back]
    return f"{won:g} / {won + lost:g}"
