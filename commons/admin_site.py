"""The site of Django's admin: tables stand in rooms, by what they are about, and one door leads in.

Which table stands in which room, and under which words, is said by ``settings.ADMIN_ROOMS``, and
who writes down that somebody reads one by ``settings.ADMIN_LOOKS``, since commons knows no app.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

ELSEWHERE = _("Everything else")
FORM = "add_view"  # an empty one shows nothing of anybody

V = TypeVar("V", bound=Callable[..., HttpResponseBase])


class LaurelSite(admin.AdminSite):
    site_header = "Laurel"
    site_title = "Laurel"
    index_title = _("All tables")

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """The rooms with the tables that this person may see; one app's where it is asked for."""
        apps: list[dict[str, Any]] = super().get_app_list(request, app_label)
        found = {each["model"]._meta.label: each for app in apps for each in app["models"]}
        for label, table in found.items():
            if there := place_of(label):
                table["name"] = there["words"]
        return rooms_of(found) if app_label is None else apps

    def admin_view(self, view: V, cacheable: bool = False) -> V:
        """Whoever is shown a table, or a row of one, is told to ``ADMIN_LOOKS``."""
        is_of_table = isinstance(getattr(view, "__self__", None), admin.ModelAdmin)
        return super().admin_view(_told(view) if is_of_table else view, cacheable)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Everybody signs in at the product's own door; whoever may not enter is told so."""
        index = reverse("admin:index", current_app=self.name)
        if self.has_permission(request):
            return HttpResponseRedirect(index)
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME, index))


def _told(view: V) -> V:
    @wraps(view)
    def told(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        answer = view(request, *args, **kwargs)
        is_read = request.method in ("GET", "HEAD") and answer.status_code == HTTPStatus.OK
        if is_read and view.__name__ != FORM:
            for name in settings.ADMIN_LOOKS:
                import_string(name)(by=request.user, page=request.path)
        return answer

    return cast(V, told)


def rooms_of(tables: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """As Django's templates want apps. A table that no room names stands in the last one."""
    named = {label for _name, labels in settings.ADMIN_ROOMS for label in labels}
    others = [label for label in tables if label not in named]
    return [
        {
            "name": name,
            "app_label": f"room-{number}",
            "app_url": address_of(number),
            "has_module_perms": True,
            "models": [tables[label] for label in labels if label in tables],
        }
        for number, (name, labels) in enumerate([*settings.ADMIN_ROOMS, (ELSEWHERE, others)])
        if not tables.keys().isdisjoint(labels)
    ]


def place_of(label: str) -> dict[str, object] | None:
    """A table's room, as ``rooms_of`` numbers it, and the words for the table there."""
    for number, (name, words) in enumerate(settings.ADMIN_ROOMS):
        if label in words:
            return {"room": name, "address": address_of(number), "words": words[label]}
    return None


def address_of(number: int) -> str:
    return f"{reverse('admin:index')}#room-{number}"
