"""Where a table of the admin stands and what it is called, for the pages of that table."""

from typing import Any

from django import template
from django.db.models.options import Options
from django.utils.text import capfirst

from commons.admin_site import place_of

register = template.Library()


@register.simple_tag
def place(opts: Options[Any]) -> dict[str, object]:
    """The room's name and address, and the table's words; of a table in no room its own alone."""
    found = place_of(opts.label)
    return found or {"words": capfirst(str(opts.verbose_name_plural))}
