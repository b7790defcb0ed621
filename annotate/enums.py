"""The closed sets of annotate. A value that moves says what lets it leave."""

from django.db.models import TextChoices


class Side(TextChoices):
    """Which part of every dataset a prompt belongs to, fixed when its cluster begins."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class Kind(TextChoices):
    """What a task asks for."""

    DEMONSTRATE = "demonstrate", "Write an answer"
    RANK = "rank", "Rank answers"
    TALK = "talk", "Talk with the models"


class CampaignState(TextChoices):
    DRAFT = "draft"  # a lead starts it
    RUNNING = "running"  # a lead pauses or closes it
    PAUSED = "paused"  # a lead starts or closes it
    CLOSED = "closed"  # nothing


class Role(TextChoices):
    """What a member may do in a campaign; each role may do what those above it may."""

    ANNOTATOR = "annotator"
    REVIEWER = "reviewer"
    LEAD = "lead"


class Pool(TextChoices):
    """Held-out raters do the same work, but their labels never train anything."""

    OPEN = "open"
    HELD_OUT = "held-out"


class Facet(TextChoices):
    """What a competence is about."""

    SKILL = "skill"
    LANGUAGE = "language"
    CLEARANCE = "clearance"
    DUTY = "duty"  # decides over tasks that others have reported


class Duty(TextChoices):
    """What a person who holds the duty is asked to decide."""

    PRIVACY = "privacy", "Personal data"
    SAFETY = "safety", "Harmful content"


class RaterKind(TextChoices):
    PERSON = "person"
    IMPORTED = "imported"
    MACHINE = "machine"


class Origin(TextChoices):
    """Whence a judgement came."""

    WORK = "work"
    IMPORTED = "imported"
    RESOLUTION = "resolution"
    GOLD = "gold"
    ARENA = "arena"
    MACHINE = "machine"


class CountsAs(TextChoices):
    """What a judgement counts as, set when it is submitted."""

    WORK = "work"
    SURPLUS = "surplus"  # came late, when others had already done the task
    HELD_OUT = "held-out"
    GOLD = "gold"
    PRACTICE = "practice"


class AssignmentState(TextChoices):
    RESERVED = "reserved"  # taken by the person whom a lead named, or given up by a lead
    OPEN = "open"  # submitted, skipped or released by its person, or expired
    EXPIRED = "expired"  # a late submission reopens it
    SUBMITTED = "submitted"  # nothing
    SKIPPED = "skipped"  # nothing
    RELEASED = "released"  # nothing: the person gave it back
    EXCLUDED = "excluded"  # never open: the person wrote one of the answers


class SkipReason(TextChoices):
    """Why a person skips; all but the first hold the task for everyone until a role decides."""

    NOT_MY_FIELD = "not-my-field", "Not my field"
    UNCLEAR = "unclear", "Unclear: ask the lead"
    PERSONAL_DATA = "personal-data", "Contains personal data"
    HARMFUL = "harmful", "Harmful content"
    BROKEN = "broken", "Broken or unreadable"


class Hold(TextChoices):
    """Why nobody gets a task. All but the last wait for whoever decides over such reports."""

    UNCLEAR = "unclear", "Unclear"  # a lead of the campaign decides
    PERSONAL_DATA = "personal-data", "Contains personal data"  # the duty of privacy
    HARMFUL = "harmful", "Harmful content"  # the duty of safety
    BROKEN = "broken", "Broken or unreadable"  # an admin
    WITHDRAWN = "withdrawn", "Withdrawn"  # its batch is restored; nothing, if a report took it out


class SnapshotKind(TextChoices):
    SFT = "sft", "Demonstrations (SFT)"
    PREFERENCE = "preference", "Preference pairs (TRL)"
    RANKED = "ranked", "Rankings, K-wise"


class ConversationState(TextChoices):
    OPEN = "open"  # its person finishes it, or passes on a turn of it
    FINISHED = "finished"  # nothing: its last turn is judged
    ABANDONED = "abandoned"  # nothing: its last turn is not


class ReviewState(TextChoices):
    OPEN = "open"  # a reviewer decides; or nothing asks for it any more
    DECIDED = "decided"  # nothing
    VOID = "void"  # nothing: the judgements were changed and agree; a later one may open another


class Decision(TextChoices):
    """What a reviewer makes of an item. The judgements themselves stay as they are."""

    ACCEPT = "accept", "Accept one version"
    CORRECT = "correct", "Correct"
    REJECT = "reject", "Reject"


class ReviewReason(TextChoices):
    """Why a reviewer decided so; its author reads it."""

    GUIDELINE = "guideline", "Against the guideline"
    FACTUAL = "factual", "Factually wrong"
    CARELESS = "careless", "Careless"
    AMBIGUOUS = "ambiguous", "The prompt is ambiguous"
    TIE_BREAK = "tie-break", "Close: one had to be chosen"
    OTHER = "other", "Another reason"


class QuestionState(TextChoices):
    OPEN = "open"  # a lead answers
    ANSWERED = "answered"  # nothing


class Agreement(TextChoices):
    """What other people's rankings say beside one; two agree when a best answer is common."""

    AGREEING = "agreeing", "All agree on the best answer"
    APART = "apart", "Somebody prefers another answer"
    SINGLE = "single", "Ranked by one person"


class Sought(TextChoices):
    """What a page of Explore lists."""

    PROMPTS = "prompts", "Prompts"
    RANKINGS = "rankings", "Rankings"
    DEMONSTRATIONS = "demonstrations", "Written answers"
