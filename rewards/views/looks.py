"""Pages that quote what people asked, wrote and preferred write down who opened them."""

from annotate import gateway
from commons.views.requests import AuthedRequest, page_of
from rewards.models import RewardModel, Track
from rewards.selectors.track import campaigns_of


def note_texts_of_track(request: AuthedRequest, track: Track) -> None:
    """Leads of its campaigns read it."""
    gateway.note_texts(
        by=request.user,
        subject=request.path,
        page=page_of(request),
        campaigns=campaigns_of(track),
    )


def note_texts_of_models(request: AuthedRequest, *models: RewardModel) -> None:
    """Leads of the campaigns that they learned from read it."""
    gateway.note_card_read(
        by=request.user,
        subject=request.path,
        page=page_of(request),
        snapshots=[each.snapshot.uuid for each in models],
    )
