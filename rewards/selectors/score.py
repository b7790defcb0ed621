"""Who asked for scores, and what was scored."""

from django.db.models import Avg, QuerySet

from commons.models import User
from rewards.models import CandidateScore, CandidateScoring, RewardModel, ScoreRequest
from rewards.selectors.reward_model import reward_models_of


def score_requests_of(user: User) -> QuerySet[ScoreRequest]:
    """The requests for scores that a person may see: of the reward models that they may see."""
    seen = reward_models_of(user).order_by().values("pk")
    return ScoreRequest.objects.filter(reward_model__in=seen).select_related("reward_model")


def disagreement_by_label(model: RewardModel | None) -> dict[tuple[str, str], float]:
    """How far the ensemble disagrees about answers that is kept with a model, by the skill and
    language of what they answer; empty where there is none, or it has scored nothing."""
    if model is None:
        return {}
    told = CandidateScore.objects.filter(reward_model=model, spread__isnull=False)
    labels = ("candidate__prompt__skill", "candidate__prompt__language")
    found = told.values_list(*labels).annotate(mean=Avg("spread")).order_by()
    return {(skill, language): mean for skill, language, mean in found}


def scoring_by(model: RewardModel) -> CandidateScoring | None:
    """How far an ensemble is with the candidates of its track; None where it has not begun."""
    return CandidateScoring.objects.filter(reward_model=model).first()
