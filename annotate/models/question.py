"""What people ask about an item, what a lead answers, and what is told to a person."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotate.enums import QuestionState

if TYPE_CHECKING:
    from annotate.models.task import Task


class ItemQuestion(models.Model):
    """A question about the item on a person's screen. Their turn goes on meanwhile."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(
        "annotate.Assignment",
        on_delete=models.PROTECT,
        related_name="questions",
        db_index=False,  # the constraint begins with it
    )
    campaign = models.ForeignKey(
        "annotate.Campaign",
        on_delete=models.PROTECT,
        related_name="questions",
        db_index=False,  # questions_by_state begins with it
    )
    text = models.TextField()
    key = models.UUIDField(editable=False, help_text="A repeat of the request finds this row.")
    state = models.CharField(
        max_length=8, choices=QuestionState.choices, default=QuestionState.OPEN
    )
    answer = models.TextField(blank=True, help_text="Markdown.")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "key"], name="one_question_per_key"),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True)
                | Q(state="answered", answered_at__isnull=False, answered_by__isnull=False)
                & ~Q(answer=""),
                name="an_answered_question_has_its_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "state", "id"], name="questions_by_state"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Precedent(models.Model):
    """A question and its answer as a lead lets everybody read them, beside the guideline.

    ``words`` are those of the prompt it was asked about and of the question: like items are found
    by them. The prompt itself is not shown.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        "annotate.Campaign",
        on_delete=models.PROTECT,
        related_name="precedents",
        db_index=False,  # precedents_by_language begins with it
    )
    question = models.OneToOneField(
        ItemQuestion, on_delete=models.PROTECT, related_name="precedent"
    )
    asked = models.TextField()
    answer = models.TextField(help_text="Markdown.")
    skill = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=16)
    words = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["campaign", "language", "-id"], name="precedents_by_language"),
        ]

    def __str__(self) -> str:
        return self.asked[:80]


class Note(models.Model):
    """What a person is told on their desk: of a review of their work, or an answer to them."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="notes",
        db_index=False,  # notes_of_a_person begins with it
    )
    review = models.ForeignKey(
        "annotate.Review", null=True, blank=True, on_delete=models.PROTECT, related_name="notes"
    )
    question = models.ForeignKey(
        ItemQuestion, null=True, blank=True, on_delete=models.PROTECT, related_name="notes"
    )
    text = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(review__isnull=False, question__isnull=True)
                | Q(review__isnull=True, question__isnull=False),
                name="a_note_is_about_one_thing",
            ),
            models.UniqueConstraint(
                fields=["person", "review"], name="one_note_per_person_and_review"
            ),
            models.UniqueConstraint(
                fields=["person", "question"], name="one_note_per_person_and_question"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notes_of_a_person"),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="unread_notes"),
        ]

    def __str__(self) -> str:
        return f"to {self.person}: {self.text[:80]}"

    @property
    def about(self) -> "Task":
        """The item that its review or its question is about."""
        if self.review is not None:
            return self.review.task
        assert self.question is not None  # a_note_is_about_one_thing
        return self.question.assignment.task
