"""Where every address begins; each app lists its own."""

from django.contrib import admin
from django.urls import include, path

from commons.views.health import health

urlpatterns = [
    path("healthz", health, name="health"),
    path("admin/", admin.site.urls),
    path("", include("commons.urls")),
    path("", include("annotate.urls")),
    path("rewards/", include("rewards.urls")),
]
