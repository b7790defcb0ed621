"""What is kept, stage by stage; the invariants are the database's.

prompt -> candidate -> task -> assignment -> demonstration | ranking -> snapshot
"""

from annotate.models.access import Access
from annotate.models.announcement import Announcement, AnnouncementReader
from annotate.models.assignment import HAS_MET, Assignment, Draft
from annotate.models.campaign import (
    Acknowledgement,
    Batch,
    Campaign,
    CampaignPrompt,
    CampaignWork,
    Competence,
    Instructions,
    Membership,
)
from annotate.models.candidate import Candidate
from annotate.models.cap import CapRules
from annotate.models.care import CareChoice, CareConsent, CareRules, HarmfulSkill
from annotate.models.conversation import CandidateRequest, Conversation, ConversationTurn
from annotate.models.demonstration import Demonstration
from annotate.models.erasure import ActNote, Erasure, Tombstone
from annotate.models.gold import Gold, GoldResult, GoldRules
from annotate.models.invitation import Invitation
from annotate.models.judgement import Judgement
from annotate.models.ledger import Correction, LedgerLine, Rate, Statement
from annotate.models.machine import MachineJudge, MachineVerdict
from annotate.models.near import BandWalk, Bridge, PromptBand
from annotate.models.pause import Pause
from annotate.models.picture import Picture
from annotate.models.prompt import Prompt
from annotate.models.qualification import Attempt, Qualification
from annotate.models.quality import (
    AgreementSlice,
    Digest,
    DigestRefusal,
    DoneRollup,
    IntakeRollup,
    QualityReport,
    QueueRollup,
    RaterPair,
    RaterPart,
    RaterQuality,
    RollupMark,
    RollupTime,
    SmallSlice,
    StoppedTask,
    WantedShare,
    WorkRollup,
)
from annotate.models.question import ItemQuestion, Note, Precedent
from annotate.models.ranking import Ranking
from annotate.models.rater import Rater
from annotate.models.review import Rejection, Review, ReviewCursor, ReviewDraft
from annotate.models.snapshot import Snapshot, SnapshotMember, SnapshotPart, SnapshotWeight
from annotate.models.tally import Tally
from annotate.models.task import Lane, Task
from annotate.models.team import StatementTeam, Team, TeamLead, TeamPart
from annotate.models.upload import Upload
from annotate.models.void_run import VoidRun
from annotate.models.voiding import Void, Voided
from annotate.models.words import CandidateWords, DemonstrationWords, PromptWords

__all__ = [
    "HAS_MET",
    "Access",
    "Acknowledgement",
    "ActNote",
    "AgreementSlice",
    "Announcement",
    "AnnouncementReader",
    "Assignment",
    "Attempt",
    "BandWalk",
    "Batch",
    "Bridge",
    "Campaign",
    "CampaignPrompt",
    "CampaignWork",
    "Candidate",
    "CandidateRequest",
    "CandidateWords",
    "CapRules",
    "CareChoice",
    "CareConsent",
    "CareRules",
    "Competence",
    "Conversation",
    "ConversationTurn",
    "Correction",
    "Demonstration",
    "DemonstrationWords",
    "Digest",
    "DigestRefusal",
    "DoneRollup",
    "Draft",
    "Erasure",
    "Gold",
    "GoldResult",
    "GoldRules",
    "HarmfulSkill",
    "Instructions",
    "IntakeRollup",
    "Invitation",
    "ItemQuestion",
    "Judgement",
    "Lane",
    "LedgerLine",
    "MachineJudge",
    "MachineVerdict",
    "Membership",
    "Note",
    "Pause",
    "Picture",
    "Precedent",
    "Prompt",
    "PromptBand",
    "PromptWords",
    "Qualification",
    "QualityReport",
    "QueueRollup",
    "Ranking",
    "Rate",
    "Rater",
    "RaterPair",
    "RaterPart",
    "RaterQuality",
    "Rejection",
    "Review",
    "ReviewCursor",
    "ReviewDraft",
    "RollupMark",
    "RollupTime",
    "SmallSlice",
    "Snapshot",
    "SnapshotMember",
    "SnapshotPart",
    "SnapshotWeight",
    "Statement",
    "StatementTeam",
    "StoppedTask",
    "Tally",
    "Task",
    "Team",
    "TeamLead",
    "TeamPart",
    "Tombstone",
    "Upload",
    "Void",
    "VoidRun",
    "Voided",
    "WantedShare",
    "WorkRollup",
]
