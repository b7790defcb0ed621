"""Care for people who read what may harm: what is marked so, who agreed to read it, how much."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class CareRules(models.Model):
    """What a campaign says of its harmful texts. One that has none has no row."""

    campaign = models.OneToOneField(
        "annotate.Campaign", on_delete=models.CASCADE, related_name="care_rules"
    )
    version = models.PositiveIntegerField(
        default=1, help_text="Grows with whatever people would have to agree to anew."
    )
    words = models.TextField(help_text="What people are about to read; they agree to these words.")
    per_day = models.PositiveIntegerField(
        null=True, blank=True, help_text="Such items of a person on a day (UTC); empty: no limit."
    )
    in_a_row = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Such items before a break; empty: no limit."
    )
    break_minutes = models.PositiveSmallIntegerField(
        default=10, help_text="How long a break lasts at least."
    )

    class Meta:
        verbose_name_plural = "care rules"
        constraints = [
            models.CheckConstraint(
                condition=Q(per_day__isnull=True) | Q(per_day__gte=1),
                name="a_day_has_a_harmful_item",
            ),
            models.CheckConstraint(
                condition=Q(in_a_row__isnull=True) | Q(in_a_row__gte=1, break_minutes__gte=1),
                name="a_row_ends_with_a_break",
            ),
        ]

    def __str__(self) -> str:
        return f"care in {self.campaign}"

    @property
    def limits_something(self) -> bool:
        return self.per_day is not None or self.in_a_row is not None


class HarmfulSkill(models.Model):
    """A skill or clearance of a campaign whose prompts may harm; empty: all that it has."""

    campaign = models.ForeignKey(
        "annotate.Campaign", on_delete=models.CASCADE, related_name="harmful_skills"
    )
    skill = models.CharField(max_length=64, blank=True, help_text="Empty: everything.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "skill"], name="a_skill_is_marked_once")
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.skill or 'everything'}"


class CareConsent(models.Model):
    """A person agreed to read what may harm, in one campaign, until they withdraw it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="care_consents"
    )
    campaign = models.ForeignKey(
        "annotate.Campaign", on_delete=models.CASCADE, related_name="care_consents"
    )
    version = models.PositiveIntegerField(help_text="Of the rules that were agreed to.")
    words = models.TextField(help_text="As they stood then.")
    agreed_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "campaign"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_consent_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} reads what may harm in {self.campaign}"


class CareChoice(models.Model):
    """How a person wants to meet what may harm. Who has said nothing has no row: it is covered."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="care_choice"
    )
    uncovered = models.BooleanField(default=False, help_text="Such texts are shown at once.")

    def __str__(self) -> str:
        return f"{self.person}: {'uncovered' if self.uncovered else 'covered'}"
