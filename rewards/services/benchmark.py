"""Put a reward model to a benchmark whose files lie on this machine."""

from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext

from commons.models import RunState, User
from rewards.enums import BenchmarkName
from rewards.errors import ModelNotReady
from rewards.models import Benchmark, RewardModel
from rewards.services.folders import model_folder
from rewards.services.reward_model import refuse_gone
from rewards.services.run import request_run


@transaction.atomic
def request_benchmark(
    *,
    reward_model: RewardModel,
    name: BenchmarkName,
    folder: Path,
    by: User | None,
    revision: str = "",
) -> Benchmark:
    """Ask for one more measurement; each is kept, with the revision of the files it read. Files
    of another ``revision`` than the one that is asked for are refused by the engine."""
    if reward_model.run.state != RunState.DONE:
        raise ModelNotReady(gettext("The model is not trained yet; wait for its training to end."))
    refuse_gone(reward_model)
    config = {
        "model": str(model_folder(reward_model.run)),
        "benchmark": str(name),
        "folder": str(folder.resolve()),
        **({"revision": revision} if revision else {}),
    }
    run = request_run(module="run_benchmark", config=config, by=by)
    return Benchmark.objects.create(reward_model=reward_model, name=name, run=run)
