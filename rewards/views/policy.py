"""Policies: what was measured of them, and which of them is in service."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from commons.models import RunState
from commons.views.requests import AuthedRequest
from rewards.enums import Act, PolicyState
from rewards.models import Decision, Evaluation, Policy, Track
from rewards.selectors.arena import met_in_arena
from rewards.selectors.policy import files_gone_at
from rewards.selectors.track import tracks_of
from rewards.services import policy as service
from rewards.services.serving import served_for
from rewards.views.confirming import ConfirmForm, Question, ReasonForm, ask_and_do
from rewards.views.judge import shown_judge
from rewards.views.leads import leads_only
from rewards.views.looks import note_texts_of_track
from rewards.views.numbers import ArenaFigure, Comparison, Interval

# What a person may do to a policy in each state.
ACTS: dict[str, tuple[Act, ...]] = {
    PolicyState.CANDIDATE: (Act.PROMOTE, Act.HOLD),
    PolicyState.HELD: (Act.PROMOTE,),
    PolicyState.RETIRED: (Act.ROLL_BACK,),
    PolicyState.PROMOTED: (),
}
NAMES = {
    Act.PROMOTE: gettext_lazy("Promote"),
    Act.HOLD: gettext_lazy("Hold"),
    Act.ROLL_BACK: gettext_lazy("Roll back to it"),
}
SAYS = {
    Act.PROMOTE: gettext_lazy(
        "It goes into service: it writes the next candidates, and the next cycle starts from it. "
        "The policy that is in service now is retired and can be rolled back to."
    ),
    Act.HOLD: gettext_lazy("It stays out of service. The policy in service goes on."),
    Act.ROLL_BACK: gettext_lazy(
        "It goes back into service at once; the one that is in service now is retired."
    ),
}
DONE = {
    Act.PROMOTE: gettext_lazy("Policy %(number)d is in service now."),
    Act.HOLD: gettext_lazy("Policy %(number)d is held."),
    Act.ROLL_BACK: gettext_lazy("Policy %(number)d is in service again."),
}


@dataclass(frozen=True)
class Listed:
    """A policy with its comparison, its last decision, and what a person may do to it."""

    policy: Policy
    comparison: Comparison | None
    decision: Decision | None
    acts: list[tuple[Act, Promise]]

    @classmethod
    def of(cls, policy: Policy) -> "Listed":
        """From a policy whose evaluations and decisions are prefetched, the newest first."""
        evaluation = next(iter(policy.evaluations.all()), None)
        return cls(
            policy=policy,
            comparison=Comparison.of(evaluation.run.result) if evaluation else None,
            decision=next(iter(policy.decisions.all()), None),
            acts=[(act, NAMES[act]) for act in ACTS[policy.state]],
        )


def listed_policies(track: Track, most: int | None) -> list[Listed]:
    """The policies of a track, the newest first; the one in service is always among them."""
    evaluations = Evaluation.objects.filter(run__state=RunState.DONE).select_related("run")
    found = track.policies.order_by("-number").prefetch_related(
        Prefetch("evaluations", evaluations.order_by("-pk")),
        Prefetch("decisions", Decision.objects.select_related("by").order_by("-pk")),
    )
    shown = list(found[:most])
    if not any(policy.state == PolicyState.PROMOTED for policy in shown):
        shown += found.filter(state=PolicyState.PROMOTED)
    return [Listed.of(policy) for policy in shown]


@dataclass(frozen=True)
class WonAgainstBase:
    """How often a policy was preferred to the base model, on prompts held out for its week."""

    policy: Policy
    whole: Interval
    alike: Interval | None  # at equal length


def won_against_base(listed: Sequence[Listed]) -> list[WonAgainstBase]:
    """Those that were compared with the base, the oldest first: one opponent for all weeks."""
    return [
        WonAgainstBase(one.policy, one.comparison.against_base, one.comparison.against_base_alike)
        for one in sorted(listed, key=lambda each: each.policy.number)
        if one.comparison and one.comparison.against_base
    ]


@leads_only
@require_safe
def policy(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """What was measured, who decided what and why, and what may be done."""
    found = _policy(request, uuid)
    evaluation = found.evaluations.select_related("run").order_by("-pk").first()
    cycle = getattr(found, "cycle", None)  # the base model came with no cycle
    result = evaluation.run.result if evaluation else None
    compared = Comparison.of(result) if result else None
    if compared and compared.samples:
        note_texts_of_track(request, found.track)
    context = {
        "policy": found,
        "evaluation": evaluation,
        "comparison": compared,
        "decisions": found.decisions.select_related("by").order_by("-pk"),
        "cycle": cycle,
        "judge": shown_judge(cycle),
        "acts": [(act, NAMES[act]) for act in ACTS[found.state]],
        "files_gone_at": files_gone_at(found),
        "in_arena": arena_figure(found),
        "serving": served_for(found.track) if found.state == PolicyState.PROMOTED else [],
    }
    return render(request, "rewards/policy.html", context)


@leads_only
@require_http_methods(["GET", "POST"])
def decide(request: AuthedRequest, uuid: UUID, act: str) -> HttpResponse:
    """Promote, hold or roll back by hand; the reason is kept with the decision."""
    found = _policy(request, uuid)
    if act not in Act.values:
        raise Http404
    wanted = Act(act)

    def do(form: ConfirmForm) -> str:
        service.decide(
            policy=found,
            act=wanted,
            by=request.user,
            reasons=[form.cleaned_data["reason"]],
            evidence=found.evidence,
        )
        return str(DONE[wanted]) % {"number": found.number}

    question = Question(
        title=_("%(act)s: policy %(number)d of “%(track)s”?")
        % {"act": NAMES[wanted], "number": found.number, "track": found.track.name},
        says=str(SAYS[wanted]),
        yes=str(NAMES[wanted]),
        back=reverse("rewards:policy", args=[uuid]),
        look=reverse("rewards:answers", args=[uuid]) if wanted == Act.PROMOTE else "",
    )
    return ask_and_do(request, question, do, form_class=ReasonForm)


def arena_figure(policy: Policy) -> ArenaFigure | None:
    """What people say of it beside the one that it came from; None where nobody has voted."""
    return ArenaFigure.of(met_in_arena(policy))


def _policy(request: AuthedRequest, uuid: UUID) -> Policy:
    mine = Policy.objects.filter(track__in=tracks_of(request.user))
    return get_object_or_404(mine.select_related("track", "parent", "cycle"), uuid=uuid)
