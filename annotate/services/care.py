"""What may harm is marked by a lead, and given to nobody who has not agreed to read it.

    marked --set_care--> asked of each person --agree--> given --withdraw--> given no more

Who changes the words, or marks more, asks everybody anew.
"""

from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from annotate.enums import AssignmentState
from annotate.models import (
    Assignment,
    Campaign,
    CareChoice,
    CareConsent,
    CareRules,
    HarmfulSkill,
)
from annotate.people_errors import AgreedToOthers, EnoughRead, NotAgreed
from annotate.selectors.campaign import membership_of
from annotate.selectors.care import (
    Enough,
    enough_read,
    is_withheld,
    may_harm,
    reads_harm,
    task_may_harm,
)
from annotate.services.cap import lock_hands
from annotate.services.returning import end_turns, end_unseen_turns
from commons.audit import record
from commons.models import User


@transaction.atomic
def set_care(
    *,
    campaign: Campaign,
    skills: Collection[str],
    words: str,
    by: User,
    per_day: int | None = None,
    in_a_row: int | None = None,
    break_minutes: int = 10,
) -> CareRules | None:
    """Mark these skills and clearances as what may harm ("" is everything); none: unmark all.

    What was loaded ahead for people who would have to agree first goes back at once.
    """
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    marks = {""} if "" in skills else set(skills)
    was = set(campaign.harmful_skills.values_list("skill", flat=True))
    limits = {"per_day": per_day, "in_a_row": in_a_row, "break_minutes": break_minutes}
    record(actor=by, verb="campaign.care-set", subject=campaign, skills=sorted(marks), **limits)
    campaign.harmful_skills.all().delete()
    if not marks:
        CareRules.objects.filter(campaign=campaign).delete()
        return None
    HarmfulSkill.objects.bulk_create(
        HarmfulSkill(campaign=campaign, skill=each) for each in sorted(marks)
    )
    rules = _rules(campaign, words, limits, widens=not _covers(was, marks))
    _end_what_nobody_agreed_to(campaign)
    return rules


def _covers(was: Collection[str], marks: Collection[str]) -> bool:
    """Whether who agreed to what was marked has agreed to what is."""
    return "" in was or set(marks) <= set(was)


def _rules(
    campaign: Campaign, words: str, limits: dict[str, int | None], *, widens: bool
) -> CareRules:
    before = CareRules.objects.filter(campaign=campaign).first()
    if before is None:
        known = CareConsent.objects.filter(campaign=campaign).order_by("-version").first()
        version = known.version + 1 if known else 1  # nobody's older consent is to these words
        return CareRules.objects.create(campaign=campaign, version=version, words=words, **limits)
    if widens or before.words != words:
        before.version += 1
    before.words = words
    for name, value in limits.items():
        setattr(before, name, value)
    before.save()
    return before


def _end_what_nobody_agreed_to(campaign: Campaign) -> None:
    held = Assignment.objects.filter(
        task__campaign=campaign, state=AssignmentState.OPEN, shown_at__isnull=True
    )
    for person in User.objects.filter(pk__in=held.values("person")).order_by("pk"):
        _end_unseen(person, campaign)


def _end_unseen(person: User, campaign: Campaign) -> None:
    """What lies ready for a person and may harm them, unless they agreed to it."""
    if reads_harm(person, campaign.pk):
        return
    turns = Assignment.objects.filter(person=person, task__campaign=campaign)
    for turn in turns.filter(state=AssignmentState.OPEN, shown_at=None).select_related(
        "task__prompt"
    ):
        if task_may_harm(turn.task):
            end_unseen_turns(turns.filter(pk=turn.pk))


@transaction.atomic
def agree_to_harm(*, campaign: Campaign, version: int, by: User) -> CareConsent:
    """Agree to the words that one has read, by their version; twice is once."""
    rules = CareRules.objects.select_for_update().filter(campaign=campaign).first()
    if rules is None or rules.version != version:
        raise AgreedToOthers
    if membership_of(by, campaign) is None:
        raise NotAgreed(campaign.name)
    lock_hands(by, [campaign.pk])
    held = CareConsent.objects.filter(person=by, campaign=campaign, withdrawn_at=None)
    if (mine := held.filter(version=version).first()) is not None:
        return mine
    held.update(withdrawn_at=timezone.now())  # it was to other words
    record(actor=by, verb="care.agreed", subject=campaign, version=version)
    return CareConsent.objects.create(
        person=by, campaign=campaign, version=version, words=rules.words
    )


@transaction.atomic
def withdraw_from_harm(*, campaign: Campaign, by: User) -> None:
    """Read no more of it, from now on and without a reason.

    What lies ready or is on the screen goes to others; what a lead has set aside, too.
    """
    lock_hands(by, [campaign.pk])
    held = CareConsent.objects.filter(person=by, campaign=campaign, withdrawn_at=None)
    if not held.update(withdrawn_at=timezone.now()):
        return
    record(actor=by, verb="care.withdrawn", subject=campaign)
    out = Assignment.objects.filter(
        person=by,
        task__campaign=campaign,
        state__in=[AssignmentState.OPEN, AssignmentState.RESERVED],
    )
    while harmful := [each for each in _in_order(out) if task_may_harm(each.task)]:
        for turn in harmful:  # one that was set aside may have been opened meanwhile
            end_turns(out.filter(pk=turn.pk))


def _in_order(turns: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return turns.select_related("task__prompt").order_by("task", "pk")


def refuse_withheld(*, turn: Assignment, by: User) -> None:
    """Show nothing more of it to whoever reads no such texts. What was loaded ahead goes back."""
    if is_withheld(by, turn):
        end_unseen_turns(Assignment.objects.filter(pk=turn.pk))
        raise NotAgreed(turn.task.campaign.name)


def uncover_always(*, by: User, uncovered: bool) -> None:
    """Show such texts at once, or cover them until one asks for each."""
    CareChoice.objects.update_or_create(person=by, defaults={"uncovered": uncovered})


def refuse_unagreed(*, campaign: Campaign, by: User, skill: str, clearance: str = "") -> None:
    """For work that no queue gives out, and what a lead sets aside."""
    is_so = may_harm(campaign=campaign.pk, skill=skill, clearance=clearance)
    if is_so and not reads_harm(by, campaign.pk):
        raise NotAgreed(campaign.name)


def refuse_enough(*, campaign: Campaign, by: User, skill: str) -> None:
    """For work that no queue gives out. Call it inside the transaction that begins it. From here on
    no yes is taken back."""
    if not may_harm(campaign=campaign.pk, skill=skill):
        return
    lock_hands(by, [campaign.pk])
    refuse_unagreed(campaign=campaign, by=by, skill=skill)
    if found := enough_read(by, [campaign.pk]):
        raise enough_error(found[campaign.pk])


def enough_error(found: Enough) -> EnoughRead:
    return EnoughRead(
        found.campaign.name,
        per_day=found.per_day,
        in_a_row=found.in_a_row,
        minutes=found.minutes,
        until=found.until,
    )
