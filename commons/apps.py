from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommonsConfig(AppConfig):
    name = "commons"
    verbose_name = _("Accounts, notices and records")
    default_auto_field = "django.db.models.BigAutoField"
