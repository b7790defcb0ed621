"""Answers of an old and a new policy side by side, for a person to read before they decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from commons.stats.texts import refuses
from commons.views.requests import AuthedRequest
from rewards.models import Policy
from rewards.selectors.track import tracks_of
from rewards.stats.claims import Details, unsupported
from rewards.views.leads import leads_only
from rewards.views.looks import note_texts_of_track
from rewards.views.numbers import Turn, number, rows, text_of, turns_of


@dataclass(frozen=True)
class Said:
    """One policy's answer, and what stands out in it."""

    text: str
    score: float | None
    refuses: bool
    details: Details

    @classmethod
    def of(cls, text: str, score: float | None, prompt: list[Turn]) -> "Said":
        asked = [{"content": turn.text} for turn in prompt]
        return cls(text, score, refuses(text), unsupported(text, asked))

    @property
    def named(self) -> str:
        """The details that the prompt does not hold, in a row."""
        return ", ".join([*self.details.figures, *self.details.names, *self.details.links])


@dataclass(frozen=True)
class Beside:
    """One prompt, what the new policy said to it and what the other did."""

    prompt: list[Turn]
    new: Said
    old: Said

    @classmethod
    def of(cls, sample: Mapping[str, object]) -> "Beside":
        prompt = turns_of(sample.get("prompt"))
        new, old = (
            Said.of(text_of(sample.get(side)), number(sample.get(f"{side}_score")), prompt)
            for side in ("policy", "against")
        )
        return cls(prompt, new, old)


@leads_only
@require_safe
def answers(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Up to twenty held-out prompts with both answers, as the last comparison kept them."""
    mine = Policy.objects.filter(track__in=tracks_of(request.user))
    policy = get_object_or_404(mine.select_related("track", "parent"), uuid=uuid)
    evaluation = policy.evaluations.select_related("run").order_by("-pk").first()
    samples = rows(evaluation.run.result.get("samples")) if evaluation else []
    if samples:
        note_texts_of_track(request, policy.track)
    context = {"policy": policy, "pairs": [Beside.of(sample) for sample in samples]}
    return render(request, "rewards/answers.html", context)
