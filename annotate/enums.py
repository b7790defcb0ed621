"""The closed sets of annotate. A value that moves says what lets it leave."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_OPEN = pgettext_lazy("state", "Open")


class Side(TextChoices):
    """Which part of every dataset a prompt belongs to, fixed when its cluster begins."""

    TRAIN = "train", pgettext_lazy("part of a dataset", "Train")
    VALIDATION = "validation", _("Validation")
    TEST = "test", _("Test")


class Kind(TextChoices):
    """What a task asks for."""

    DEMONSTRATE = "demonstrate", _("Write an answer")
    RANK = "rank", _("Rank answers")
    TALK = "talk", _("Talk with the models")


class PaidKind(TextChoices):
    """What a rate may be of: what a task asks for, or reviewing, which is no task."""

    DEMONSTRATE = Kind.DEMONSTRATE.value, _("Write an answer")
    RANK = Kind.RANK.value, _("Rank answers")
    TALK = Kind.TALK.value, _("Talk with the models")
    REVIEW = "review", _("Review items")


class CampaignState(TextChoices):
    DRAFT = "draft", _("Draft")  # a lead starts it
    RUNNING = "running", _("Running")  # a lead pauses or closes it
    PAUSED = "paused", _("Paused")  # a lead starts or closes it
    CLOSED = "closed", _("Closed")  # nothing


class Role(TextChoices):
    """What a member may do in a campaign; each role may do what those above it may."""

    ANNOTATOR = "annotator", _("Annotator")
    REVIEWER = "reviewer", _("Reviewer")
    LEAD = "lead", _("Lead")


class Pool(TextChoices):
    """Held-out raters do the same work, but their labels never train anything."""

    OPEN = "open", _OPEN
    HELD_OUT = "held-out", _("Held Out")


class Facet(TextChoices):
    """What a competence is about."""

    SKILL = "skill", _("Skill")
    LANGUAGE = "language", _("Language")
    CLEARANCE = "clearance", _("Clearance")
    DUTY = "duty", _("Duty")  # decides over tasks that others have reported


class Duty(TextChoices):
    """What a person who holds the duty is asked to decide."""

    PRIVACY = "privacy", _("Personal data")
    SAFETY = "safety", _("Harmful content")


class RaterKind(TextChoices):
    PERSON = "person", _("Person")
    IMPORTED = "imported", _("Imported")
    MACHINE = "machine", _("Machine")


class Origin(TextChoices):
    """Whence a judgement came."""

    WORK = "work", _("Work")
    IMPORTED = "imported", _("Imported")
    RESOLUTION = "resolution", _("Resolution")
    GOLD = "gold", _("Gold")
    ARENA = "arena", _("Arena")
    MACHINE = "machine", _("Machine")


class CountsAs(TextChoices):
    """What a judgement counts as, set when it is submitted."""

    WORK = "work", _("Work")
    SURPLUS = "surplus", _("Surplus")  # came late, when others had already done the task
    HELD_OUT = "held-out", _("Held Out")
    GOLD = "gold", _("Gold")
    PRACTICE = "practice", _("Practice")
    MACHINE = "machine", _("Machine")  # beside people's, and never in a number of theirs


class MachineWay(TextChoices):
    """What a machine that judges is, and who asks it."""

    PROGRAM = "program", _("A program with a token")
    REWARD = "reward-model", _("A reward model of ours")
    SERVER = "server", _("A model on a server")


class MachineSilence(TextChoices):
    """Why a machine that was shown an item has not judged it."""

    UNREADABLE = "unreadable", _("What it said could not be read")
    REFUSED = "refused", _("It declined to judge")
    TOO_LONG = "too-long", _("The item was too long for it")
    FAILED = "failed", _("It could not be asked")


class AssignmentState(TextChoices):
    # taken by the person whom a lead named, or given up by a lead
    RESERVED = "reserved", _("Reserved")
    OPEN = (
        "open",
        _OPEN,
    )  # submitted, skipped or released by its person, or expired
    EXPIRED = "expired", _("Expired")  # a late submission reopens it
    SUBMITTED = "submitted", _("Submitted")  # nothing
    SKIPPED = "skipped", _("Skipped")  # nothing
    RELEASED = "released", _("Released")  # nothing: the person gave it back
    EXCLUDED = "excluded", _("Excluded")  # never open: the person wrote one of the answers


class LanePurpose(TextChoices):
    """Why a lane is there. Only the first holds work; who judges cannot tell the second from it."""

    WORK = "", _("Work")
    GOLD = "gold", _("A silent check")
    PRACTICE = "practice", _("Training: the answer is shown afterwards")
    TEST = "test", _("A test")


class PauseCause(TextChoices):
    """Why a person is given nothing more of a campaign for now."""

    GOLD = "gold", _("Gold items")
    LEAD = "lead", _("A lead's decision")
    TEAM = "team", _("A decision of the lead of their team")


class Taken(TextChoices):
    """What somebody saw or took away of other people's work."""

    ITEM = "item", _("The life of an item")
    FILE = "file", _("A file of a dataset")
    TABLE = "table", _("A table")
    CARD = "card", _("The card of a reward model")
    ITEMS = "items", _("Texts of items")
    ONE = "one", _("What is kept of one person")
    MANY = "many", _("Figures of people")
    ADMIN = "admin", _("A page of the admin")


class Appeal(TextChoices):
    """What a lead makes of an appeal against a pause."""

    LIFTED = "lifted", _("Lifted")
    UPHELD = "upheld", _("Upheld")


