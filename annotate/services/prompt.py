"""Prompts enter: kept once, their side fixed for ever, and given a place in a campaign.

One at a time here; by the thousand in ``services.intake``.
"""

from collections.abc import Mapping, Sequence

from django.db import transaction

from annotate.digests import prompt_digest
from annotate.errors import BadPrompt
from annotate.export.splits import side_of
from annotate.models import Campaign, CampaignPrompt, Prompt
from annotate.near.asking import asked_in
from annotate.near.placing import Place
from annotate.services.near.settling import Newcomer, settle
from annotate.tools import OddTool, Tool, Tools, check_tools

Messages = Sequence[Mapping[str, object]]


@transaction.atomic
def add_prompt(
    *,
    campaign: Campaign,
    messages: Messages,
    tools: Tools = (),
    skill: str = "",
    language: str = "en",
    clearance: str = "",
    source: str = "",
    external_id: str = "",
    priority: int = 5,
    after: Prompt | None = None,
) -> tuple[Prompt, bool]:
    """Keep a prompt and give it a place in the campaign; say whether the place is new.

    One that goes on ``after`` another begins with all that was said there, so it is of the same
    side and cluster: what was held out at the first turn trains nothing at the fifth.
    """
    if not messages or messages[-1].get("role") != "user":
        raise BadPrompt("messages: the last one must be a user's; that turn is to be answered.")
    try:
        check_tools(tools)
    except OddTool as odd:
        raise BadPrompt(f"tools {odd.field}: {odd}") from odd
    prompt, _ = _kept_prompt(
        campaign,
        list(messages),
        list(tools),
        after,
        skill=skill[:64],
        language=language[:16],
        clearance=clearance[:64],
        source=source[:100],
        external_id=external_id[:200],
    )
    _, entered = CampaignPrompt.objects.get_or_create(
        campaign=campaign, prompt=prompt, defaults={"priority": priority}
    )
    return prompt, entered


def _kept_prompt(
    campaign: Campaign,
    messages: list[Mapping[str, object]],
    tools: list[Tool],
    after: Prompt | None,
    **labels: str,
) -> tuple[Prompt, bool]:
    digest = prompt_digest(messages=messages, tools=tools, attachments=[])
    own = (
        Place(side_of(digest)) if after is None else Place(after.side, after.cluster_id or after.pk)
    )
    prompt, is_new = Prompt.objects.get_or_create(
        digest=digest,
        defaults={
            "messages": messages,
            "tools": tools,
            "side": own.side,
            "cluster_id": own.cluster,
            **labels,
        },
    )
    if is_new:
        newcomer = Newcomer(prompt.pk, asked_in(messages), own, after is not None, digest)
        place = settle([newcomer], campaign=campaign.pk)[prompt.pk]
        prompt.side, prompt.cluster_id = place.side, place.cluster
        prompt.quarantined = bool(place.between)
    return prompt, is_new
