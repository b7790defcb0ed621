"""What a list says of a prompt that may harm whoever reads the list."""

from collections.abc import Collection

from django import template
from django.utils.translation import gettext

from annotate.models import Prompt

register = template.Library()


@register.filter
def quoted(prompt: Prompt, covered: Collection[int]) -> str:
    """What is asked, unless it is among those (by primary key) whose words no list shows."""
    return gettext("May hold harmful text") if prompt.pk in covered else prompt.question
