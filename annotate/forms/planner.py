"""What a planner is asked, and what mix of prompts is wanted."""

import re
from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

MOST = 50
LONGEST = 64  # characters, as prompts have skills


class PlanForm(forms.Form):
    """Questions to the planner; each has an answer that is sensible to begin with.

    How many prompts are held out, and what a judgement costs, are the campaign's own numbers where
    it has some: ``given`` names them.
    """

    points = forms.FloatField(
        min_value=1, max_value=1000, initial=20, label=_("Separate two policies by (Elo points)")
    )
    half_width = forms.FloatField(
        min_value=0.005, max_value=0.5, initial=0.03, label=_("Bring α's interval to ±")
    )
    held_out = forms.IntegerField(
        min_value=0, max_value=2**31 - 1, initial=1000, label=_("Prompts held out this week")
    )
    rate = forms.FloatField(
        min_value=0,
        max_value=10**9,  # above any rate that may be agreed upon
        required=False,
        label=_("Cost of a judgement"),
        help_text=_("Empty: nothing is said of the cost."),
    )

    def __init__(self, asked: Mapping[str, str], given: Mapping[str, str]) -> None:
        """What the address does not say is what is given, else what is sensible."""
        begins = {name: field.initial for name, field in self.base_fields.items()} | {**given}
        super().__init__({name: asked.get(name, begins[name]) for name in begins})


class MixForm(forms.Form):
    """Wanted shares, one a line: ``medicine 25 %``."""

    skills = forms.CharField(
        required=False,
        label=_("Skills"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("A skill and its share of all prompts on each line, as in: medicine 25"),
    )
    languages = forms.CharField(
        required=False,
        label=_("Languages"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("A language and its share on each line, as in: de 10"),
    )

    def clean_skills(self) -> dict[str, float]:
        return shares_in(str(self.cleaned_data["skills"]))

    def clean_languages(self) -> dict[str, float]:
        return shares_in(str(self.cleaned_data["languages"]))


def shares_in(text: str) -> dict[str, float]:
    """Shares, 0 to 1, by name; refused with the number of the line."""
    found: dict[str, float] = {}
    lines = [line.strip() for line in text.splitlines()]
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        said = re.fullmatch(r"(\S.*?)[\s:]+(\d+(?:[.,]\d+)?)\s*%?", line)
        if not said:
            raise forms.ValidationError(
                _("Line %(number)d: write a name and a share in per cent, as in: law 20."),
                params={"number": number},
            )
        name, share = said[1].strip(), float(said[2].replace(",", ".")) / 100
        if not 0 < share <= 1 or len(name) > LONGEST:
            raise forms.ValidationError(
                _("Line %(number)d: a share is above 0 and at most 100, and a name is short."),
                params={"number": number},
            )
        found[name] = share
    if len(found) > MOST or sum(found.values()) > 1 + 1e-9:
        raise forms.ValidationError(
            _("All shares together are at most 100 %, of at most 50 names.")
        )
    return found


def lines_of(shares: dict[str, float]) -> str:
    """As a person would write them."""
    return "\n".join(f"{name} {100 * share:g}" for name, share in sorted(shares.items()))
