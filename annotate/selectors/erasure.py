"""What an erasure would touch, counted before it is asked for; and which datasets hold of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from annotate.enums import AssignmentState, CampaignState, Role, SnapshotKind
from annotate.erased import erased_digest
from annotate.models import (
    ActNote,
    Announcement,
    Assignment,
    Batch,
    CampaignPrompt,
    Candidate,
    CandidateWords,
    ConversationTurn,
    Correction,
    Demonstration,
    DemonstrationWords,
    Draft,
    Erasure,
    Gold,
    ItemQuestion,
    Membership,
    Note,
    Pause,
    Precedent,
    Prompt,
    PromptBand,
    PromptWords,
    Ranking,
    ReviewDraft,
    Snapshot,
    SnapshotMember,
    Task,
    Upload,
    Void,
)
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.hold import subject_of
from annotate.selectors.invitation import other_leads
from commons.models import AuditEvent, User

OUT = (AssignmentState.OPEN, AssignmentState.RESERVED)
REASONED = (SnapshotKind.RANKED,)  # the kinds whose rows say why somebody ranked so


@dataclass(frozen=True)
class Reach:
    """Whose texts go: all that stands on ``prompts``, and all that ``person`` wrote elsewhere.

    Without ``texts`` a person's account goes alone, and what was half written.
    """

    prompts: Sequence[int] = ()
    person: User | None = None
    texts: bool = True

    @property
    def _written(self) -> Q:
        theirs = Q(rater__user=self.person) if self.person and self.texts else Q(pk__in=[])
        return Q(prompt__in=self.prompts) | theirs

    @property
    def asked(self) -> QuerySet[Prompt]:
        return Prompt.objects.filter(pk__in=self.prompts)

    @property
    def candidates(self) -> QuerySet[Candidate]:
        return Candidate.objects.filter(prompt__in=self.prompts)

    @property
    def demonstrations(self) -> QuerySet[Demonstration]:
        """Every revision."""
        return Demonstration.objects.filter(self._written)

    @property
    def rankings(self) -> QuerySet[Ranking]:
        """Every revision."""
        return Ranking.objects.filter(self._written)

    @property
    def tasks(self) -> QuerySet[Task]:
        return Task.objects.filter(prompt__in=self.prompts)

    @property
    def turns(self) -> QuerySet[Assignment]:
        """Of all people on these prompts, and all of the person."""
        return Assignment.objects.filter(Q(task__prompt__in=self.prompts) | Q(person=self.person))

    @property
    def told_turns(self) -> QuerySet[Assignment]:
        """Those of which what was written beside them goes."""
        theirs = Q(person=self.person) if self.person and self.texts else Q(pk__in=[])
        return Assignment.objects.filter(Q(task__prompt__in=self.prompts) | theirs)

    @property
    def drafts(self) -> QuerySet[Draft]:
        return Draft.objects.filter(assignment__in=self.turns)

    @property
    def review_drafts(self) -> QuerySet[ReviewDraft]:
        theirs = Q(reviewer=self.person) if self.person else Q(pk__in=[])
        return ReviewDraft.objects.filter(Q(review__task__in=self.tasks) | theirs)

    @property
    def said(self) -> QuerySet[ConversationTurn]:
        """Turns of conversations: the whole of one that touches these prompts.

        What is said in a turn is drafted in the one before it.
        """
        of_these = ConversationTurn.objects.filter(prompt__in=self.prompts).values("conversation")
        return ConversationTurn.objects.filter(conversation__in=of_these)

    @property
    def questions(self) -> QuerySet[ItemQuestion]:
        return ItemQuestion.objects.filter(assignment__in=self.told_turns)

    @property
    def notes(self) -> QuerySet[Note]:
        """What people were told of these items, and what the person was told."""
        theirs = Q(person=self.person) if self.person and self.texts else Q(pk__in=[])
        about = Q(review__task__in=self.tasks) | Q(question__in=self.questions)
        return Note.objects.filter(about | theirs)

    @property
    def precedents(self) -> QuerySet[Precedent]:
        return Precedent.objects.filter(question__in=self.questions)

    @property
    def golds(self) -> QuerySet[Gold]:
        """What checks people by these prompts, or whose right order the person explained."""
        theirs = Q(made_by=self.person) if self.person and self.texts else Q(pk__in=[])
        return Gold.objects.filter(Q(task__prompt__in=self.prompts) | theirs)

    @property
    def pauses(self) -> QuerySet[Pause]:
        """What was said to and by the person over their pauses, and by them over others'."""
        if self.person is None or not self.texts:
            return Pause.objects.none()
        return Pause.objects.filter(
            Q(membership__person=self.person) | Q(by=self.person) | Q(decided_by=self.person)
        )

    @property
    def announcements(self) -> QuerySet[Announcement]:
        """What the person told others."""
        if self.person is None or not self.texts:
            return Announcement.objects.none()
        return Announcement.objects.filter(by=self.person)

    @property
    def corrections(self) -> QuerySet[Correction]:
        """Why the person was paid more or less, or they corrected what others are."""
        if self.person is None or not self.texts:
            return Correction.objects.none()
        return Correction.objects.filter(Q(person=self.person) | Q(by=self.person))

    @property
    def voids(self) -> QuerySet[Void]:
        """Why the person's work was voided, or they voided that of others."""
        if self.person is None or not self.texts:
            return Void.objects.none()
        return Void.objects.filter(Q(person=self.person) | Q(by=self.person))

    @property
    def batches(self) -> QuerySet[Batch]:
        """The arrivals whose report has a line for one of these prompts."""
        brought = CampaignPrompt.objects.filter(batch=OuterRef("pk"), prompt__in=self.prompts)
        return Batch.objects.filter(Exists(brought), report__rows__0__isnull=False)

    @property
    def act_notes(self) -> QuerySet[ActNote]:
        theirs = Q(event__actor=self.person) if self.person and self.texts else Q(pk__in=[])
        return ActNote.objects.filter(Q(event__subject__in=self._subjects) | theirs)

    @property
    def events(self) -> QuerySet[AuditEvent]:
        """The record of what was done to these items, or by the person: it stays."""
        theirs = Q(actor=self.person) if self.person else Q(pk__in=[])
        return AuditEvent.objects.filter(Q(subject__in=self._subjects) | theirs)

    @property
    def old_notes(self) -> QuerySet[AuditEvent]:
        """Acts of before notes were kept apart: what was written there cannot be erased."""
        return self.events.exclude(detail__note="").filter(detail__note__isnull=False)

    @property
    def _subjects(self) -> list[str]:
        return [subject_of(task) for task in self.tasks.only("uuid")]


