"""What belongs to a campaign, for whoever carries it elsewhere as a whole.

Every table goes by its primary key: what was made first arrives first, for the product reads its
rows in that order.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import (
    Count,
    Min,
    Model,
    Q,
    QuerySet,
)

from annotate.enums import AssignmentState, Facet, ReviewState
from annotate.models import (
    Acknowledgement,
    Assignment,
    Batch,
    Campaign,
    CampaignPrompt,
    CampaignWork,
    Candidate,
    CandidateRequest,
    CapRules,
    CareRules,
    Competence,
    Conversation,
    ConversationTurn,
    Demonstration,
    Draft,
    Gold,
    GoldRules,
    HarmfulSkill,
    Instructions,
    Invitation,
    ItemQuestion,
    Lane,
    MachineJudge,
    MachineVerdict,
    Membership,
    Note,
    Precedent,
    Prompt,
    Qualification,
    Ranking,
    Rater,
    Rejection,
    Review,
    Snapshot,
    Task,
    Upload,
    Void,
    Voided,
    WantedShare,
)
from annotate.selectors.task import IS_ASKED_NO_MORE
from commons.models import AuditEvent, User

ARRIVED = "campaign.imported"  # as the audit record has it
CARRIED_FACETS = (Facet.SKILL, Facet.LANGUAGE)


def carried_rows(campaign: Campaign) -> dict[str, QuerySet[Any]]:
    """The rows of each table of a campaign, by the table's name."""
    here = {"campaign": campaign}
    rows: dict[str, QuerySet[Any]] = {
        "people": people_of(campaign),
        "competences": Competence.objects.filter(
            person__in=people_of(campaign), facet__in=CARRIED_FACETS
        ),
        "raters": Rater.objects.filter(pk__in=_raters(campaign)),
        "campaign": Campaign.objects.filter(pk=campaign.pk),
        "works": CampaignWork.objects.filter(**here),
        "instructions": Instructions.objects.filter(**here),
        "acknowledgements": Acknowledgement.objects.filter(instructions__campaign=campaign),
        "memberships": Membership.objects.filter(**here),
        "batches": Batch.objects.filter(**here),
        "prompts": _leading(campaign),
        "near_duplicates": _following(campaign),
        "candidates": Candidate.objects.filter(prompt__in=prompts_carried(campaign)),
        "places": CampaignPrompt.objects.filter(**here),
        "lanes": Lane.objects.filter(**here),
        "tasks": Task.objects.filter(**here),
        "assignments": Assignment.objects.filter(task__campaign=campaign),
        "demonstrations": Demonstration.objects.filter(**here),
        "rankings": Ranking.objects.filter(**here),
        "machines": MachineJudge.objects.filter(**here),
        "machine_verdicts": MachineVerdict.objects.filter(judge__campaign=campaign),
        "gold_rules": GoldRules.objects.filter(**here),
        "cap_rules": CapRules.objects.filter(**here),
        "care_rules": CareRules.objects.filter(**here),
        "harmful_skills": HarmfulSkill.objects.filter(**here),
        "qualifications": Qualification.objects.filter(**here),
        "gold": Gold.objects.filter(**here),
        "voids": Void.objects.filter(**here),
        "voided": Voided.objects.filter(void__campaign=campaign),
        "conversations": Conversation.objects.filter(**here),
        "turns": ConversationTurn.objects.filter(conversation__campaign=campaign),
        "requests": CandidateRequest.objects.filter(turn__conversation__campaign=campaign),
        "questions": ItemQuestion.objects.filter(**here),
        "precedents": Precedent.objects.filter(**here),
        "reviews": Review.objects.filter(**here),
        "wanted_shares": WantedShare.objects.filter(campaign=campaign),
        "rejections": Rejection.objects.filter(review__campaign=campaign),
        "notes": _notes(campaign),
    }
    return {name: each.order_by("pk") for name, each in rows.items()}


def people_of(campaign: Campaign) -> QuerySet[User]:
    """Everybody whom a row of the campaign names."""
    turns = Assignment.objects.filter(task__campaign=campaign)
    reviews = Review.objects.filter(campaign=campaign).exclude(state=ReviewState.OPEN)
    named: list[tuple[QuerySet[Any], str]] = [
        (Membership.objects.filter(campaign=campaign), "person"),
        (Campaign.objects.filter(pk=campaign.pk), "created_by"),
        (Instructions.objects.filter(campaign=campaign), "created_by"),
        (Acknowledgement.objects.filter(instructions__campaign=campaign), "person"),
        (Batch.objects.filter(campaign=campaign), "created_by"),
        (Lane.objects.filter(campaign=campaign), "reserved_for"),
        (Conversation.objects.filter(campaign=campaign), "person"),
        (ItemQuestion.objects.filter(campaign=campaign), "answered_by"),
        (_notes(campaign), "person"),
        (Rater.objects.filter(pk__in=_raters(campaign)), "user"),
        (reviews, "reviewer"),
        (Gold.objects.filter(campaign=campaign), "made_by"),
        (Qualification.objects.filter(campaign=campaign), "created_by"),
        *((Void.objects.filter(campaign=campaign), each) for each in ("person", "by", "undone_by")),
        (MachineJudge.objects.filter(campaign=campaign), "made_by"),
        (turns, "person"),
    ]
    pks = {
        pk
        for rows, name in named
        for pk in rows.order_by().values_list(name, flat=True).distinct()
        if pk is not None
    }
    return User.objects.filter(pk__in=pks)


