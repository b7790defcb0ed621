"""The contests of an arena, one by one: for leads, who learn which policy was which where they
cannot be given the item to judge any more."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from annotate import gateway
from commons.views.requests import AuthedRequest
from rewards.enums import ContestState
from rewards.models import Contest
from rewards.selectors.track import tracks_of
from rewards.services.contests import source_of
from rewards.views.leaderboard import name_of
from rewards.views.leads import leads_only

NEWEST = 100


@dataclass(frozen=True)
class ShownContest:
    """Both policies by name, and the tags by which the page of the item names their answers; none
    for whoever may still judge it."""

    contest: Contest
    both: list[tuple[str, str]]

    @property
    def has_item(self) -> bool:
        return bool(self.both) and self.contest.state == ContestState.ANSWERED


@leads_only
@require_safe
def contests(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The newest; the item's page shows which answer is whose."""
    track = get_object_or_404(tracks_of(request.user), uuid=uuid)
    found = Contest.objects.filter(arena__track=track).select_related("first", "second")
    newest = list(found.order_by("-pk")[:NEWEST])
    to_judge = gateway.prompts_to_judge(request.user, [each.prompt for each in newest])
    shown = [ShownContest(each, _both(each, to_judge)) for each in newest]
    context = {"track": track, "contests": shown, "newest": NEWEST}
    return render(request, "rewards/contests.html", context)


def _both(contest: Contest, to_judge: frozenset[UUID]) -> list[tuple[str, str]]:
    """Nothing while the answers are being written, either: whose item it will be is not settled."""
    if contest.state == ContestState.DRAWN or contest.prompt in to_judge:
        return []
    return [(name_of(each), source_of(each)) for each in (contest.first, contest.second)]