def reach_of_prompt(prompt: Prompt) -> Reach:
    """A prompt, and what was said after it: later turns of a conversation repeat its words."""
    return Reach(prompts=[prompt.pk, *_said_after(ConversationTurn.objects.filter(prompt=prompt))])


def reach_of_person(person: User, *, texts: bool) -> Reach:
    """An account; with ``texts`` all that its person wrote and what stands on their words."""
    if not texts:
        return Reach(person=person, texts=False)
    turns = ConversationTurn.objects.filter(conversation__person=person)
    wrote = Candidate.objects.filter(author__user=person).values_list("prompt", flat=True)
    said = turns.values_list("prompt", flat=True)
    return Reach(prompts=sorted({*said, *_said_after(turns), *wrote}), person=person)


def _said_after(turns: QuerySet[ConversationTurn]) -> set[int]:
    earlier = turns.filter(conversation=OuterRef("conversation"), number__lt=OuterRef("number"))
    later = ConversationTurn.objects.filter(Exists(earlier))
    return set(later.values_list("prompt", flat=True))


def counts_of(reach: Reach) -> dict[str, int]:
    """How much of each sort is touched, by a name that does not change."""
    return {
        "prompts": reach.asked.count(),
        "candidates": reach.candidates.count(),
        "demonstrations": reach.demonstrations.count(),
        "rankings": reach.rankings.count(),
        "drafts": reach.drafts.count()
        + reach.review_drafts.count()
        + reach.said.exclude(draft={}).count(),
        "conversation_turns": reach.said.filter(prompt__in=reach.prompts).count(),
        "questions": reach.questions.count(),
        "precedents": reach.precedents.count(),
        "notes": reach.notes.exclude(text="").count() + reach.act_notes.count(),
        "skip_notes": reach.told_turns.exclude(skip_note="").count(),
        "reports": reach.batches.count(),
        "tasks": reach.tasks.count(),
        "turns": reach.turns.filter(state__in=OUT).count(),
        "words": _words(reach),
        "near_keys": PromptBand.objects.filter(prompt__in=reach.prompts).count(),
        "datasets": snapshots_reached(reach).count(),
        "events_kept": reach.events.count(),
        "old_notes_kept": reach.old_notes.count(),
        "near_prompts_kept": near_prompts(reach).count(),
        "uploads_waiting": uploads_beside(reach).count(),
    }


