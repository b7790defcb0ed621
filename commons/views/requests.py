"""What a request is once its person is known."""

from django.http import HttpRequest

from commons.models import User


class AuthedRequest(HttpRequest):
    """A request behind ``login_required``: its user is a person of ours."""

    user: User


def page_of(request: HttpRequest) -> str:
    """The name of the address that was asked for, without its namespace; "" where it has none."""
    found = request.resolver_match
    return found.url_name or "" if found else ""
