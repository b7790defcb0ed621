"""The languages that Laurel speaks, and where the sentences of its scripts are."""

import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, override

from commons.models import User

SOURCE = "en"  # what the code itself is written in
API = "/api/"


def remember_language(person: User, *, anew: bool) -> None:
    """Mail to a person speaks the language of this page; not ``anew``: where none is known yet."""
    mine = User.objects.filter(pk=person.pk)
    (mine if anew else mine.filter(language="")).update(language=get_language() or SOURCE)


@cache
def digest_of(language: str) -> str:
    """Changes with what scripts say in this language."""
    digest = hashlib.sha256()
    for catalogue in _catalogues(language):
        digest.update(catalogue.read_bytes())
    return digest.hexdigest()[:16]


def within(label: object) -> str:
    """A label inside a sentence: only its first letter is small, since German has large ones."""
    said = str(label)
    return said[:1].lower() + said[1:]


def _catalogues(language: str) -> Iterator[Path]:
    for folder in settings.LOCALE_PATHS:
        found = Path(folder) / language / "LC_MESSAGES" / "djangojs.mo"
        if found.exists():
            yield found


def catalogue_address() -> str:
    """Where scripts find their sentences in this page’s language; empty for that of the code."""
    language = get_language() or SOURCE
    if language == SOURCE:
        return ""
    return reverse("commons:catalogue", args=[language, digest_of(language)])


def programs_hear_english(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the API speaks the language of the code, whatever a browser asks for."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(API):
            return get_response(request)
        with override(SOURCE):
            return get_response(request)

    return answer
