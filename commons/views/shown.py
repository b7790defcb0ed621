"""Pages that not everybody sees: to the others they are not there."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseBase

from commons.models import User
from commons.views.requests import AuthedRequest

P = ParamSpec("P")
View = Callable[Concatenate[AuthedRequest, P], HttpResponseBase]


def shown_to(may_see: Callable[[User], bool]) -> Callable[[View[P]], View[P]]:
    """404 for whoever ``may_see`` says no to; strangers are asked to log in first."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: AuthedRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not may_see(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        return cast(View[P], login_required(guarded))

    return guard
