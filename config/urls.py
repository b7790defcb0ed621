"""Where every address begins; each app lists its own."""

from django.contrib import admin
from django.urls import include, path

from commons.views.health import health

urlpatterns = [
    path("healthz", health, name="health"),
    path("admin/", admin.site.urls),
    path("", include("commons.urls")),
    path("api/v1/", include("rewards.api.urls")),  # before annotate's, which ends with a refusal
    path("", include("annotate.urls")),
    path("rewards/", include("rewards.urls")),
]

handler400 = "commons.views.failures.bad_request"
handler403 = "commons.views.failures.permission_denied"
handler404 = "commons.views.failures.not_found"
handler500 = "commons.views.failures.server_error"
