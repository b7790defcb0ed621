"""What pages send, judged for its shape; whether it is right is the services' to say."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from annotate.gateway import CampaignName
from rewards.enums import Method
from rewards.models import Track


class TrackForm(forms.Form):
    """A new line of policies, and the campaigns that it learns from."""

    name = forms.CharField(max_length=100, label=_("Name"))
    campaigns = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, label=_("Campaigns that it learns from")
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

    def chosen(self) -> list[UUID]:
        return [UUID(each) for each in self.cleaned_data["campaigns"]]


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
            "The fast head takes minutes, is good from some tens of rankings on, and says how sure "
            "it is; the settings below are for fine-tuning."
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

    def knobs(self) -> dict[str, object]:
        """What the engine is told beyond its defaults; a head knows none of these."""
        if self.chosen_method() == Method.HEAD:
            return {}
        names = ("epochs", "max_steps", "layers")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}
