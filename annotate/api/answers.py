"""The shape of what goes out, and of rows that come in: for the API's description alone.

No answer is made and no row is judged by these classes.
"""

from rest_framework import serializers

from annotate.api.intake_serializers import ROWS
from annotate.enums import AssignmentState, CampaignState, CountsAs, Kind, Role
from annotate.questions import Asked
from commons.openapi import EachByItself

Answer = serializers.Serializer[None]


class MessageSerializer(Answer):
    role = serializers.ChoiceField(choices=["system", "user", "assistant", "tool"])
    content = serializers.CharField(allow_blank=True)
    name = serializers.CharField(required=False, help_text="Of the tool whose result it is.")
    tool_calls = serializers.ListField(
        child=serializers.DictField(),
        required=False,
        help_text="The assistant’s: `type`, and `function` with its `name` and `arguments`.",
    )


TOOLS = "Functions that the assistant may call, each with a JSON Schema of its `parameters`."


class ImageSerializer(Answer):
    """A picture that the prompt asks about."""

    sha256 = serializers.CharField(help_text="Of its bytes.")
    type = serializers.CharField(help_text="As in “image/png”.")
    width = serializers.IntegerField(min_value=1, help_text="Pixels.")
    height = serializers.IntegerField(min_value=1, help_text="Pixels.")
    alt = serializers.CharField(allow_blank=True, help_text="What is to be seen.")
    url = serializers.CharField(help_text="Where a person who is signed in sees it.")


class PromptSerializer(Answer):
    messages = MessageSerializer(many=True)
    tools = serializers.ListField(child=serializers.DictField(), help_text=TOOLS)
    images = ImageSerializer(many=True)
    language = serializers.CharField(allow_blank=True, help_text="As in “en”.")
    may_harm = serializers.BooleanField(
        help_text="Its campaign has marked it as what may harm: cover it until its reader asks."
    )


class CandidateSerializer(Answer):
    id = serializers.UUIDField()
    messages = MessageSerializer(many=True)


