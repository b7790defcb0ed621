"""Two reward models side by side on prompts that neither has seen."""

from django.db import transaction
from django.utils.translation import gettext

from commons.models import RunState, User
from rewards.errors import ModelNotReady
from rewards.models import RewardComparison, RewardModel
from rewards.selectors.reward_model import comparable_with
from rewards.services.datasets import dataset_to_read
from rewards.services.folders import model_folder
from rewards.services.reward_model import refuse_gone
from rewards.services.run import ask_again, request_run


@transaction.atomic
def request_reward_comparison(
    *, reward_model: RewardModel, against: RewardModel, by: User | None
) -> RewardComparison:
    """Ask for ``reward_model`` beside ``against``, once; one that failed is asked for again.

    Both must be trained, and of one track or one dataset: what is held out for the one is then
    held out for the other, as a prompt keeps its side for ever.
    """
    RewardModel.objects.select_for_update().get(pk=reward_model.pk)
    if reward_model.run.state != RunState.DONE:
        raise ModelNotReady(gettext("The model is not trained yet; wait for its training to end."))
    refuse_gone(reward_model)
    if not comparable_with(reward_model).filter(pk=against.pk).exists():
        raise ModelNotReady(
            gettext(
                "These two cannot be compared; choose a trained model of the same track or "
                "of the same dataset."
            )
        )
    standing = reward_model.comparisons.filter(against=against).select_related("run").first()
    if standing:
        ask_again(standing.run)
        return standing
    config = {
        "snapshot": str(dataset_to_read(reward_model.snapshot.uuid).id),
        "model": str(model_folder(reward_model.run)),
        "against": str(model_folder(against.run)),
    }
    run = request_run(module="compare_rewards", config=config, by=by)
    return RewardComparison.objects.create(reward_model=reward_model, against=against, run=run)
