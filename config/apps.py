"""Django's admin, with our site instead of its own."""

from django.contrib.admin.apps import AdminConfig


class LaurelAdmin(AdminConfig):
    """The name and label stay Django's; ``admin.site`` is ours."""

    default_site = "commons.admin_site.LaurelSite"
