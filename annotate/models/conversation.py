"""A person talks with the models: each turn of theirs is a prompt, and its answers are ranked."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from annotate.enums import ConversationState
from commons.models import Run


class Conversation(models.Model):
    """What one person and the models said to one another, turn by turn, in one campaign."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conversations"
    )
    skill = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=16)
    state = models.CharField(
        max_length=9, choices=ConversationState.choices, default=ConversationState.OPEN
    )
    key = models.UUIDField(editable=False, help_text="Of the request that began it.")
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="one_conversation_per_key"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="an_ended_conversation_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(state="open"), name="open_conversations")
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.campaign}"


class ConversationTurn(models.Model):
    """What the person said, the ranking of the answers to it, and the answer they went on with.

    ``chosen`` and ``edited`` are set when the person goes on: an answer as it stands, or what they
    made of it.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="turns")
    number = models.PositiveSmallIntegerField()
    prompt = models.ForeignKey(
        "annotate.Prompt", on_delete=models.PROTECT, related_name="conversation_turns"
    )
    task = models.OneToOneField(
        "annotate.Task",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="conversation_turn",
        help_text="The ranking of the answers, once they are there.",
    )
    chosen = models.ForeignKey(
        "annotate.Candidate", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    edited = models.TextField(blank=True, help_text="The chosen answer as its person has it.")
    said_at = models.DateTimeField(auto_now_add=True)
    draft = models.JSONField(
        default=dict, blank=True, help_text="What its person is about to say next."
    )
    draft_version = models.PositiveIntegerField(default=0, help_text="0 while there is none.")
    draft_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "number"], name="one_turn_per_number"),
            models.CheckConstraint(
                condition=Q(edited="") | Q(chosen__isnull=False), name="an_edit_is_of_an_answer"
            ),
            models.CheckConstraint(
                condition=Q(chosen__isnull=True) | Q(task__isnull=False),
                name="a_choice_is_of_what_was_judged",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conversation}, turn {self.number}"

    @property
    def reply(self) -> list[dict[str, str]]:
        """The answer that the conversation went on with, as messages; empty before that."""
        if self.edited:
            return [{"role": "assistant", "content": self.edited}]
        return list(self.chosen.messages) if self.chosen else []


class CandidateRequest(Run):
    """Answers that a turn waits for. Whoever writes them claims the row.

    ``names`` are the ids that the answers will have, so that their order on the person's screen
    stands before a word is written; ``partial`` is what there is of each so far.
    """

    called = gettext_lazy("Answers in conversations")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    turn = models.OneToOneField(ConversationTurn, on_delete=models.PROTECT, related_name="request")
    wanted = models.PositiveSmallIntegerField()
    seed = models.PositiveBigIntegerField(help_text="Of the presentation order.")
    names = models.JSONField(default=list)
    partial = models.JSONField(default=list, blank=True)

    class Meta(Run.Meta):
        indexes = [
            models.Index(
                fields=["requested_at"],
                condition=Q(state__in=["requested", "running"]),
                name="answers_wanted",
            )
        ]

    def __str__(self) -> str:
        return f"{self.wanted} answers to {self.turn}"
