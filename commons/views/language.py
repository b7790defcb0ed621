"""The reader's language: what scripts say in it. Templates and views take theirs from Django."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.translation import check_for_language, get_supported_language_variant
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.i18n import JavaScriptCatalog, set_language

from commons.languages import remember_language

YEAR = 365 * 24 * 3600
# LOCALE_PATHS count as everybody's; without a package, those of Django's admin came along.
sentences = JavaScriptCatalog.as_view(packages=["commons"])


def choose(request: HttpRequest) -> HttpResponseBase:
    """Django's own, and mail to whoever is signed in speaks it too."""
    answer = set_language(request)
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and check_for_language(chosen):
        with translation.override(chosen):
            remember_language(request.user, anew=True)
    return answer


@require_safe
@cache_control(public=True, immutable=True, max_age=YEAR)
def catalogue(request: HttpRequest, language: str, digest: str) -> HttpResponseBase:
    """What scripts say, in one language; ``digest`` makes a changed catalogue another address."""
    try:
        known = get_supported_language_variant(language, strict=True)
    except LookupError as unknown:
        raise Http404(language) from unknown
    with translation.override(known):
        return sentences(request)
