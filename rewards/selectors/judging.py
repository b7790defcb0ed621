"""What models judge beside people."""

from uuid import UUID

from django.db.models import QuerySet

from commons.models import RunState, User
from commons.runs import claimable
from rewards.enums import Purpose
from rewards.models import Judging, RewardModel
from rewards.selectors.reward_model import reward_models_of


def a_judging_waits() -> bool:
    """Whether a model is to judge items: behind all else that somebody waits for."""
    return claimable(Judging.objects.all()).exists()


def judgings_in(campaign: UUID) -> QuerySet[Judging]:
    """What models judge, or have judged, of a campaign; those last asked for first."""
    found = Judging.objects.filter(campaign=campaign)
    return found.select_related("reward_model__run").order_by("-requested_at", "-pk")


def models_that_may_judge(user: User) -> QuerySet[RewardModel]:
    """Trained reward models that a person may see and whose files are there, the newest first."""
    ready = reward_models_of(user).filter(run__state=RunState.DONE, run__files_gone_at=None)
    return ready.filter(purpose=Purpose.REWARD)
