"""What a request is once its person is known."""

from django.http import HttpRequest

from commons.models import User


class AuthedRequest(HttpRequest):
    """A request behind ``login_required``: its user is a person of ours."""

    user: User
