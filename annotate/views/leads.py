"""Pages that only leads and admins see; to everybody else they are not there."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseBase

from annotate.selectors.campaign import leads_anything
from commons.views.requests import AuthedRequest

P = ParamSpec("P")
View = Callable[Concatenate[AuthedRequest, P], HttpResponseBase]


def leads_only(view: View[P]) -> View[P]:
    """404 for whoever leads no campaign."""

    @login_required
    @wraps(view)
    def guarded(request: AuthedRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not leads_anything(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
