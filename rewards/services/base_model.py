"""The base model is brought once, by the train worker or by the command."""

from django.conf import settings

from commons.models import RunState, User
from rewards.models import EngineRun
from rewards.services.folders import base_folder
from rewards.services.run import request_run


def base_model_is_here() -> bool:
    return (base_folder() / "config.json").is_file()


def request_base_model(*, by: User | None = None) -> EngineRun | None:
    """Ask for the base model, unless it is there or on its way."""
    if base_model_is_here():
        return None
    on_its_way = EngineRun.objects.filter(
        module="base_model", state__in=[RunState.REQUESTED, RunState.RUNNING]
    ).first()
    config = {"source": settings.BASE_MODEL, "out": str(base_folder())}
    return on_its_way or request_run(module="base_model", config=config, by=by)
