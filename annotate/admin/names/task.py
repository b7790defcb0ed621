"""Tasks, their lanes, and whose turn it is."""

from django.utils.translation import gettext_lazy as _

from annotate.models import Assignment, Draft, Lane, Tally, Task
from commons.admin_names import Tables, named

TABLES: Tables = {
    Lane: named(
        _("lane"),
        _("lanes"),
        band=_("priority"),
        reserved_for=_("reserved for"),
        batch=_("number of the newest arrival"),
        purpose=_("purpose"),
    ),
    Task: named(
        _("task"),
        _("tasks"),
        round=_("round"),
        place=_("place in the lane"),
        offered=_("offered candidates"),
        wanted=_("judgements wanted"),
        free=_("free turns"),
        held=_("reason of the hold"),
        second_opinion=_("second opinion"),
        propensity=_("chance of a second opinion"),
        asked_with=_("chance of the prompt"),
        offered_with=_("chances of the offered"),
        third_asked=_("third opinion"),
    ),
    Assignment: named(
        _("assignment"),
        _("assignments"),
        place=_("place in the lane"),
        seat=_("seat"),
        order=_("order of the answers"),
        take_key=_("key of the take"),
        closing_key=_("key of the closing"),
        taken_at=_("taken at"),
        shown_at=_("shown at"),
        skip_reason=_("reason of the skip"),
        skip_note=_("words beside the skip"),
    ),
    Draft: named(_("draft"), _("drafts")),
    Tally: named(
        _("tally of a day"),
        _("tallies of days"),
        slot=_("slot"),
        demonstrations=_("demonstrations"),
        rankings=_("rankings"),
        edits=_("changes"),
        skips=_("skips"),
        imported=_("imported rankings"),
    ),
}
