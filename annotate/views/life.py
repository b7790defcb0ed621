"""One item's whole life: what was asked, what could be answered, and what people said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from annotate.models import Candidate, Demonstration, Ranking, Snapshot, SnapshotMember
from annotate.selectors.care import cover_anywhere
from annotate.selectors.erasure import is_erased
from annotate.selectors.life import Life, has_in_hand, life_of, prompts_looked_through_by
from annotate.selectors.near import nearness_of
from annotate.templatetags.laurel import address_if_there
from annotate.views.explore import explorers_only
from annotate.views.life_machines import shown_verdicts
from annotate.views.life_reviews import shown_reviews
from annotate.views.looks import note_item
from annotate.views.moments import Names, moments_of
from annotate.views.reading import asked
from commons.markdown import render_markdown
from commons.views.requests import AuthedRequest

SHORT = 12  # moments that are shown before one asks for the others


@dataclass(frozen=True)
class ShownCandidate:
    """``source``, ``sampling`` and ``author`` are empty for whoever must stay blind."""

    name: str
    html: SafeString
    made: Candidate
    source: str = ""
    sampling: Sequence[tuple[str, object]] = ()
    author: str = ""


@dataclass(frozen=True)
class ShownAnswers:
    """What somebody said of one candidate beside its rank."""

    name: str
    ratings: Sequence[tuple[str, object]]
    flags: Sequence[tuple[str, bool]]
    spans: Sequence[Mapping[str, object]]


@dataclass(frozen=True)
class ShownJudgement:
    """One revision. ``order`` has tiers of names, each with how much better it is than the next."""

    kept: Ranking | Demonstration
    who: str
    order: Sequence[tuple[str, int | None]] = ()
    apart: str = ""
    answers: Sequence[ShownAnswers] = ()
    text: SafeString | str = ""
    started_from: str = ""
    effort: Sequence[tuple[str, object]] = ()


@explorers_only
@require_safe
def life(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """While the reader has the item in hand, nothing of it is told: they are to judge it."""
    prompt = get_object_or_404(prompts_looked_through_by(request.user), uuid=uuid)
    if has_in_hand(request.user, prompt):
        return render(request, "annotate/life.html", {"prompt": prompt, "is_in_hand": True})
    found = life_of(prompt, request.user)
    names = Names(found)
    moments = moments_of(found, names)
    context = {
        "prompt": prompt,
        "cover": cover_anywhere(request.user, prompt),
        "life": found,
        "near": nearness_of(prompt, request.user) if found.leads_all else None,
        "turns": asked(prompt),
        "candidates": [shown_candidate(each, found, names) for each in found.candidates],
        "rankings": chains([shown_ranking(each, names) for each in found.rankings]),
        "machines": shown_verdicts(found, names),
        "written": chains([shown_demonstration(each, names) for each in found.demonstrations]),
        "reviews": shown_reviews(found, names),
        "moments": moments[:SHORT],
        "more_moments": moments[SHORT:],
        "snapshots": snapshots_in(found.members),
        "is_erased": is_erased(prompt),
        "panels": panels_for(snapshots_in(found.members)),
    }
    note_item(request, prompt, [each.campaign for each in found.placements])
    return render(request, "annotate/life.html", context)


def shown_candidate(candidate: Candidate, found: Life, names: Names) -> ShownCandidate:
    name, html = names.of_answer(str(candidate.uuid)), render_markdown(candidate.text)
    if not found.leads_all:
        return ShownCandidate(name, html, candidate)
    return ShownCandidate(
        name,
        html,
        candidate,
        source=candidate.source,
        sampling=list(candidate.sampling.items()),
        author=str(candidate.author or ""),
    )


def shown_ranking(kept: Ranking, names: Names) -> ShownJudgement:
    steps = [*kept.strengths, *[None] * len(kept.tiers)]
    tiers = [" = ".join(names.of_answer(each) for each in tier) for tier in kept.tiers]
    return ShownJudgement(
        kept,
        names.of_rater(kept.rater, kept.campaign_id),
        order=list(zip(tiers, steps, strict=False)),
        apart=", ".join(names.of_answer(each) for each in kept.unrankable),
        answers=[shown_answers(names.of_answer(id), said) for id, said in kept.answers.items()],
        text=render_markdown(kept.ideal.text) if kept.ideal else "",
        effort=effort_of(kept),
    )


def shown_answers(name: str, said: Mapping[str, Mapping[str, object]]) -> ShownAnswers:
    return ShownAnswers(
        name,
        ratings=list(said.get("ratings", {}).items()),
        flags=[(flag, yes is True) for flag, yes in said.get("flags", {}).items()],
        spans=list(said.get("spans", ())),  # type: ignore[arg-type]  # a list of objects
    )


def shown_demonstration(kept: Demonstration, names: Names) -> ShownJudgement:
    return ShownJudgement(
        kept,
        names.of_rater(kept.rater, kept.campaign_id),
        text=render_markdown(kept.text),
        started_from=names.of_candidate(kept.started_from_id) if kept.started_from_id else "",
        effort=effort_of(kept),
    )


def effort_of(kept: Ranking | Demonstration) -> list[tuple[str, object]]:
    """What it took, as far as a line can say it."""
    said = (kept.effort or {}).items()
    return [(name, value) for name, value in said if isinstance(value, int | float | str)]


def chains(shown: Sequence[ShownJudgement]) -> list[list[ShownJudgement]]:
    """The revisions of each judgement together, the one that stands first."""
    found: dict[UUID, list[ShownJudgement]] = {}
    for each in shown:
        found.setdefault(each.kept.root, []).insert(0, each)
    return list(found.values())


def snapshots_in(members: Sequence[SnapshotMember]) -> list[Snapshot]:
    return list({member.snapshot_id: member.snapshot for member in members}.values())


def panels_for(snapshots: Sequence[Snapshot]) -> list[str]:
    """Where other apps say what became of the snapshots that hold a judgement of this item."""
    asked = urlencode([("snapshot", str(each.uuid)) for each in snapshots])
    there = [found for name in settings.ITEM_PANELS for found in address_if_there(name)]
    return [f"{address}?{asked}" for address in there] if asked else []
