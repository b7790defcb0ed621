"""Pages that only leads and admins see; to everybody else they are not there."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseBase

from annotate import gateway
from commons.views.requests import AuthedRequest

P = ParamSpec("P")
View = Callable[Concatenate[AuthedRequest, P], HttpResponseBase]


def leads_only(view: View[P]) -> View[P]:
    """404 for whoever leads no campaign."""

    @wraps(view)
    def guarded(request: AuthedRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not (request.user.is_superuser or gateway.campaigns_led_by(request.user)):
            raise Http404
        return view(request, *args, **kwargs)

    return cast(View[P], login_required(guarded))
