"""Tests that give a skill, and what people made of them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from annotate.enums import AttemptState


class Qualification(models.Model):
    """The test of a campaign for one skill: who passes holds the skill for ``valid_days``.

    Its items are gold items. A person meets each of them once, so another attempt needs as many
    others.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        "annotate.Campaign", on_delete=models.CASCADE, related_name="qualifications"
    )
    skill = models.CharField(max_length=64, help_text="As prompts have it: medicine, law, …")
    questions = models.PositiveSmallIntegerField(default=10, help_text="Items of one attempt.")
    pass_mark = models.FloatField(
        default=0.8, help_text="Agreement with the right orders that is needed (0–1)."
    )
    attempts = models.PositiveSmallIntegerField(default=2, help_text="How often one may try.")
    wait_days = models.PositiveSmallIntegerField(default=1, help_text="Between two attempts.")
    valid_days = models.PositiveSmallIntegerField(
        default=180, help_text="How long the skill is held then."
    )
    open = models.BooleanField(default=True, help_text="Whether it may be taken.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "skill"], name="one_test_per_skill"),
            models.CheckConstraint(
                condition=Q(questions__gte=3, attempts__gte=1, valid_days__gte=1)
                & Q(pass_mark__gt=0, pass_mark__lte=1)
                & ~Q(skill=""),
                name="a_test_asks_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill} in {self.campaign}"


class Attempt(models.Model):
    """One person's go at a test. ``agreement`` is known once it is closed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    qualification = models.ForeignKey(Qualification, on_delete=models.PROTECT, related_name="taken")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="test_attempts"
    )
    number = models.PositiveSmallIntegerField()
    questions = models.PositiveSmallIntegerField(help_text="As the test had it at its beginning.")
    pass_mark = models.FloatField(help_text="As the test had it at its beginning.")
    state = models.CharField(max_length=6, choices=AttemptState.choices, default=AttemptState.OPEN)
    agreement = models.FloatField(null=True, blank=True)
    begun_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["qualification", "person", "number"], name="one_attempt_per_number"
            ),
            models.UniqueConstraint(
                fields=["qualification", "person"],
                condition=Q(state="open"),
                name="one_attempt_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | ~Q(state="open") & Q(closed_at__isnull=False),
                name="a_closed_attempt_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["passed", "failed"]) | Q(agreement__isnull=False),
                name="who_passes_or_fails_agrees_so_far",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.qualification}, attempt {self.number}"
