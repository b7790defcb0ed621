"""Prompts, the answers that may be chosen, and what they are found by."""

from django.utils.translation import gettext_lazy as _

from annotate.models import (
    BandWalk,
    Bridge,
    Candidate,
    CandidateWords,
    DemonstrationWords,
    Picture,
    Prompt,
    PromptWords,
)
from commons.admin_names import Tables, named

TABLES: Tables = {
    Prompt: named(
        _("prompt"),
        _("prompts"),
        tools=_("tools"),
        attachments=_("attachments"),
        digest=_("SHA-256 of what is asked"),
        source=_("source"),
        external_id=_("id at the source"),
        cluster=_("oldest near-duplicate"),
        quarantined=_("in quarantine"),
    ),
    Picture: named(
        _("picture"),
        _("pictures"),
        sha256=_("SHA-256 of its bytes"),
        type=_("type of the file"),
        width=_("width in pixels"),
        height=_("height in pixels"),
        size=_("bytes"),
    ),
    Candidate: named(
        _("candidate"),
        _("candidates"),
        digest=_("SHA-256 of the messages"),
        source=_("source"),
        sampling=_("how it was drawn"),
        weight=_("weight beside others"),
        author=_("author"),
    ),
    PromptWords: named(_("words of a prompt"), _("words of prompts"), said=_("words")),
    CandidateWords: named(_("words of a candidate"), _("words of candidates"), said=_("words")),
    DemonstrationWords: named(
        _("words of a demonstration"), _("words of demonstrations"), said=_("words")
    ),
    Bridge: named(
        _("prompt between two sides"),
        _("prompts between two sides"),
        first=_("prompt of the first side"),
        second=_("prompt of the second side"),
        found_at=_("found at"),
    ),
    BandWalk: named(
        _("search for near-duplicates"),
        _("searches for near-duplicates"),
        version=_("version of the keys"),
        after=_("last prompt that was looked at"),
    ),
}
