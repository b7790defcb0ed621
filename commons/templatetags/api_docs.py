"""What the API's documentation page needs of templates."""

from functools import cache

from django import template
from django.utils.safestring import SafeString

from commons.markdown import render_markdown

register = template.Library()


@register.filter
@cache
def prose(text: str) -> SafeString:
    """A description's Markdown as HTML. They are few and never change, so each is rendered once."""
    return render_markdown(text)
