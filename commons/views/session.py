"""Signing in and out."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve

from commons.languages import API, remember_language


class SignIn(LoginView):
    template_name = "commons/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_valid(form)
        remember_language(form.get_user(), anew=False)
        return answer


class SignOut(LogoutView):
    """POST only, as Django has it: a link cannot sign anybody out."""


def forms_lead_to_pages(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: whoever opens an address that only takes forms is led to the page above it.

    So does everybody whose login had run out when they sent a form: the sign-in knows its address.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not _opens_a_page(request):
            return response
        return HttpResponseRedirect(_page_above(request.path_info))

    return answer


def _opens_a_page(request: HttpRequest) -> bool:
    """A window does; scripts and programs ask for no HTML by name."""
    wants_html = "text/html" in request.headers.get("Accept", "")
    return request.method == "GET" and wants_html and not request.path_info.startswith(API)


def _page_above(path: str) -> str:
    """``/talk/1/say/`` stands on ``/talk/1/``; what stands on no page leads to the desk."""
    above = path.rstrip("/").rpartition("/")[0] + "/"
    try:
        resolve(above)
    except Resolver404:
        return _page_above(above)
    return above
