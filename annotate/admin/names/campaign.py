"""Campaigns, what they ask for and what came into them."""

from django.utils.translation import gettext_lazy as _

from annotate.models import (
    Acknowledgement,
    Batch,
    Campaign,
    CampaignPrompt,
    CampaignWork,
    Instructions,
)
from commons.admin_names import Tables, named

TABLES: Tables = {
    Campaign: named(
        _("campaign"),
        _("campaigns"),
        summary=_("summary"),
        skills=_("skills asked for"),
        weight=_("weight in the queue"),
        freeze_rules=_("limits of its datasets"),
        held_out_at_least=_("held-out prompts of a week, at least"),
        held_out_at_most=_("held-out prompts of a week, at most"),
    ),
    Instructions: named(
        _("guideline"), _("guidelines"), guideline=_("wording"), form=_("scales and flags")
    ),
    Acknowledgement: named(_("acceptance of a guideline"), _("acceptances of guidelines")),
    CampaignWork: named(
        _("kind of work"),
        _("kinds of work"),
        wanted=_("judgements of each task"),
        answers=_("answers shown"),
        strengths=_("asks how much better"),
        lease_minutes=_("minutes of a lease"),
        edit_minutes=_("minutes for changes"),
        second_opinion_share=_("share of second opinions"),
        third_below=_("a third opinion below"),
        stops_when_sure=_("stops when sure by"),
        second_up_to=_("chance of a second opinion, up to"),
        held_out_share=_("share for held-out raters"),
        reviewed_share=_("share that is reviewed"),
        may_start_from=_("may begin with a candidate"),
        looks_again=_("looks again before handing in"),
        turns=_("turns of a conversation, at most"),
    ),
    Batch: named(
        _("batch"), _("batches"), name=_("name of the file"), fingerprint=_("fingerprint")
    ),
    CampaignPrompt: named(
        _("prompt of a campaign"),
        _("prompts of campaigns"),
        priority=_("priority"),
        chance=_("chance of being answered by models"),
    ),
}
