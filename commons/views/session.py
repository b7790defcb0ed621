"""Signing in and out."""

from django.contrib.auth.views import LoginView, LogoutView


class SignIn(LoginView):
    template_name = "commons/login.html"
    redirect_authenticated_user = True


class SignOut(LogoutView):
    """POST only, as Django has it: a link cannot sign anybody out."""
