"""What Explore shows of each row that it finds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from annotate.enums import CountsAs
from annotate.models import (
    Assignment,
    Campaign,
    CampaignPrompt,
    Demonstration,
    Prompt,
    Ranking,
    Rater,
)
from annotate.selectors.care import harmful_skills, is_uncovered
from annotate.selectors.waiting import Waiting, Waits, waits_of
from commons.models import User
from commons.stats.pairs import pairs_of

AnyRow = CampaignPrompt | Demonstration | Ranking | Assignment


@dataclass(frozen=True)
class ShownRow:
    """A line of the list. ``rater`` is told to leads alone, ``campaign`` where there are several;
    ``why`` and ``note`` are of a skip."""

    prompt: Prompt
    at: datetime
    campaign_id: int
    rater: Rater | str | None = None
    tiers: int | None = None
    comparisons: int = 0
    flags: Sequence[str] = ()
    revision: int = 1
    counts_as: str = ""
    is_covered: bool = False
    is_work: bool = False
    campaign: str = ""
    waits: Waits | None = None
    why: str = ""
    note: str = ""


def told_rows(
    rows: Sequence[AnyRow],
    campaigns: Sequence[Campaign],
    *,
    is_lead: bool,
    waiting: Waiting | None = None,
) -> list[ShownRow]:
    """With the campaign of each where there are several, and for what prompts wait."""
    found = [shown_row(each, is_lead=is_lead) for each in rows]
    pks = [each.pk for each in campaigns]
    if len(campaigns) > 1:
        names = {each.pk: each.name for each in campaigns}
        found = [replace(each, campaign=names[each.campaign_id]) for each in found]
    if waiting is None:
        return found
    waits = waits_of(pks, [each.prompt.pk for each in found], waiting)
    return [replace(each, waits=waits.get((each.campaign_id, each.prompt.pk))) for each in found]


def shown_row(row: AnyRow, *, is_lead: bool) -> ShownRow:
    if isinstance(row, CampaignPrompt):
        return ShownRow(row.prompt, row.added_at, row.campaign_id)
    if isinstance(row, Assignment):
        return shown_skip(row)
    return ShownRow(
        row.prompt,
        row.created_at,
        row.campaign_id,
        rater=row.rater if is_lead else None,
        tiers=len(row.tiers) if isinstance(row, Ranking) else None,
        comparisons=len(pairs_of(row.tiers)) if isinstance(row, Ranking) else 0,
        flags=flags_of(row) if isinstance(row, Ranking) else (),
        revision=row.revision,
        counts_as=row.get_counts_as_display(),
        is_work=row.counts_as == CountsAs.WORK,
    )


def shown_skip(turn: Assignment) -> ShownRow:
    return ShownRow(
        turn.task.prompt,
        turn.closed_at or turn.taken_at,
        turn.task.campaign_id,
        rater=turn.person.display_name,
        why=turn.get_skip_reason_display(),
        note=turn.skip_note,
    )


def covered_rows(rows: list[ShownRow], campaigns: Sequence[Campaign], user: User) -> list[ShownRow]:
    """What may harm is covered, unless its reader wants to see it at once."""
    skills = harmful_skills(each.pk for each in campaigns)
    if not skills or is_uncovered(user):
        return rows
    return [
        replace(
            each,
            is_covered=bool(
                skills.get(each.campaign_id, frozenset())
                & {"", each.prompt.skill, each.prompt.clearance}
            ),
        )
        for each in rows
    ]


def flags_of(ranking: Ranking) -> list[str]:
    """The flags to which it says yes of some answer."""
    said = (each.get("flags", {}) for each in ranking.answers.values())
    return sorted({name for flags in said for name, yes in flags.items() if yes is True})
