"""A lead sets a campaign up, and changes its terms later."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from annotate.digests import digest_of
from annotate.enums import Kind
from annotate.errors import CampaignNotReady, NameTaken, SettingsMoved
from annotate.models import Campaign, CampaignWork
from annotate.questions import Questions
from annotate.selectors.campaign import kinds_with_tasks
from annotate.services.campaign import Work, create_campaign, publish_instructions
from annotate.services.task import open_tasks
from commons.audit import record
from commons.models import User


@dataclass(frozen=True)
class CampaignPlan:
    """All that the page of a new campaign asks for."""

    uuid: UUID
    name: str
    works: Sequence[Work]
    summary: str = ""
    skills: Sequence[str] = ()
    guideline: str = ""
    questions: Questions = field(default_factory=Questions)


class HeldOutTerms(NamedTuple):
    """How many prompts of a week go to the test side; ``at_most`` None: one in ten, always."""

    at_least: int
    at_most: int | None


@transaction.atomic
def set_up_campaign(*, plan: CampaignPlan, by: User) -> Campaign:
    """Make a draft with its work and, where it has a guideline, the first version of that.

    The same plan of the same person, sent again, finds the campaign that it made.
    """
    if made := Campaign.objects.filter(uuid=plan.uuid, created_by=by).first():
        return made
    try:
        with transaction.atomic():
            made = create_campaign(
                uuid=plan.uuid,
                name=plan.name,
                works=plan.works,
                by=by,
                summary=plan.summary,
                skills=plan.skills,
            )
    except IntegrityError as taken:
        raise NameTaken(plan.name) from taken
    if plan.guideline:
        publish_instructions(
            campaign=made, guideline=plan.guideline, by=by, form=form_with(plan.questions)
        )
    return made


def form_with(asked: Questions, *, before: Mapping[str, object] | None = None) -> dict[str, object]:
    """The form of a version that asks this of rankings, and of other kinds what it asked before."""
    others = {kind: said for kind, said in (before or {}).items() if kind != Kind.RANK}
    return others if asked == Questions() else others | {str(Kind.RANK): asked.as_json()}


def settings_seen(campaign: Campaign) -> str:
    """What tells whether the settings are still those that a page was drawn with."""
    works = campaign.works.order_by("kind").values(*Work.__dataclass_fields__)
    held_out = [campaign.held_out_at_least, campaign.held_out_at_most]
    about = [campaign.name, campaign.summary, campaign.skills]
    return digest_of(*about, list(works), held_out)


def change_settings(
    *,
    campaign: Campaign,
    name: str,
    summary: str,
    skills: Sequence[str],
    works: Sequence[Work],
    held_out: HeldOutTerms,
    seen: str,
    by: User,
) -> int:
    """Give a campaign other terms; say how many tasks that opens.

    ``seen`` is what ``settings_seen`` said when the page was drawn. A kind of which there are
    tasks stays. Tasks keep the people wanted and the answers offered that they were made with, and
    prompts their side and their skill.
    """
    _keep_settings(
        campaign=campaign,
        name=name,
        summary=summary,
        skills=skills,
        works=works,
        held_out=held_out,
        seen=seen,
        by=by,
    )
    return open_tasks(campaign=campaign)


@transaction.atomic
def _keep_settings(
    *,
    campaign: Campaign,
    name: str,
    summary: str,
    skills: Sequence[str],
    works: Sequence[Work],
    held_out: HeldOutTerms,
    seen: str,
    by: User,
) -> None:
    locked = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if settings_seen(locked) != seen:
        raise SettingsMoved(locked.name)
    kinds = {work.kind for work in works}
    if forgotten := kinds_with_tasks(locked) - kinds:
        label = Kind(min(forgotten)).label
        said = gettext("There are items of “%(kind)s” already; leave it in, or pause.")
        raise CampaignNotReady(said % {"kind": label})
    try:
        with transaction.atomic():
            Campaign.objects.filter(pk=campaign.pk).update(
                name=name,
                summary=summary,
                skills=list(skills),
                held_out_at_least=held_out.at_least,
                held_out_at_most=held_out.at_most,
            )
    except IntegrityError as taken:
        raise NameTaken(name) from taken
    campaign.works.exclude(kind__in=kinds).delete()
    for work in works:
        terms = asdict(work)
        CampaignWork.objects.update_or_create(
            campaign=campaign, kind=terms.pop("kind"), defaults=terms
        )
    record(
        actor=by,
        verb="campaign.changed",
        subject=campaign,
        name=name,
        skills=list(skills),
        works=[asdict(work) for work in works],
        held_out=held_out._asdict(),
    )