def _words(reach: Reach) -> int:
    return (
        PromptWords.objects.filter(prompt__in=reach.prompts).count()
        + CandidateWords.objects.filter(candidate__in=reach.candidates).count()
        + DemonstrationWords.objects.filter(demonstration__in=reach.demonstrations).count()
    )


def near_prompts(reach: Reach) -> QuerySet[Prompt]:
    """Prompts that nearly repeat these and stay: each is to be looked at by itself."""
    heads = {cluster or pk for pk, cluster in reach.asked.values_list("pk", "cluster")}
    cluster = Prompt.objects.filter(Q(cluster__in=heads) | Q(pk__in=heads))
    return cluster.exclude(pk__in=reach.prompts)


def uploads_beside(reach: Reach) -> QuerySet[Upload]:
    """Files that wait for a yes in the campaigns of these prompts, and may hold the same text."""
    places = CampaignPrompt.objects.filter(prompt__in=reach.prompts).values("campaign")
    return Upload.objects.filter(campaign__in=places, finished_at=None)


def snapshots_reached(reach: Reach) -> QuerySet[Snapshot]:
    """The datasets whose rows hold a text of this reach, the newest first."""
    members = SnapshotMember.objects.order_by()
    in_words = reach.rankings.annotate(beside=Cast("answers", TextField()))
    reasoned = in_words.filter(~Q(reason="") | Q(beside__contains='"spans"'))
    written = reach.demonstrations.values("pk")
    of_prompts = Ranking.objects.filter(prompt__in=reach.prompts).values("pk")
    found: set[int] = set()
    for held in (
        members.filter(ranking__in=of_prompts),
        members.filter(demonstration__in=written),
        members.filter(prompt__in=reach.prompts),
        members.filter(ranking__in=Ranking.objects.filter(ideal__in=written).values("pk")),
        members.filter(ranking__in=reasoned.values("pk"), snapshot__kind__in=REASONED),
    ):
        found.update(held.values_list("snapshot", flat=True).distinct())
    kept = Snapshot.objects.filter(pk__in=found).prefetch_related("campaigns")
    return kept.order_by("-requested_at", "-pk")


def erasures_since(snapshot: Snapshot) -> QuerySet[Erasure]:
    """Those that may have hit what a snapshot under way has for members."""
    return Erasure.objects.filter(at__gte=snapshot.requested_at).select_related("prompt", "person")


def reach_again(erasure: Erasure) -> Reach:
    """What an erasure that is done had reached."""
    if erasure.prompt is not None:
        return reach_of_prompt(erasure.prompt)
    if erasure.person is None:
        return Reach()
    return reach_of_person(erasure.person, texts=erasure.texts)


def is_erased(prompt: Prompt) -> bool:
    """Its digest says so: an erasure leaves none."""
    return prompt.digest == erased_digest(prompt.uuid)


def may_erase(user: User, prompt: Prompt) -> bool:
    """Who leads wherever the prompt stands."""
    if user.is_superuser:
        return True
    placed = CampaignPrompt.objects.filter(prompt=prompt)
    foreign = placed.exclude(campaign__in=campaigns_led_by(user).order_by())
    return placed.exists() and not foreign.exists()


def led_alone_by(person: User) -> list[str]:
    """The campaigns under way that nobody would lead without this person."""
    led = Membership.objects.filter(person=person, role=Role.LEAD, active=True)
    led = led.exclude(campaign__state=CampaignState.CLOSED).select_related("campaign")
    return sorted(each.campaign.name for each in led if not other_leads(each).exists())
