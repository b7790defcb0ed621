"""The reader's language, for templates."""

from django import template
from django.conf import settings
from django.utils.translation import get_language

from commons import languages
from commons.translating import spoken, translated

register = template.Library()
register.simple_tag(languages.catalogue_address)
register.filter(languages.within)
register.filter(spoken)
register.filter(translated)


@register.simple_tag
def languages_spoken() -> list[tuple[str, str, bool]]:
    """Every language by its own name, and whether this page speaks it."""
    now = get_language()
    return [(code, str(name), code == now) for code, name in settings.LANGUAGES]
