"""Addresses of the account pages."""

from django.urls import path
from django.views.i18n import set_language

from commons.views import appearance, keys, language, profile, session, token

app_name = "commons"

urlpatterns = [
    path("login/", session.SignIn.as_view(), name="login"),
    path("logout/", session.SignOut.as_view(), name="logout"),
    path("profile/", profile.profile, name="profile"),
    path("profile/password/", profile.ChangePassword.as_view(), name="password"),
    path("profile/tokens/", token.tokens, name="tokens"),
    path("profile/tokens/<uuid:uuid>/revoke/", token.revoke, name="revoke_token"),
    path("profile/appearance/", appearance.appearance, name="appearance"),
    path("profile/keys/", keys.keys, name="keys"),
    path("profile/language/", set_language, name="language"),
    path("catalogue/<str:language>/<slug:digest>.js", language.catalogue, name="catalogue"),
]
