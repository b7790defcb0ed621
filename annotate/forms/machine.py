"""How a lead sets up a machine that judges, and what of it may be changed."""

from django import forms
from django.utils.translation import gettext_lazy

from annotate.forms.percent import PercentField
from annotate.models import MachineJudge

LONGEST_NAME = MachineJudge._meta.get_field("name").max_length


class MachineForm(forms.Form):
    """What may be changed: nothing of what it is."""

    name = forms.CharField(
        max_length=LONGEST_NAME,
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("As leads read it; one of each name in a campaign."),
    )
    share = PercentField(
        least=0.01,
        initial=1.0,
        label=gettext_lazy("Share of the rankings that it judges (%)"),
        help_text=gettext_lazy(
            "Which they are is fixed by a hash; a larger share holds the smaller one."
        ),
    )


class NewMachineForm(MachineForm):
    """What it is, in its lead's words: said once, as every judgement of it is made with that."""

    model = forms.CharField(max_length=200, required=False, label=gettext_lazy("Model"))
    version = forms.CharField(max_length=200, required=False, label=gettext_lazy("Version"))
    wording = forms.CharField(
        max_length=4_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        label=gettext_lazy("Wording"),
        help_text=gettext_lazy(
            "What it is asked. It never changes: another wording is another machine. Never a key."
        ),
    )

    @property
    def made_of(self) -> dict[str, object]:
        said = {name: self.cleaned_data[name] for name in ("model", "version", "wording")}
        return {name: each for name, each in said.items() if each}
