"""What pages send, judged for its shape; whether it is right is the services' to say."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from annotate.gateway import CampaignName
from rewards.enums import Method, PolicyMethod
from rewards.models import Track

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
)


class TrackForm(forms.Form):
    """A new line of policies, and the campaigns that it learns from."""

    name = forms.CharField(max_length=100, label=_("Name"))
    campaigns = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, label=_("Campaigns that it learns from")
    )

    method = forms.ChoiceField(
        choices=PolicyMethod.choices,
        initial=PolicyMethod.GRPO,
        required=False,
        label=_("How its policy is made better"),
    )

    def __init__(self, *, campaigns: Sequence[CampaignName], **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # data and initial, as Form has them
        choices = [(str(campaign.id), campaign.name) for campaign in campaigns]
        cast(forms.MultipleChoiceField, self.fields["campaigns"]).choices = choices

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Track.objects.filter(name=name).exists():
            raise forms.ValidationError(_("A track of this name exists; choose another name."))
        return name

    def clean_method(self) -> PolicyMethod:
        return PolicyMethod(self.cleaned_data["method"] or PolicyMethod.GRPO)

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
            "exactly so many of each prompt. A server's voice needs server=NAME model=NAME. Empty: "
            "all policies of the track."
        ),
    )
    talking = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        label=_("Who answers in conversations"),
        help_text=_("The same. Empty: the policy in service, and the one that it came from."),
    )


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
            "The fast head takes minutes and says how sure it is; the settings below are for "
            "fine-tuning."
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
        label=_("Keep length and layout out of the score"),
        help_text=_(
            "What answers gain by being longer or having more markup is fitted apart and dropped."
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
        return {name: self.cleaned_data[name] for name in KNOBS if self.cleaned_data[name]}
