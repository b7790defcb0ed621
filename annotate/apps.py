from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnnotateConfig(AppConfig):
    name = "annotate"
    verbose_name = _("Judging by people")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from annotate.hearing import hear_tasks  # noqa: PLC0415 -- models are there by now

        hear_tasks()
