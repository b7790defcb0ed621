"""What leads say about the checks, tests and pauses of people, judged for its shape."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotate.enums import Appeal, LanePurpose
from annotate.forms.percent import PercentField
from annotate.forms.ranking import APART, LETTERS, rank_field
from annotate.models import Campaign, GoldRules, Qualification
from annotate.services.ranking import RankingAnswer


class GoldRulesForm(forms.Form):
    share = PercentField(
        most=50,
        label=gettext_lazy("Silent checks (% of what a person is given)"),
        help_text=gettext_lazy("They look like any other item. 0: nobody is checked."),
    )
    training_items = forms.IntegerField(
        min_value=0,
        max_value=100,
        label=gettext_lazy("Training items before the first work"),
        help_text=gettext_lazy("The right order and your explanation are shown after each."),
    )
    seen_at_most = forms.IntegerField(
        min_value=1,
        max_value=1000,
        label=gettext_lazy("An item is retired after so many people"),
        help_text=gettext_lazy("For items made from now on; each person meets an item once."),
    )
    pause_below = PercentField(
        required=False,
        least=1,
        label=gettext_lazy("Pause who agrees less than (%)"),
        help_text=gettext_lazy(
            "Only where even the upper end of the interval is below. Empty: nobody is paused."
        ),
    )
    least_items = forms.IntegerField(
        min_value=10,
        max_value=500,
        label=gettext_lazy("Silent checks before anything is concluded"),
        help_text=gettext_lazy("And again after as many more. Fewer than ten say nothing."),
    )

    def rules(self) -> dict[str, float | None]:
        return dict(self.cleaned_data)


def said_of_rules(rules: GoldRules) -> dict[str, object]:
    return {name: getattr(rules, name) for name in GoldRulesForm.base_fields}


class TestField(forms.ModelChoiceField[Qualification]):
    """A test, by its skill."""

    def label_from_instance(self, obj: Qualification) -> str:
        return obj.skill


class GoldForm(forms.Form):
    """The right order of an item: a number for each answer, equal ones tie."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("What it is for"),
        choices=[
            (LanePurpose.GOLD, gettext_lazy("A silent check")),
            (LanePurpose.PRACTICE, gettext_lazy("Training: the answer is shown afterwards")),
            (LanePurpose.TEST, gettext_lazy("A test")),
        ],
    )
    qualification = TestField(
        queryset=Qualification.objects.none(),
        to_field_name="uuid",
        required=False,
        label=gettext_lazy("Of which test"),
        empty_label=gettext_lazy("none"),
    )
    explanation = forms.CharField(
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        label=gettext_lazy("Why this is right"),
        help_text=gettext_lazy("Whoever is trained by it reads this beside the right order."),
    )

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        campaign: Campaign,
        answers: Sequence[str],
        **kwargs: object,
    ) -> None:
        super().__init__(data, **kwargs)  # type: ignore[arg-type]  # initial, as Form has it
        self.answers = list(answers)
        tests = cast(TestField, self.fields["qualification"])
        tests.queryset = Qualification.objects.filter(campaign=campaign).order_by("skill")
        ranks = [(str(rank), str(rank)) for rank in range(1, len(answers) + 1)]
        for letter, answer in zip(LETTERS, self.answers, strict=False):
            self.fields[rank_field(answer)] = forms.ChoiceField(
                choices=[("", "–"), *ranks, (APART, _("cannot be ranked"))],
                required=False,
                label=_("Rank of %(letter)s") % {"letter": letter},
            )

    def ranks(self) -> list[forms.BoundField]:
        return [self[rank_field(answer)] for answer in self.answers]

    def answer(self) -> RankingAnswer:
        tiers: dict[int, list[str]] = defaultdict(list)
        apart = []
        for answer in self.answers:
            said = self.cleaned_data.get(rank_field(answer), "")
            if said.isdigit():
                tiers[int(said)].append(answer)
            elif said == APART:
                apart.append(answer)
        return RankingAnswer([tiers[rank] for rank in sorted(tiers)], apart)


class QualificationForm(forms.Form):
    skill = forms.CharField(
        max_length=64,
        label=gettext_lazy("Skill"),
        help_text=gettext_lazy("As prompts have it: who passes is given work that asks for it."),
    )
    questions = forms.IntegerField(
        min_value=3, max_value=100, initial=10, label=gettext_lazy("Items of one attempt")
    )
    pass_mark = PercentField(
        least=1,
        initial=0.8,
        label=gettext_lazy("Agreement that is needed (%)"),
        help_text=gettext_lazy("Mean over the items of the pairs ordered as they should be."),
    )
    attempts = forms.IntegerField(
        min_value=1,
        max_value=20,
        initial=2,
        label=gettext_lazy("Attempts"),
        help_text=gettext_lazy("Each needs items that the person has not met."),
    )
    wait_days = forms.IntegerField(
        min_value=0, max_value=365, initial=1, label=gettext_lazy("Days between two attempts")
    )
    valid_days = forms.IntegerField(
        min_value=1, max_value=3650, initial=180, label=gettext_lazy("Days that a pass is good for")
    )
    open = forms.BooleanField(
        required=False, initial=True, label=gettext_lazy("It may be taken now")
    )


class AppealForm(forms.Form):
    text = forms.CharField(
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        label=gettext_lazy("What you have to say to it"),
        help_text=gettext_lazy("A lead of the campaign reads it and answers here."),
    )


class PauseForm(forms.Form):
    reason = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("The person reads it, and may answer."),
    )


class PauseDecisionForm(forms.Form):
    decision = forms.ChoiceField(
        choices=[
            (Appeal.LIFTED, gettext_lazy("Lift the pause")),
            (Appeal.UPHELD, gettext_lazy("Uphold it")),
        ],
        widget=forms.RadioSelect,
        label=gettext_lazy("Decision"),
    )
    answer = forms.CharField(
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        label=gettext_lazy("Your answer"),
        help_text=gettext_lazy("The person reads it."),
    )


class VoidForm(forms.Form):
    """From which day on, in UTC, and why."""

    since = forms.DateField(
        label=gettext_lazy("Since the beginning of (UTC)"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Leads read it here and in the audit."),
    )
    seen = forms.IntegerField(
        required=False, widget=forms.HiddenInput
    )  # how much the preview said; without it this is the preview's request
