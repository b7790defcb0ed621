"""What mix of prompts a campaign wants."""

from collections.abc import Mapping

from django.db import transaction

from annotate.models import Campaign, WantedShare
from commons.audit import record
from commons.models import User


@transaction.atomic
def want_mix(
    *, campaign: Campaign, skills: Mapping[str, float], languages: Mapping[str, float], by: User
) -> None:
    """Let these shares be what is wanted, in place of those before. Shares are 0 to 1."""
    WantedShare.objects.filter(campaign=campaign).delete()
    wanted = {WantedShare.Facet.SKILL: skills, WantedShare.Facet.LANGUAGE: languages}
    WantedShare.objects.bulk_create(
        WantedShare(campaign=campaign, facet=facet, value=name, share=share)
        for facet, shares in wanted.items()
        for name, share in shares.items()
    )
    said = {str(facet.value): dict(shares) for facet, shares in wanted.items()}
    record(actor=by, verb="campaign.mix_wanted", subject=campaign, **said)
