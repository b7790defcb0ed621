"""Addresses of the account pages."""

from django.urls import path

from commons.views import appearance, keys, language, own_mail, presence, profile, session, token

app_name = "commons"

urlpatterns = [
    path("login/", session.SignIn.as_view(), name="login"),
    path("logout/", session.SignOut.as_view(), name="logout"),
    path("profile/", profile.profile, name="profile"),
    path("profile/password/", profile.ChangePassword.as_view(), name="password"),
    path("profile/tokens/", token.tokens, name="tokens"),
    path("profile/tokens/<uuid:uuid>/revoke/", token.revoke, name="revoke_token"),
    path("profile/appearance/", appearance.appearance, name="appearance"),
    path("profile/presence/", presence.presence, name="presence"),
    path("profile/presence/away/", presence.away, name="away"),
    path("profile/presence/<uuid:uuid>/back/", presence.back, name="back"),
    path("profile/keys/", keys.keys, name="keys"),
    path("profile/language/", language.choose, name="language"),
    path("profile/mail/", own_mail.own_mail, name="own_mail"),
    path("profile/mail/<uuid:uuid>/again/", own_mail.again, name="own_mail_again"),
    path("catalogue/<str:language>/<slug:digest>.js", language.catalogue, name="catalogue"),
]
