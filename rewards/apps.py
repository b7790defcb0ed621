from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from rewards.checks import trainings_can_be_spread


class RewardsConfig(AppConfig):
    name = "rewards"
    verbose_name = _("Models and cycles")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from rewards.hearing import hear_conversations  # noqa: PLC0415 -- models are there by now

        hear_conversations()
        register(trainings_can_be_spread, deploy=True)
