"""What is kept, stage by stage; the invariants are the database's.

prompt -> candidate -> task -> assignment -> demonstration | ranking -> snapshot
"""

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
from annotate.models.conversation import CandidateRequest, Conversation, ConversationTurn
from annotate.models.demonstration import Demonstration
from annotate.models.erasure import ActNote, Erasure, Tombstone
from annotate.models.gold import Gold, GoldResult, GoldRules
from annotate.models.invitation import Invitation
from annotate.models.judgement import Judgement
from annotate.models.near import BandWalk, Bridge, PromptBand
from annotate.models.pause import Pause
from annotate.models.picture import Picture
from annotate.models.prompt import Prompt
from annotate.models.qualification import Attempt, Qualification
from annotate.models.quality import (
    AgreementSlice,
    Digest,
    DigestRefusal,
    IntakeRollup,
    QualityReport,
    QueueRollup,
    RaterPair,
    RaterQuality,
    RollupMark,
    RollupTime,
    StoppedTask,
    WantedShare,
    WorkRollup,
)
from annotate.models.question import ItemQuestion, Note, Precedent
from annotate.models.ranking import Ranking
from annotate.models.rater import Rater
from annotate.models.review import Rejection, Review, ReviewCursor, ReviewDraft
from annotate.models.snapshot import Snapshot, SnapshotMember, SnapshotPart
from annotate.models.tally import Tally
from annotate.models.task import Lane, Task
from annotate.models.upload import Upload
from annotate.models.voiding import Void, Voided
from annotate.models.words import CandidateWords, DemonstrationWords, PromptWords

__all__ = [
    "HAS_MET",
    "Acknowledgement",
    "ActNote",
    "AgreementSlice",
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
    "Competence",
    "Conversation",
    "ConversationTurn",
    "Demonstration",
    "DemonstrationWords",
    "Digest",
    "DigestRefusal",
    "Draft",
    "Erasure",
    "Gold",
    "GoldResult",
    "GoldRules",
    "Instructions",
    "IntakeRollup",
    "Invitation",
    "ItemQuestion",
    "Judgement",
    "Lane",
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
    "Rater",
    "RaterPair",
    "RaterQuality",
    "Rejection",
    "Review",
    "ReviewCursor",
    "ReviewDraft",
    "RollupMark",
    "RollupTime",
    "Snapshot",
    "SnapshotMember",
    "SnapshotPart",
    "StoppedTask",
    "Tally",
    "Task",
    "Tombstone",
    "Upload",
    "Void",
    "Voided",
    "WantedShare",
    "WorkRollup",
]