class AttemptState(TextChoices):
    OPEN = "open", _OPEN  # its last item is handed in, or its time is over
    PASSED = "passed", _("Passed")  # nothing
    FAILED = "failed", _("Not passed")  # nothing; another attempt may follow
    LEFT = "left", _("Left")  # nothing: its time was over, and it counts as an attempt


class SkipReason(TextChoices):
    """Why a person skips; all but the first hold the task for everyone until a role decides."""

    NOT_MY_FIELD = "not-my-field", _("Not my field")
    UNCLEAR = "unclear", _("Unclear: ask the lead")
    PERSONAL_DATA = "personal-data", _("Contains personal data")
    HARMFUL = "harmful", _("Harmful content")
    BROKEN = "broken", _("Broken or unreadable")


class Hold(TextChoices):
    """Why nobody gets a task. All but the last wait for whoever decides over such reports."""

    UNCLEAR = "unclear", _("Unclear")  # a lead of the campaign decides
    PERSONAL_DATA = "personal-data", _("Contains personal data")  # the duty of privacy
    HARMFUL = "harmful", _("Harmful content")  # the duty of safety
    BROKEN = "broken", _("Broken or unreadable")  # an admin
    # its batch is restored; nothing, if a report took it out
    WITHDRAWN = "withdrawn", _("Withdrawn")


class SnapshotKind(TextChoices):
    SFT = "sft", _("Demonstrations (SFT)")
    PREFERENCE = "preference", _("Preference pairs (TRL)")
    RANKED = "ranked", _("Rankings, K-wise")
    UNPAIRED = "unpaired", _("Single answers, good or not (KTO)")
    PROMPTS = "prompts", _("Prompts alone (for RL)")


class Purpose(TextChoices):
    """What a snapshot is frozen for. Each line says what lets it leave."""

    FILES = "files", _("Files")  # nothing
    CHECK = "check", _("A check")  # a lead has read the report and wants the files


class Removal(TextChoices):
    """Why the files of a dataset are not there any more. Empty of those that an erasure had taken
    before this was kept."""

    ERASED = "erased", _("Something in it was erased")
    AGE = "age", _("Nothing needed it any more")
    PERSON = "person", _("Somebody let it go")


class ErasureKind(TextChoices):
    """What an erasure is of."""

    PROMPT = "prompt", _("A prompt")
    PERSON = "person", _("A person")


class ConversationState(TextChoices):
    OPEN = (
        "open",
        _OPEN,
    )  # its person finishes it, or passes on a turn of it
    FINISHED = "finished", _("Finished")  # nothing: its last turn is judged
    ABANDONED = "abandoned", _("Abandoned")  # nothing: its last turn is not


class ReviewState(TextChoices):
    OPEN = (
        "open",
        _OPEN,
    )  # a reviewer decides; or nothing asks for it any more
    DECIDED = "decided", _("Decided")  # nothing
    # nothing: the judgements were changed and agree; a later one may open another
    VOID = "void", _("Void")


class Decision(TextChoices):
    """What a reviewer makes of an item. The judgements themselves stay as they are."""

    ACCEPT = "accept", _("Accept one version")
    CORRECT = "correct", _("Correct")
    REJECT = "reject", _("Reject")


class ReviewReason(TextChoices):
    """Why a reviewer decided so; its author reads it."""

    GUIDELINE = "guideline", _("Against the guideline")
    FACTUAL = "factual", _("Factually wrong")
    CARELESS = "careless", _("Careless")
    AMBIGUOUS = "ambiguous", _("The prompt is ambiguous")
    TIE_BREAK = "tie-break", _("Close: one had to be chosen")
    OTHER = "other", _("Another reason")


class QuestionState(TextChoices):
    OPEN = "open", _OPEN  # a lead answers
    ANSWERED = "answered", _("Answered")  # nothing


class Agreement(TextChoices):
    """What other people's rankings say beside one; two agree when a best answer is common."""

    AGREEING = "agreeing", _("All agree on the best answer")
    APART = "apart", _("Somebody prefers another answer")
    ORDERED = "ordered", _("Somebody orders two answers otherwise")
    SINGLE = "single", _("Ranked by one person")
    SHARED = "shared", _("Ranked by others too")


class Sought(TextChoices):
    """What a page of Explore lists."""

    PROMPTS = "prompts", _("Prompts")
    RANKINGS = "rankings", _("Rankings")
    DEMONSTRATIONS = "demonstrations", _("Written answers")
    JUDGED = "judged", _("Rankings and written answers")
    SKIPS = "skips", _("Skips")  # for leads


class Counting(TextChoices):
    """Which judgements a page of Explore lists, as numbers elsewhere count them."""

    COUNTED = "counted", _("Counts as work")
    SURPLUS = "surplus", _("Surplus")
    IMPORTED = "imported", _("Imported")
    TIED = "tied", _("Holds a tie")
    HANDED_IN = "handed-in", _("Handed in: work and surplus")
    FITTED = "fitted", _("What leanings are fitted of")


class QualityMeasure(TextChoices):
    """Which figure of agreement."""

    AGREEMENT = "agreement", _("Pairwise agreement")
    TAU = "tau", _("Kendall's τ-b")
    W = "w", _("Kendall's W")
    ALPHA = "alpha", _("Krippendorff's α")
    KAPPA = "kappa", _("Weighted κ")
    CHANGE = "change", _("Change of agreement")
