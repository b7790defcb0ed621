"""A report card to take away: the model card with its pictures, and the numbers as JSON."""

import io
import zipfile
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from annotate import gateway
from commons.models import RunState
from commons.views.requests import AuthedRequest
from rewards.models import RewardModel
from rewards.selectors.reward_model import reward_models_of
from rewards.stats.model_card import model_card_files
from rewards.views.leads import leads_only


@leads_only
@require_safe
def model_card(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """``model_card.md``, its pictures and ``report.json`` as one archive."""
    model = get_object_or_404(reward_models_of(request.user), uuid=uuid)
    files = model_card_files(_result_of(model))
    _note(request, model, "model_card.zip")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    answer = HttpResponse(packed.getvalue(), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="model-card-{str(uuid)[:8]}.zip"'
    return answer


@leads_only
@require_safe
def report(request: AuthedRequest, uuid: UUID) -> JsonResponse:
    """Every number of the card, as the engine wrote it."""
    model = get_object_or_404(reward_models_of(request.user), uuid=uuid)
    result = _result_of(model)
    _note(request, model, "report.json")
    return JsonResponse(result, json_dumps_params={"indent": 1, "ensure_ascii": False})


def _note(request: AuthedRequest, model: RewardModel, file: str) -> None:
    """Leads of the campaigns that it learned from read who took it away."""
    subject = f"reward-model:{model.uuid}"
    gateway.note_card(by=request.user, subject=subject, file=file, snapshot=model.snapshot.uuid)


def _result_of(model: RewardModel) -> dict[str, object]:
    card = model.evaluations.select_related("run").first()
    if card is None or card.run.state != RunState.DONE:
        raise Http404
    return dict(card.run.result)
