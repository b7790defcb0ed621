"""What of a campaign travels, table by table, in the order in which it is written and read.

| model | decided | |
|---|---|---|
| User | carried | its uuid; names and e-mail only where the export is asked for people |
| Competence | carried | skills and languages; clearances and duties are granted anew there |
| Rater | carried | joined by user, or by kind and name |
| Campaign, CampaignWork, Instructions | carried | all versions |
| Acknowledgement, Membership | carried | |
| Batch, CampaignPrompt | carried | |
| Prompt | carried | joined by digest; side, cluster and quarantine with it |
| Candidate | carried | all of these prompts; joined by prompt and digest |
| Lane, Task | carried | a leased turn is free again |
| Assignment | carried | a lease has ended |
| Demonstration, Ranking | carried | all revisions, effort, ideal answers |
| Conversation, ConversationTurn, CandidateRequest | carried | what a worker held waits again |
| ItemQuestion, Precedent, Note | carried | |
| Review, Rejection | carried | a claim has ended |
| GoldRules, CapRules, Qualification, Gold | carried | |
| CareRules, HarmfulSkill | carried | what may harm here may harm there |
| Void, Voided | carried | what was voided there stays so |
| WantedShare | carried | |
| WorkRollup, DoneRollup, IntakeRollup, QueueRollup | derived | counted within minutes |
| RollupMark, RollupTime | derived | beside them |
| QualityReport, AgreementSlice, SmallSlice | derived | fitted from the judgements |
| RaterQuality, RaterPart, RaterPair | derived | fitted from the judgements |
| Picture | carried | the bytes, in a file of their own where there are any (``pictures``) |
| Tally | derived | recounted from the judgements and skips |
| PromptWords, CandidateWords, DemonstrationWords | derived | a worker writes them soon after |
| PromptBand | derived | a worker looks for near-duplicates soon after |
| Draft, ReviewDraft | left out | half a thought, of a lease or a claim that has ended |
| BandWalk, Bridge | left out | of the installation; a quarantine travels with its prompt |
| GoldResult, Attempt, Pause | left out | how people did is for those who judged them there |
| Absence, Availability | left out | when people are here, they say where they are |
| CareConsent, CareChoice | left out | people agree anew where they are asked |
| Rate, Statement, LedgerLine, Correction | left out | money is settled where it was earned |
| Team, TeamLead, TeamPart, StatementTeam | left out | for whom people work there |
| Invitation | left out | a link lets people into the installation that made it |
| MachineJudge, MachineVerdict | carried | what judges stays what it was |
| VoidRun | left out | how far a worker there is; what is voided so far is so there, too |
| StoppedTask | left out | what was saved there; the task travels as it wants |
| Digest, DigestRefusal | left out | letters of the installation that sent them |
| Upload | left out | a file that waits there for a yes |
| ReviewCursor | left out | of the installation; the last day of work is looked through anew |
| Snapshot, SnapshotPart, SnapshotMember, SnapshotWeight | left out | frozen files of it |
| ApiToken | left out | keys let programs into the installation that made them |
| Erasure, Tombstone | left out | what was erased is erased in the file too |
| ActNote | left out | beside an act of that installation |
| Access | left out | who looked there |
| Announcement, AnnouncementReader | left out | what people were told there |
| AuditEvent | left out | what was done there; both sides write down the journey |
| WorkerHeartbeat | left out | of the installation |
| Notice, Channel, Delivery, DeliveryTry | left out | what that installation told, whom and how |

Columns are those of the model, so that a new one travels at once; ``left_out`` names those that do
not, and why. Another row is named by its uuid, a lane and a turn of a conversation by what makes
them one; the campaign is named nowhere, for there is one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import Field, ForeignKey, Model

from annotate.models import (
    Access,
    Acknowledgement,
    ActNote,
    AgreementSlice,
    Announcement,
    AnnouncementReader,
    Assignment,
    Attempt,
    BandWalk,
    Batch,
    Bridge,
    Campaign,
    CampaignPrompt,
    CampaignWork,
    Candidate,
    CandidateRequest,
    CandidateWords,
    CapRules,
    CareChoice,
    CareConsent,
    CareRules,
    Competence,
    Conversation,
    ConversationTurn,
    Correction,
    Demonstration,
    DemonstrationWords,
    Digest,
    DigestRefusal,
    DoneRollup,
    Draft,
    Erasure,
    Gold,
    GoldResult,
    GoldRules,
    HarmfulSkill,
    Instructions,
    IntakeRollup,
    Invitation,
    ItemQuestion,
    Lane,
    LedgerLine,
    MachineJudge,
    MachineVerdict,
    Membership,
    Note,
    Pause,
    Picture,
    Precedent,
    Prompt,
    PromptBand,
    PromptWords,
    Qualification,
    QualityReport,
    QueueRollup,
    Ranking,
    Rate,
    Rater,
    RaterPair,
    RaterPart,
    RaterQuality,
    Rejection,
    Review,
    ReviewCursor,
    ReviewDraft,
    RollupMark,
    RollupTime,
    SmallSlice,
    Snapshot,
    SnapshotMember,
    SnapshotPart,
    SnapshotWeight,
    Statement,
    StatementTeam,
    StoppedTask,
    Tally,
    Task,
    Team,
    TeamLead,
    TeamPart,
    Tombstone,
    Upload,
    Void,
    Voided,
    VoidRun,
    WantedShare,
    WorkRollup,
)
from commons.models import (
    Absence,
    ApiToken,
    AuditEvent,
    Availability,
    Channel,
    Delivery,
    DeliveryTry,
    Notice,
    User,
    WorkerHeartbeat,
)

DERIVED: tuple[type[Model], ...] = (
    Tally,
    WorkRollup,
    DoneRollup,
    IntakeRollup,
    QueueRollup,
    RollupMark,
    RollupTime,
    QualityReport,
    AgreementSlice,
    SmallSlice,
    RaterQuality,
    RaterPart,
    RaterPair,
    PromptWords,
    CandidateWords,
    DemonstrationWords,
    PromptBand,
    Picture,
)
LEFT_OUT: tuple[type[Model], ...] = (
    StoppedTask,
    VoidRun,
    Digest,
    DigestRefusal,
    Draft,
    ReviewDraft,
    GoldResult,
    Attempt,
    Pause,
    Announcement,
    AnnouncementReader,
    Access,
    Absence,
    Availability,
    CareConsent,
    CareChoice,
    Rate,
    Statement,
    LedgerLine,
    Correction,
    Team,
    TeamLead,
    TeamPart,
    StatementTeam,
    Invitation,
    Upload,
    ReviewCursor,
    BandWalk,
    Bridge,
    Snapshot,
    SnapshotPart,
    SnapshotWeight,
    SnapshotMember,
    Erasure,
    Tombstone,
    ActNote,
    ApiToken,
    AuditEvent,
    WorkerHeartbeat,
    Notice,
    Channel,
    Delivery,
    DeliveryTry,
)

NAMED: Mapping[type[Model], tuple[str, ...]] = {  # what names a row that has no uuid
    Lane: (
        "kind",
        "skill",
        "language",
        "clearance",
        "pool",
        "band",
        "reserved_for__uuid",
        "purpose",
    ),
    ConversationTurn: ("conversation__uuid", "number"),
}

HELD_BY_A_WORKER = dict.fromkeys(
    ("token", "attempts", "done", "total", "says", "started_at", "heartbeat_at", "partial"),
    "whoever writes the answers there begins anew",
)
UNSENT = dict.fromkeys(("draft", "draft_version", "draft_at"), "half a thought, like any draft")
NOT_OF_A_PERSON = {
    "password": "never travels",
    "last_login": "of the installation",
    "date_joined": "of the installation",
    "is_superuser": "nobody becomes an admin by a file",
    "is_staff": "nobody becomes an admin by a file",
    "is_active": "an admin there lets people in",
    "keys": "a person's own taste",
}
PERSONAL = ("username", "first_name", "last_name", "email", "time_zone", "language")


@dataclass(frozen=True, eq=False)
class Table:
    """One file of the parcel. ``naming`` are columns of JSON that name candidates."""

    name: str
    model: type[Model]
    left_out: Mapping[str, str] = field(default_factory=dict)
    naming: tuple[str, ...] = ()


TABLES = (
    Table("people", User, left_out=NOT_OF_A_PERSON),
    Table("competences", Competence),
    Table("raters", Rater),
    Table("campaign", Campaign),
    Table("works", CampaignWork),
    Table("instructions", Instructions),
    Table("acknowledgements", Acknowledgement),
    Table(
        "memberships",
        Membership,
        left_out={
            "paused": "for whoever judged them there",
            "team": "whom people work for there",
        },
    ),
    Table("batches", Batch),
    Table("prompts", Prompt),  # those that lead themselves
    Table("near_duplicates", Prompt),  # those that follow one of them
    Table("candidates", Candidate),
    Table("places", CampaignPrompt),
    Table("lanes", Lane),
    Table("tasks", Task, naming=("offered",)),
    Table("assignments", Assignment, naming=("order",)),
    Table("demonstrations", Demonstration),
    Table("rankings", Ranking, naming=("tiers", "unrankable", "answers")),
    Table("machines", MachineJudge),
    Table("machine_verdicts", MachineVerdict, naming=("orders", "said")),
    Table("gold_rules", GoldRules),
    Table("cap_rules", CapRules),
    Table("care_rules", CareRules),
    Table("harmful_skills", HarmfulSkill),
    Table("qualifications", Qualification),
    Table("gold", Gold),
    Table("voids", Void),
    Table("voided", Voided),
    Table("conversations", Conversation),
    Table("turns", ConversationTurn, left_out=UNSENT),
    Table("requests", CandidateRequest, left_out=HELD_BY_A_WORKER, naming=("names",)),
    Table("questions", ItemQuestion),
    Table("precedents", Precedent),
    Table("reviews", Review),
    Table("rejections", Rejection),
    Table("notes", Note),
    Table("wanted_shares", WantedShare),
)
# A file that was made before these came has none of them.
LATER = frozenset(
    {
        "gold_rules",
        "cap_rules",
        "care_rules",
        "harmful_skills",
        "qualifications",
        "gold",
        "voids",
        "voided",
        "wanted_shares",
        "machines",
        "machine_verdicts",
    }
)


@dataclass(frozen=True)
class Column:
    """One column of a file: its name, where its value is read, and the model's field."""

    name: str
    paths: tuple[str, ...]
    field: "Field[Any, Any]"

    @property
    def names(self) -> type[Model] | None:
        """The model of the row that it names, if it names one."""
        related = self.field.related_model if isinstance(self.field, ForeignKey) else None
        return related if isinstance(related, type) else None


@cache
def columns_of(table: Table) -> tuple[Column, ...]:
    """What of a row stands in the file."""
    return tuple(
        Column(each.name, _paths(each), each)
        for each in _fields(table.model)
        if each.name not in table.left_out and each.related_model is not Campaign
    )


@cache
def fixed_columns_of(table: Table) -> tuple["Field[Any, Any]", ...]:
    """The columns that every row gets without the file: the campaign, and defaults."""
    carried = {each.name for each in columns_of(table)}
    return tuple(each for each in _fields(table.model) if each.name not in carried)


def _fields(model: type[Model]) -> list["Field[Any, Any]"]:
    return [each for each in model._meta.concrete_fields if not each.primary_key]


def _paths(given: "Field[Any, Any]") -> tuple[str, ...]:
    if not isinstance(given, ForeignKey):
        return (given.name,)
    ways = NAMED.get(given.related_model, ("uuid",))
    return tuple(f"{given.name}__{way}" for way in ways)
