"""Questions about items, and the precedents that like items and the guideline are shown with."""

from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from annotate.enums import AssignmentState, QuestionState
from annotate.models import (
    Assignment,
    Campaign,
    Instructions,
    ItemQuestion,
    Precedent,
    Prompt,
)
from annotate.selectors.campaign import campaigns_led_by
from annotate.stats.likeness import likeness, words_of
from commons.models import User

MANY = 100
LOOKED_AT = 200  # the newest precedents of a campaign and language: a page must stay quick
SHOWN = 5
NEWEST = 20  # on the page of the guideline
LIKE_ENOUGH = 0.08  # a few words of a short question in common
SAME_SKILL = 0.1  # counts as much as some more words in common

ASKABLE = (AssignmentState.OPEN, AssignmentState.EXPIRED, AssignmentState.SUBMITTED)


def questions_led_by(user: User) -> QuerySet[ItemQuestion]:
    """Every question of the campaigns that a person leads, the oldest first."""
    return (
        ItemQuestion.objects.filter(campaign__in=campaigns_led_by(user).order_by())
        .select_related("campaign", "assignment__person", "assignment__task__prompt")
        .order_by("pk")
    )


def open_questions_for(user: User) -> QuerySet[ItemQuestion]:
    """What waits for an answer of this person."""
    return questions_led_by(user).filter(state=QuestionState.OPEN)


def count_of_open_questions(user: User) -> int:
    """How many wait for a person's answer; no further than MANY."""
    return open_questions_for(user).order_by()[:MANY].count()


def questions_of_turn(assignment: Assignment) -> QuerySet[ItemQuestion]:
    """What its person has asked about an item."""
    return assignment.questions.order_by("pk")


def precedents_of(campaign: Campaign, text: str = "") -> QuerySet[Precedent]:
    """Those of a campaign in which every word of ``text`` occurs, the newest first.

    Each with ``version``, of the guideline that was the newest when it was given; None before any.
    """
    found = Precedent.objects.filter(campaign=campaign).annotate(version=Subquery(_in_force()))
    for word in text.split():
        found = found.filter(Q(asked__icontains=word) | Q(answer__icontains=word))
    return found.order_by("-pk")


def precedents_with_guideline(campaign: Campaign, named: UUID | None = None) -> list[Precedent]:
    """The newest, and the one that a link names, however old it is."""
    newest = list(precedents_of(campaign)[:NEWEST])
    if named is None or named in {each.uuid for each in newest}:
        return newest
    return newest + list(precedents_of(campaign).filter(uuid=named))


def _in_force() -> QuerySet[Instructions, int]:
    before = Instructions.objects.filter(
        campaign=OuterRef("campaign"), created_at__lte=OuterRef("created_at")
    )
    return before.order_by("-version").values_list("version", flat=True)[:1]


def precedents_like(campaign: Campaign, prompt: Prompt) -> list[Precedent]:
    """The precedents of the campaign that are about something like this prompt, the likest first.

    Of its language, and of its skill or of none. Only the newest are looked at.
    """
    near = Precedent.objects.filter(
        Q(skill=prompt.skill) | Q(skill=""), campaign=campaign, language=prompt.language
    ).order_by("-pk")
    words = words_of(prompt.question)
    ranked = sorted(
        (
            (score, pk)
            for pk, skill, theirs in near.values_list("pk", "skill", "words")[:LOOKED_AT]
            if (score := _score(words, theirs, is_same=bool(skill))) >= LIKE_ENOUGH
        ),
        reverse=True,
    )[:SHOWN]
    found = precedents_of(campaign).in_bulk([pk for _, pk in ranked])
    return [found[pk] for _, pk in ranked]


def _score(words: list[str], theirs: list[str], *, is_same: bool) -> float:
    return likeness(words, theirs) + (SAME_SKILL if is_same else 0)


def words_about(question: ItemQuestion, asked: str) -> list[str]:
    """What a precedent is found by: the words of the prompt it was asked about, and its own."""
    return words_of(f"{question.assignment.task.prompt.question} {asked}")
