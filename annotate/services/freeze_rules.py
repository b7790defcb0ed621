"""A campaign sets limits to what may be frozen of it."""

import math
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext

from annotate.errors import OddFreezeRule
from annotate.export.preflight.rules import RULES
from annotate.models import Campaign
from commons.audit import record
from commons.models import User


@transaction.atomic
def set_freeze_rules(*, campaign: Campaign, rules: Mapping[str, float], by: User) -> None:
    """Let these limits, by names of ``RULES``, be all that holds from now on; shares in 0 … 1."""
    for name, limit in rules.items():
        _check(name, limit)
    was = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk).freeze_rules
    campaign.freeze_rules = dict(sorted(rules.items()))
    Campaign.objects.filter(pk=campaign.pk).update(freeze_rules=campaign.freeze_rules)
    record(
        actor=by,
        verb="campaign.freeze_rules_set",
        subject=campaign,
        was=was,
        rules=campaign.freeze_rules,
    )


def _check(name: str, limit: float) -> None:
    rule = RULES.get(name)
    if rule is None:
        said = gettext("No rule is called “%(name)s”; use one of %(names)s.")
        raise OddFreezeRule(name, said % {"name": name, "names": ", ".join(RULES)})
    if not math.isfinite(limit) or limit < 0 or (rule.is_share and limit > 1):
        said = gettext("A limit is a number from 0 on, and a share is 100 %% at the most.")
        raise OddFreezeRule(name, said % {})
