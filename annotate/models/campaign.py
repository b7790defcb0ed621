"""What is collected, from whom, under which guideline."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from annotate.enums import CampaignState, Facet, Kind, Pool, Role


class Campaign(models.Model):
    """A collection of judgements with one guideline and one team."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100, unique=True)
    summary = models.TextField(blank=True)
    state = models.CharField(
        max_length=8, choices=CampaignState.choices, default=CampaignState.DRAFT
    )
    skills = models.JSONField(
        default=list,
        db_default=[],
        blank=True,
        help_text="What its prompts ask people to be able to do, as prompts have it.",
    )
    weight = models.PositiveSmallIntegerField(
        default=1, help_text="Its share of the common queue, against other running campaigns."
    )
    freeze_rules = models.JSONField(
        default=dict,
        blank=True,
        help_text="Limits by name; a dataset whose report breaks one is not frozen.",
    )
    held_out_at_least = models.PositiveIntegerField(
        default=0,
        db_default=0,
        help_text="Prompts of a week on the test side: until there are so many, every second one.",
    )
    held_out_at_most = models.PositiveIntegerField(
        null=True,
        blank=True,
        default=1000,
        db_default=1000,
        help_text="Prompts of a week on the test side; empty: one in ten of however many come.",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(held_out_at_most__isnull=True)
                | Q(held_out_at_least__lte=F("held_out_at_most")),
                name="what_is_held_out_has_its_bounds",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CampaignWork(models.Model):
    """One kind of work that a campaign asks for: how often, of how many answers, for how long."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="works")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    wanted = models.PositiveSmallIntegerField(default=1, help_text="Judgements per task.")
    answers = models.PositiveSmallIntegerField(
        default=4, help_text="Answers shown in one ranking (K)."
    )
    strengths = models.BooleanField(default=True, help_text="Ask how much better.")
    lease_minutes = models.PositiveSmallIntegerField(default=60)
    edit_minutes = models.PositiveSmallIntegerField(
        default=60,
        db_default=60,
        help_text="How long a person may change what they have submitted.",
    )
    second_opinion_share = models.FloatField(
        default=0,
        db_default=0,
        help_text="Share of tasks, drawn by chance, judged once more than wanted (0–1).",
    )
    third_below = models.FloatField(
        null=True,
        blank=True,
        help_text="Ask once more where two orders agree less than this (τ-b, −1 to 1) or differ "
        "in the best answer; empty: never.",
    )
    stops_when_sure = models.FloatField(
        null=True,
        blank=True,
        help_text="Ask for no more votes once each pair is ordered rightly with this chance "
        "(0.5 to 1); empty: never.",
    )
    second_up_to = models.FloatField(
        null=True,
        blank=True,
        help_text="Draw second opinions once the first is in, with a chance of up to this where "
        "its rater is not surely consistent (0–1); empty: alike for all, when a task is made.",
    )
    held_out_share = models.FloatField(
        default=0,
        db_default=0,
        help_text="Share of prompts judged by held-out raters alone, never trained on.",
    )
    reviewed_share = models.FloatField(
        default=0, db_default=0, help_text="Share of judgements drawn for review (0–1)."
    )
    may_start_from = models.BooleanField(
        default=False, db_default=False, help_text="Writers may begin with a candidate."
    )
    looks_again = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Writers see their answer once more as it will read before they hand it in.",
    )
    turns = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text="The most turns of one conversation."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "kind"], name="one_setting_per_kind"),
            models.CheckConstraint(
                condition=Q(answers__gte=2, answers__lte=9), name="a_ranking_has_2_to_9_answers"
            ),
            models.CheckConstraint(
                condition=Q(wanted__gte=1, lease_minutes__gte=1), name="work_is_wanted_for_a_while"
            ),
            models.CheckConstraint(
                condition=Q(
                    second_opinion_share__gte=0,
                    second_opinion_share__lte=1,
                    held_out_share__gte=0,
                    held_out_share__lte=1,
                    reviewed_share__gte=0,
                    reviewed_share__lte=1,
                ),
                name="a_share_is_0_to_1",
            ),
            models.CheckConstraint(
                condition=Q(third_below__isnull=True) | Q(third_below__gte=-1, third_below__lte=1),
                name="a_bound_is_a_tau",
            ),
            models.CheckConstraint(
                condition=Q(stops_when_sure__isnull=True)
                | Q(stops_when_sure__gt=0.5, stops_when_sure__lt=1),
                name="to_be_sure_is_a_chance_above_one_half",
            ),
            models.CheckConstraint(
                condition=Q(second_up_to__isnull=True) | Q(second_up_to__gt=0, second_up_to__lte=1),
                name="a_second_opinion_has_a_chance",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.get_kind_display()}"


class Instructions(models.Model):
    """One immutable version of a campaign's guideline and form."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="instructions")
    version = models.PositiveIntegerField()
    guideline = models.TextField(help_text="Markdown.")
    form = models.JSONField(default=dict, help_text="Scales and flags asked per kind of work.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "instructions"
        constraints = [
            models.UniqueConstraint(fields=["campaign", "version"], name="one_text_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.campaign}, version {self.version}"


class Acknowledgement(models.Model):
    """A person has read one version of the instructions and accepts it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="acknowledgements"
    )
    instructions = models.ForeignKey(
        Instructions, on_delete=models.PROTECT, related_name="acknowledgements"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "instructions"], name="a_version_is_acknowledged_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} accepts {self.instructions}"


class Membership(models.Model):
    """A person's role in a campaign."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=9, choices=Role.choices, default=Role.ANNOTATOR)
    pool = models.CharField(max_length=8, choices=Pool.choices, default=Pool.OPEN)
    active = models.BooleanField(default=True)
    paused = models.BooleanField(
        default=False, db_default=False, help_text="Given nothing more until a lead lifts it."
    )
    team = models.ForeignKey(
        "annotate.Team",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="memberships",
        help_text="For whom they work here; empty: for nobody but themselves.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "person"], name="one_role_per_campaign")
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.role} of {self.campaign}"


class Competence(models.Model):
    """A skill, a language, a clearance or a duty that a person holds, everywhere.

    What a test has given ends at ``expires_at``; what a person has said ends by a person alone.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="competences"
    )
    facet = models.CharField(max_length=9, choices=Facet.choices)
    value = models.CharField(max_length=64, help_text="As prompts have it: medicine, en, …")
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="Where a test gave it: until when it is held."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "facet", "value"], name="a_competence_is_held_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.facet} {self.value}"


class Batch(models.Model):
    """One arrival of prompts: an import, by command or API. It can be withdrawn as a whole.

    The same ``key`` from the same person finds the report of the first time; ``fingerprint``
    tells whether it was the same content.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="batches")
    name = models.CharField(max_length=200, help_text="As the file was called.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    key = models.UUIDField(null=True, blank=True, editable=False)
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    report = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "batches"
        constraints = [
            models.UniqueConstraint(fields=["created_by", "key"], name="one_batch_per_import_key")
        ]

    def __str__(self) -> str:
        return f"{self.name} in {self.campaign}"


class CampaignPrompt(models.Model):
    """A prompt's place in a campaign: its tasks follow when it has what they need."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="intake")
    prompt = models.ForeignKey("annotate.Prompt", on_delete=models.PROTECT, related_name="intake")
    priority = models.PositiveSmallIntegerField(default=5, help_text="1 comes first, 9 last.")
    batch = models.ForeignKey(
        Batch,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="intake",
        help_text="The arrival that brought it.",
    )
    chance = models.FloatField(
        null=True,
        blank=True,
        help_text="The chance it had to be answered by models in its week; empty: not drawn.",
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(chance__isnull=True) | Q(chance__gt=0, chance__lte=1),
                name="a_prompt_was_drawn_by_a_chance",
            ),
            models.UniqueConstraint(
                fields=["campaign", "prompt"], name="a_prompt_enters_a_campaign_once"
            ),
            models.CheckConstraint(
                condition=Q(priority__gte=1, priority__lte=9), name="priority_is_1_to_9"
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "added_at", "prompt"], name="intake_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.prompt} in {self.campaign}"
