"""What people look for, read from the address of a page."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from annotate.enums import Agreement, Sought
from annotate.models import Rater, Snapshot
from annotate.selectors.explore import Offered
from annotate.selectors.sorts import ONCE, sorts_of
from annotate.selectors.sought import WITHOUT
from annotate.selectors.tally import beginning_of

EXACT = ("by", "beside")
MOST_DAYS = 3650


class WeekField(forms.CharField):
    """A week as ISO 8601 and browsers write it, 2026-W48; its first moment (UTC) and its end."""

    widget = forms.TextInput(attrs={"type": "week", "placeholder": "2026-W48"})

    def clean(self, value: object) -> tuple[datetime, datetime] | None:
        said = str(super().clean(value))
        found = re.fullmatch(r"(\d{4})-W(\d{1,2})", said)
        if not said:
            return None
        try:
            year, week = (int(part) for part in found.groups()) if found else (0, 0)
            monday = date.fromisocalendar(year, week, 1)
            return beginning_of(monday), beginning_of(monday + timedelta(days=7))
        except (ValueError, OverflowError) as odd:
            raise forms.ValidationError(_("Write a week as in 2026-W48.")) from odd


class ExploreForm(forms.Form):
    """What to look for in a campaign or several. Only a lead may ask by name and by snapshot.

    ``by`` and ``beside`` are one rater each, and are there where the address names them: pages
    that tell of somebody lead to exactly their rows, whoever else has such a name.
    """

    text = forms.CharField(
        required=False,
        max_length=200,
        label=_("Words of the prompt or of an answer"),
        help_text=_('All of them; "in this order" between quotes, -without.'),
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    skill = forms.ChoiceField(required=False, label=_("Skill"))
    language = forms.ChoiceField(required=False, label=_("Language"))
    week = WeekField(required=False, max_length=8, label=_("Week"))
    met = WeekField(required=False, max_length=8, label=_("Week of the later of two"))
    agreement = forms.ChoiceField(required=False, label=_("Agreement"))
    flag = forms.ChoiceField(required=False, label=_("Flag that says yes"))
    sort = forms.ChoiceField(required=False, label=_("Which of them"))
    days = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=MOST_DAYS,
        label=_("Waits for work, days at the least"),
    )
    rater = forms.CharField(required=False, max_length=100, label=_("Rater"))
    by = forms.ChoiceField(required=False, label=_("Exactly this rater"))
    beside = forms.ChoiceField(required=False, label=_("Beside this rater"))
    snapshot = forms.ModelChoiceField(
        queryset=Snapshot.objects.none(), to_field_name="uuid", required=False, label=_("Dataset")
    )

    def __init__(
        self,
        *,
        offered: Offered,
        sought: Sought,
        is_lead: bool,
        raters: Mapping[str, Rater | None],
        is_once_offered: bool = False,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # data and initial, as Form has them
        any_one: list[tuple[str, object]] = [("", _("any"))]
        self._offer("skill", [*any_one, *map(_skill, offered.skills)])
        self._offer("language", [*any_one, *((each, each) for each in offered.languages)])
        self._offer("agreement", [*any_one, *Agreement.choices])
        self._offer("flag", [*any_one, *offered.flags])
        sorts = [each for each in sorts_of(sought) if each[0] != ONCE or is_once_offered]
        self._offer("sort", [*any_one, *sorts])
        for name, rater in raters.items():
            self._offer(name, [*any_one, *([(str(rater.uuid), str(rater))] if rater else [])])
        dataset = cast(forms.ModelChoiceField[Snapshot], self.fields["snapshot"])
        dataset.queryset = Snapshot.objects.filter(pk__in=[each.pk for each in offered.snapshots])
        dataset.choices = [
            *any_one,
            *((str(each.uuid), named(each)) for each in offered.snapshots),
        ]
        unnamed = {name for name in raters if not self.data.get(name)}
        for name in _of_no_use(sought, is_lead=is_lead) | unnamed:
            del self.fields[name]

    def _offer(self, name: str, choices: Sequence[tuple[object, object]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices


OF_NO_USE: dict[Sought, set[str]] = {
    Sought.PROMPTS: {"beside", "met"},
    Sought.RANKINGS: {"days"},
    Sought.DEMONSTRATIONS: {"met", "agreement", "flag", "beside", "days"},
    Sought.JUDGED: {"met", "agreement", "flag", "beside", "days"},
    Sought.SKIPS: {"text", "met", "agreement", "flag", "beside", "days", "snapshot"},
}


def _of_no_use(sought: Sought, *, is_lead: bool) -> set[str]:
    """The fields that say nothing of what is sought, or that are not this person's to ask."""
    return OF_NO_USE[sought] | (set() if is_lead else {"rater", "snapshot", *EXACT})


def _skill(said: str) -> tuple[str, object]:
    return (said, _("none") if said == WITHOUT else said)


def named(snapshot: Snapshot) -> str:
    """As a person tells datasets apart in a list."""
    return (
        f"{snapshot.get_kind_display()}, {snapshot.requested_at:%Y-%m-%d} ({snapshot.digest[:8]})"
    )