class CampaignNameSerializer(Answer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class KeptDraftSerializer(Answer):
    version = serializers.IntegerField(min_value=1)
    content = serializers.DictField()
    saved_at = serializers.DateTimeField()


class SavedDraftSerializer(Answer):
    version = serializers.IntegerField(min_value=1)
    saved_at = serializers.DateTimeField()


class QuestionSerializer(Answer):
    name = serializers.CharField(help_text="As `answers` name it.")
    label = serializers.CharField(  # type: ignore[assignment]  # a field of that name
        help_text="As people read it."
    )


class CriterionSerializer(QuestionSerializer):
    """What answers are judged by, and nobody rates by itself."""

    means = serializers.CharField(allow_blank=True, help_text="When an answer is good by it.")


class ScaleSerializer(CriterionSerializer):
    """A rating: a whole number from `low` to `high`."""

    low = serializers.IntegerField(min_value=0)
    high = serializers.IntegerField(min_value=1)
    low_means = serializers.CharField(allow_blank=True)
    high_means = serializers.CharField(allow_blank=True)


class QuestionsSerializer(Answer):
    """What is asked beside the order; what is not answered is left out, never zero."""

    criteria = CriterionSerializer(many=True, help_text="To order by; nothing to answer.")
    ratings = ScaleSerializer(many=True)
    flags = QuestionSerializer(many=True, help_text="True, false, or not answered.")
    spans = QuestionSerializer(
        many=True, help_text="Stretches of a candidate's raw text; see `answers` of a ranking."
    )
    reason = serializers.ChoiceField(choices=[(each.value, each.name) for each in Asked])
    ideal = serializers.ChoiceField(choices=[(each.value, each.name) for each in Asked])


class AssignmentSerializer(Answer):
    """One item that is yours, with everything that you need to judge it."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    state = serializers.ChoiceField(choices=AssignmentState.choices)
    campaign = CampaignNameSerializer()
    instructions = serializers.IntegerField(
        allow_null=True, help_text="The version of the guideline that it is done under."
    )
    expires_at = serializers.DateTimeField(
        allow_null=True, help_text="Until when it is yours alone, unless you extend it."
    )
    prompt = PromptSerializer()
    candidates = CandidateSerializer(
        many=True, help_text="In your own order; nobody is told who wrote which."
    )
    asks = QuestionsSerializer(allow_null=True, help_text="Of a ranking, beside the order.")
    draft = KeptDraftSerializer(allow_null=True)


class ListedAssignmentSerializer(Answer):
    """One item of a list, without its texts."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    state = serializers.ChoiceField(choices=AssignmentState.choices)
    campaign = CampaignNameSerializer()
    taken_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class PageSerializer(Answer):
    next = serializers.URLField(allow_null=True, help_text="The page of older rows.")
    previous = serializers.URLField(allow_null=True, help_text="The page of newer rows.")


class AssignmentsSerializer(PageSerializer):
    results = ListedAssignmentSerializer(many=True)


class NextSerializer(Answer):
    next = AssignmentSerializer(allow_null=True, help_text="The next item, where you asked for it.")
    says = serializers.CharField(required=False, help_text="Why there is no next item.")


class ChangedSerializer(Answer):
    id = serializers.UUIDField(help_text="Of the judgement.")
    revision = serializers.IntegerField(min_value=1)
    counts_as = serializers.ChoiceField(choices=CountsAs.choices)


class SubmittedSerializer(ChangedSerializer, NextSerializer):
    pass


class ToldSerializer(Answer):
    """A tie against a preference, and an answer placed nowhere, are half a pair."""

    agreed = serializers.FloatField(min_value=0, help_text="Pairs ordered as they should be.")
    compared = serializers.IntegerField(min_value=1, help_text="Pairs of the right order.")
    tiers = serializers.ListField(
        child=serializers.ListField(child=serializers.UUIDField()), help_text="Best first."
    )
    unrankable = serializers.ListField(child=serializers.UUIDField())
    explanation = serializers.CharField(allow_blank=True, help_text="Markdown.")


class ExtendedSerializer(Answer):
    expires_at = serializers.DateTimeField()


class ListedCampaignSerializer(Answer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(choices=CampaignState.choices)


class CampaignsSerializer(PageSerializer):
    results = ListedCampaignSerializer(many=True)


class GuidelineSerializer(Answer):
    version = serializers.IntegerField(min_value=1)
    text = serializers.CharField(allow_blank=True, help_text="Markdown.")
    accepted = serializers.BooleanField(
        help_text="Whether you have accepted this version; in the browser you can."
    )


class WorkSerializer(Answer):
    kind = serializers.ChoiceField(choices=Kind.choices)
    wanted = serializers.IntegerField(min_value=1, help_text="Judgements per item.")
    answers = serializers.IntegerField(min_value=2, help_text="Answers shown in one ranking.")
    strengths = serializers.BooleanField(help_text="Whether a ranking says how much better.")
    lease_minutes = serializers.IntegerField(min_value=1)
    edit_minutes = serializers.IntegerField(min_value=0)


class CampaignSerializer(ListedCampaignSerializer):
    role = serializers.ChoiceField(
        choices=Role.choices,
        allow_null=True,
        help_text="Yours; null for an admin who is no member.",
    )
    guideline = GuidelineSerializer(allow_null=True)
    works = WorkSerializer(many=True)


class HeldSerializer(Answer):
    reason = serializers.CharField()
    tasks = serializers.IntegerField(min_value=1)


class WorkProgressSerializer(Answer):
    """Turns of one kind of work: wanted = done + leased + reserved + free."""

    kind = serializers.ChoiceField(choices=Kind.choices)
    tasks = serializers.IntegerField(min_value=0)
    wanted = serializers.IntegerField(min_value=0)
    done = serializers.IntegerField(min_value=0)
    leased = serializers.IntegerField(min_value=0)
    reserved = serializers.IntegerField(min_value=0)
    free = serializers.IntegerField(min_value=0)
    held = HeldSerializer(many=True, help_text="Tasks that nobody is given until somebody decides.")
    stranded = serializers.IntegerField(min_value=0, help_text="Tasks that no member can do.")
    stranded_is_least = serializers.BooleanField(help_text="Whether there may be more of them.")
    surplus = serializers.IntegerField(
        min_value=0, help_text="Judgements that came when there were enough."
    )
    second_opinions = serializers.IntegerField(min_value=0)
    thirds = serializers.IntegerField(min_value=0)


class WeekSerializer(Answer):
    """What was done since Monday 00:00 UTC."""

    since = serializers.DateField()
    demonstrations = serializers.IntegerField(min_value=0)
    rankings = serializers.IntegerField(min_value=0)
    comparisons = serializers.IntegerField(min_value=0)
    ties = serializers.IntegerField(min_value=0)
    surplus = serializers.IntegerField(min_value=0)
    skips = serializers.IntegerField(min_value=0)
    imported = serializers.IntegerField(min_value=0)
    prompts = serializers.IntegerField(min_value=0, help_text="That came in.")


class ProgressSerializer(Answer):
    campaign = CampaignNameSerializer()
    works = WorkProgressSerializer(many=True)
    week = WeekSerializer()


class SampledSerializer(Answer):
    """One possible answer. Nobody who ranks it learns of its source."""

    text = serializers.CharField(required=False, help_text="Short for one turn of the assistant.")
    messages = MessageSerializer(many=True, required=False, help_text="In place of `text`.")
    source = serializers.CharField(  # type: ignore[assignment]  # a field of that name
        required=False, help_text="Which model or person wrote it."
    )
    sampling = serializers.DictField(required=False, help_text="How it was drawn; flat.")


class ImageRowSerializer(Answer):
    """A picture: PNG, JPEG or WebP, at most 5 MB; it is drawn anew, and nothing else of its file
    is kept."""

    data = serializers.CharField(help_text="The bytes of its file in base64.")  # type: ignore[assignment]  # a field of that name
    alt = serializers.CharField(required=False, help_text="What is to be seen.")


class PromptRowSerializer(Answer):
    """One prompt with its candidates."""

    prompt = serializers.CharField(required=False, help_text="Short for one turn of the user.")
    messages = MessageSerializer(
        many=True, required=False, help_text="In place of `prompt`; ends with the user's turn."
    )
    tools = serializers.ListField(child=serializers.DictField(), required=False, help_text=TOOLS)
    images = ImageRowSerializer(
        many=True, required=False, help_text="Pictures that the prompt asks about, at most eight."
    )
    external_id = serializers.CharField(required=False, help_text="Your own name for it.")
    skill = serializers.CharField(required=False)
    language = serializers.CharField(required=False, help_text="As in “en”, as if left out.")
    clearance = serializers.CharField(
        required=False, help_text="Only people who hold it are given the work."
    )
    priority = serializers.IntegerField(
        required=False, min_value=1, max_value=9, help_text="1 comes first; 5 if left out."
    )
    source = serializers.CharField(required=False)  # type: ignore[assignment]
    candidates = SampledSerializer(many=True, required=False)


class CandidateRowSerializer(SampledSerializer):
    """One further candidate for a prompt that is there."""

    prompt = serializers.CharField(help_text="The prompt's id, or your `external_id` for it.")


class RowsSerializer(Answer):
    name = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Of the batch, for people."
    )
    key = serializers.UUIDField(required=False, allow_null=True, default=None)


class PromptRowsSerializer(RowsSerializer):
    rows = EachByItself(child=PromptRowSerializer(), min_length=1, max_length=ROWS)


class CandidateRowsSerializer(RowsSerializer):
    rows = EachByItself(child=CandidateRowSerializer(), min_length=1, max_length=ROWS)


class RowReportSerializer(Answer):
    """What became of one row."""

    status = serializers.ChoiceField(choices=["made", "there", "refused"])
    id = serializers.UUIDField(required=False, help_text="Of the prompt or the candidate.")
    candidates = serializers.ListField(
        child=serializers.UUIDField(), required=False, help_text="Of a prompt, in your order."
    )
    field = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="Of a refused row, as a dotted path into it; empty for all of it.",
    )
    detail = serializers.CharField(
        required=False, help_text="What is wrong with a refused row, and what to do about it."
    )


class BatchReportSerializer(Answer):
    batch = serializers.UUIDField()
    made = serializers.IntegerField(min_value=0)
    already_there = serializers.IntegerField(min_value=0)
    refused = serializers.IntegerField(min_value=0)
    rows = RowReportSerializer(many=True, help_text="One for each that was sent, in order.")