def leases_by_task(campaign: Campaign) -> Iterator[tuple[Task, int]]:
    """The tasks that somebody holds a lease on just now, and how many hold it.

    Each carries ``is_asked_no_more``: it was asked again since, or checks people, and wants nobody
    else.
    """
    leased = Q(assignments__state=AssignmentState.OPEN)
    tasks = Task.objects.filter(leased, campaign=campaign).annotate(
        leases=Count("assignments", filter=leased), is_asked_no_more=IS_ASKED_NO_MORE
    )
    for task in tasks.order_by("pk"):
        yield task, task.leases


def leaders_instead(campaign: Campaign) -> dict[str, str]:
    """Who leads a cluster among what travels, where its first prompt is another campaign's.

    That prompt stays: its text is not this campaign's to carry.
    """
    firsts = dict(_orphaned(campaign).values_list("cluster__uuid", "first"))
    names = dict(
        Prompt.objects.filter(pk__in=_orphaned(campaign).values("first")).values_list("pk", "uuid")
    )
    return {str(cluster): str(names[first]) for cluster, first in firsts.items()}


def left_behind(campaign: Campaign) -> dict[str, int]:
    """How many rows of a campaign do not travel, by what they are."""
    turns = Assignment.objects.filter(task__campaign=campaign)
    said = ConversationTurn.objects.filter(conversation__campaign=campaign, draft_version__gt=0)
    theirs = Competence.objects.filter(person__in=people_of(campaign))
    return {
        "leases": turns.filter(state=AssignmentState.OPEN).count(),
        "drafts": Draft.objects.filter(assignment__in=turns).count() + said.count(),
        "claims of reviews": Review.objects.filter(
            campaign=campaign, state=ReviewState.OPEN, reviewer__isnull=False
        ).count(),
        "invitations": Invitation.objects.filter(campaign=campaign).count(),
        "uploads": Upload.objects.filter(campaign=campaign).count(),
        "datasets": Snapshot.objects.filter(campaigns=campaign).count(),
        "clearances and duties": theirs.exclude(facet__in=CARRIED_FACETS).count(),
        "clusters begun by a prompt of another campaign": _orphaned(campaign).count(),
    }


def prompts_carried(campaign: Campaign) -> QuerySet[Any, Any]:
    """Prompts with a place in the campaign, and those that something of it is about."""
    ids: list[QuerySet[Any, Any]]
    about: tuple[type[Model], ...] = (CampaignPrompt, Task, Demonstration, Ranking)
    ids = [each._default_manager.filter(campaign=campaign).values("prompt") for each in about]
    ids.append(ConversationTurn.objects.filter(conversation__campaign=campaign).values("prompt"))
    return Prompt.objects.filter(pk__in=ids[0].union(*ids[1:])).order_by().values("pk")


def _leading(campaign: Campaign) -> QuerySet[Prompt]:
    return Prompt.objects.filter(_leads_here(campaign), pk__in=prompts_carried(campaign))


def _following(campaign: Campaign) -> QuerySet[Prompt]:
    return Prompt.objects.filter(pk__in=prompts_carried(campaign)).exclude(_leads_here(campaign))


def _leads_here(campaign: Campaign) -> Q:
    return Q(cluster__isnull=True) | Q(pk__in=_orphaned(campaign).values("first"))


def _orphaned(campaign: Campaign) -> QuerySet[Any, Any]:
    """The clusters that began with a prompt of another campaign, each with its ``first`` here."""
    ids = prompts_carried(campaign)
    here = Prompt.objects.filter(pk__in=ids, cluster__isnull=False).exclude(cluster__in=ids)
    return here.order_by().values("cluster").annotate(first=Min("pk"))


def _raters(campaign: Campaign) -> QuerySet[Any, Any]:
    ids = [
        Demonstration.objects.filter(campaign=campaign).values("rater"),
        Ranking.objects.filter(campaign=campaign).values("rater"),
        MachineJudge.objects.filter(campaign=campaign).values("rater"),
        Candidate.objects.filter(prompt__in=prompts_carried(campaign), author__isnull=False).values(
            "author"
        ),
    ]
    return ids[0].union(*ids[1:])


def _notes(campaign: Campaign) -> QuerySet[Note]:
    return Note.objects.filter(Q(review__campaign=campaign) | Q(question__campaign=campaign))


def arrived_at(campaign: Campaign) -> datetime | None:
    """When a campaign came from another installation; None: it was made here."""
    return arrivals_of([campaign]).get(campaign.pk)


def arrivals_of(campaigns: Iterable[Campaign]) -> dict[int, datetime]:
    """The same of several, by primary key; those that were made here are left out."""
    known = {f"campaign:{each.uuid}": each.pk for each in campaigns}
    came = AuditEvent.objects.filter(subject__in=known, verb=ARRIVED).order_by("pk")
    return {known[subject]: at for subject, at in came.values_list("subject", "at")}
