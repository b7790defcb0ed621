"""What pages send, judged for its shape; whether it is right is the services' to say."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from annotate.gateway import CampaignName
from rewards.enums import Method, PolicyMethod
from rewards.mix import MOST_TOKENS
from rewards.models import RewardModel, Track
from rewards.services.judging_request import AT_ONCE, MOST_AT_ONCE
from rewards.services.served_judge import FEWEST_TOKENS, LONGEST_NAME, LONGEST_REPLY, ServedJudge

# of the form for training, as the engine calls them
KNOBS = (
    "epochs",
    "max_steps",
    "layers",
    "loss",
    "ties",
    "drop_covariates",
    "reliability",
    "patience",
    "tensorboard",
)


class TrackForm(forms.Form):
    """A new line of policies, and the campaigns that it learns from."""

    name = forms.CharField(max_length=100, label=_("Name"))
    campaigns = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, label=_("Campaigns that it learns from")
    )

    method = forms.ChoiceField(
        choices=PolicyMethod.choices,
        required=False,
        label=_("How its policy is made better"),
    )
    person_promotes = forms.BooleanField(
        required=False,
        label=_("A person promotes"),
        help_text=_(
            "A policy that is as good as the gate asks waits until somebody has read its answers "
            "and promotes it. Unticked: it goes into service by itself."
        ),
    )

    def __init__(
        self, *, campaigns: Sequence[CampaignName], usual: PolicyMethod, **kwargs: object
    ) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # data and initial, as Form has them
        self.usual = self.fields["method"].initial = usual
        if usual == PolicyMethod.DPO:  # where there is no GPU
            self.fields["method"].help_text = _(
                "This machine has no GPU, so the track begins with DPO and fast reward heads: the "
                "one way that was measured to make a small model better in its first week."
            )
        choices = [(str(campaign.id), campaign.name) for campaign in campaigns]
        cast(forms.MultipleChoiceField, self.fields["campaigns"]).choices = choices

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Track.objects.filter(name=name).exists():
            raise forms.ValidationError(_("A track of this name exists; choose another name."))
        return name

    def clean_method(self) -> PolicyMethod:
        return PolicyMethod(self.cleaned_data["method"] or self.usual)

    def chosen(self) -> list[UUID]:
        return [UUID(each) for each in self.cleaned_data["campaigns"]]


class CandidatesForm(forms.Form):
    """How many prompts of a week are answered, and by whom. A voice is a line."""

    prompts = forms.IntegerField(
        min_value=1,
        max_value=1_000_000,
        label=_("Prompts that models answer in a week"),
        help_text=_("Of those that are short of answers. Two cores write a hundred in minutes."),
    )
    answers = forms.IntegerField(
        min_value=1,
        max_value=16,
        label=_("Answers to each"),
        help_text=_(
            "More than a ranking shows: those that teach most are shown, each with a known chance."
        ),
    )
    at_random = forms.FloatField(
        min_value=0.01,
        max_value=1,
        label=_("Share drawn by chance alone"),
        help_text=_(
            "The other prompts are drawn by how new they are and how far the reward models "
            "disagree about their like."
        ),
    )
    answering = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        label=_("Who answers the prompts"),
        help_text=_(
            "A voice a line: promoted, previous, candidate, base or server, then what differs: "
            "temperature=0.7 top_p=0.95 max_new_tokens=200, weight=2 for its share or count=1 for "
            "exactly so many of each prompt. A server's voice needs server=NAME model=NAME; "
            "promoted server=NAME is the policy in service, asked of that server. Empty: all "
            "policies of the track."
        ),
    )
    talking = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        label=_("Who answers in conversations"),
        help_text=_("The same. Empty: the policy in service, and the one that it came from."),
    )


class ArenaForm(forms.Form):
    """Where policies meet, on which prompts, and how often. A pair of answers is one contest."""

    campaign = forms.ChoiceField(label=_("Campaign whose people vote"))
    source = forms.CharField(
        max_length=100,
        required=False,
        label=_("Prompts of this source alone"),
        help_text=_("As it was said when they came. Empty: all prompts without answers."),
    )
    ahead = forms.IntegerField(
        min_value=1,
        max_value=5000,
        initial=40,
        label=_("Contests that wait for votes"),
        help_text=_("Once half of them are voted on, models answer as many more."),
    )
    held_out = forms.FloatField(
        min_value=0,
        max_value=1,
        initial=0,
        label=_("Share on held-out prompts"),
        help_text=_("0 to 1. Votes on those measure, and train nothing."),
    )
    by_need = forms.FloatField(
        min_value=0,
        max_value=0.99,
        initial=0.7,
        label=_("Share for pairs that are not settled"),
        help_text=_(
            "0 to 0.99. A new policy meets the one in service so often; all pairs share the rest."
        ),
    )
    narrow_enough = forms.FloatField(
        min_value=0.01,
        max_value=1,
        initial=0.2,
        label=_("A pair is settled once its interval is no wider than"),
        help_text=_(
            "Of its win rate: 0.2 is ten points to either side, of about a hundred prompts."
        ),
    )
    tells_voters = forms.BooleanField(
        required=False,
        label=_("Tell voters afterwards which policy was which"),
        help_text=_(
            "Each learns it of their own votes alone, once these cannot be changed any more. Who "
            "has learned how a policy writes may know it again: leave it unticked where votes "
            "decide something."
        ),
    )

    def __init__(self, *, campaigns: Sequence[CampaignName], **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # data and initial, as Form has them
        choices = [(str(campaign.id), campaign.name) for campaign in campaigns]
        cast(forms.ChoiceField, self.fields["campaign"]).choices = choices

    def clean_campaign(self) -> UUID:
        return UUID(self.cleaned_data["campaign"])


class JudgingForm(forms.Form):
    """Which reward model judges, and how much of a campaign."""

    model = forms.ModelChoiceField(
        queryset=RewardModel.objects.none(),
        to_field_name="uuid",
        label=_("Reward model"),
        error_messages={
            "required": _("Choose a reward model."),
            "invalid_choice": _("Choose a trained reward model of the list."),
        },
    )
    most = forms.IntegerField(
        min_value=1,
        max_value=10_000_000,
        required=False,
        label=_("Items at most"),
        help_text=_("Empty: all that it has not judged yet."),
    )

    def __init__(self, *, models: QuerySet[RewardModel], **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # data, as Form has it
        cast(forms.ModelChoiceField[RewardModel], self.fields["model"]).queryset = models


class ServedJudgeForm(forms.Form):
    """Which model of which server judges, and how much of a campaign."""

    server = forms.ChoiceField(
        label=_("Server"),
        help_text=_(
            "Prompts, answers and the guideline are sent there, and nobody’s name. A server is "
            "named by whoever runs Laurel."
        ),
    )
    model = forms.CharField(
        max_length=LONGEST_NAME,
        label=_("Model"),
        help_text=_("As the server calls it."),
        error_messages={"required": _("Write what the server calls its model.")},
    )
    most = forms.IntegerField(
        min_value=1,
        max_value=10_000_000,
        required=False,
        label=_("Items at most"),
        help_text=_("Empty: all that it has not judged yet. Each costs two requests or more."),
    )
    max_new_tokens = forms.IntegerField(
        min_value=FEWEST_TOKENS,
        max_value=MOST_TOKENS,
        initial=LONGEST_REPLY,
        label=_("Tokens of a reply at most"),
        help_text=_(
            "A model that thinks before it replies needs more. With another number it is another "
            "machine."
        ),
    )
    concurrency = forms.IntegerField(
        min_value=1,
        max_value=MOST_AT_ONCE,
        initial=AT_ONCE,
        label=_("Items asked of at once"),
    )

    def __init__(self, *, servers: Sequence[str], **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # data, as Form has it
        choices = [(name, name) for name in servers]
        cast(forms.ChoiceField, self.fields["server"]).choices = choices

    def judge(self) -> ServedJudge:
        said = self.cleaned_data
        return ServedJudge(said["server"], said["model"], said["max_new_tokens"])


class TrainingForm(forms.Form):
    """From what a reward model shall learn, and for how long."""

    snapshot = forms.ChoiceField(label=_("Frozen rankings that it learns from"))
    track = forms.ModelChoiceField(
        queryset=Track.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=_("None: only you see it"),
        label=_("Track"),
        help_text=_("Everybody who leads the track's campaigns sees the model."),
    )
    method = forms.ChoiceField(
        choices=Method.choices,
        initial=Method.FULL,
        required=False,
        label=_("Method"),
        help_text=_(
            "The fast head takes minutes on two cores, says how sure it is and needs no settings; "
            "the others change the base model and take longer."
        ),
    )
    epochs = forms.FloatField(
        min_value=0.01,
        max_value=100,
        initial=1.0,
        label=_("Epochs"),
        help_text=_("How often every ranking is seen."),
    )
    max_steps = forms.IntegerField(
        min_value=1,
        required=False,
        label=_("Stop after steps"),
        help_text=_("Empty: when the epochs are over."),
    )
    layers = forms.IntegerField(
        min_value=1,
        max_value=1000,
        required=False,
        label=_("Layers of the base model"),
        help_text=_("Fewer are quicker and less able. Empty: all of them."),
    )
    loss = forms.ChoiceField(
        choices=[
            ("bradley_terry", _("Pairs (Bradley–Terry)")),
            ("plackett_luce", _("Whole orders (Plackett–Luce)")),
        ],
        required=False,
        label=_("What is learned from a ranking"),
    )
    ties = forms.ChoiceField(
        choices=[
            ("soft", _("As half a win for each")),
            ("davidson", _("By a chance of their own (Davidson)")),
            ("drop", _("Leave them out")),
        ],
        required=False,
        label=_("Ties"),
    )
    drop_covariates = forms.BooleanField(
        required=False,
        initial=True,
        label=_("Keep length and layout out of the score"),
        help_text=_(
            "What answers gain by being longer or having more markup is fitted apart and dropped. "
            "Untick it for a model that says what people would say, and trains no policy."
        ),
    )
    reliability = forms.BooleanField(
        required=False,
        label=_("Find out how reliable each person is"),
        help_text=_("Whoever seems to choose at random counts less. It wants many rankings each."),
    )
    patience = forms.IntegerField(
        min_value=1,
        max_value=100,
        required=False,
        label=_("Stop early after evaluations without gain"),
        help_text=_(
            "The best weights on the validation side are kept; the report card then looks at the "
            "test side alone. Empty: train to the end."
        ),
    )
    tensorboard = forms.BooleanField(
        required=False,
        label=_("Write the curves for TensorBoard too"),
        help_text=_(
            "Into the run's folder. The host that trains needs the package tensorboard; where it "
            "is missing, the run is refused."
        ),
    )

    def __init__(
        self,
        *,
        snapshots: Sequence[tuple[str, str]],
        tracks: QuerySet[Track],
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # data and initial, as Form has them
        cast(forms.ChoiceField, self.fields["snapshot"]).choices = list(snapshots)
        cast(forms.ModelChoiceField[Track], self.fields["track"]).queryset = tracks

    @property
    def of_every_method(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in KNOBS]

    @property
    def of_tuning(self) -> list[forms.BoundField]:
        """What a fast head knows nothing of: the page hides it while that is chosen."""
        return [field for field in self if field.name in KNOBS]

    def chosen_method(self) -> Method:
        return Method(self.cleaned_data["method"] or Method.FULL)

    def clean(self) -> dict[str, object]:
        """Refuse at once what the engine would refuse later."""
        said = super().clean() or {}
        beside = said.get("reliability") or said.get("ties") not in ("", "soft", None)
        if said.get("loss") == "plackett_luce" and beside:
            raise forms.ValidationError(
                _(
                    "Whole orders know neither the reliability of people nor another way with "
                    "ties; choose pairs for that."
                )
            )
        return said

    def knobs(self) -> dict[str, object]:
        """What the engine is told beyond its defaults; a head knows none of these."""
        if self.chosen_method() == Method.HEAD:
            return {}
        told = {name: self.cleaned_data[name] for name in KNOBS if self.cleaned_data[name]}
        return {**told, "drop_covariates": self.cleaned_data["drop_covariates"]}
