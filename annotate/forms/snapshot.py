"""What a lead asks to be frozen: every choice of the policy, the seldom ones in groups."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from annotate.enums import Purpose, Side, SnapshotKind
from annotate.errors import PolicyRefused
from annotate.export.policy import Policy
from annotate.forms.explore import named
from annotate.models import Campaign, MachineJudge
from annotate.selectors.freeze_choices import FreezeChoices

INITIAL = Policy()
IN_SIGHT = ("kind", "campaigns", "imported", "resolved", "form", "files")
MARGINS = ("margin_1", "margin_2", "margin_3")  # of strength 1, 2 and 3
GROUPS = {
    gettext_lazy("Whose judgements, from when"): (
        *("raters", "machines", "surplus", "reviewed", "guideline_from", "since", "until"),
    ),
    gettext_lazy("Which prompts"): ("skills", "languages", "sides", "apart_from"),
    gettext_lazy("What a ranking gives"): (
        *("ties", "votes", "weights", "pairs", "unrankable", "ideal", "strength_at_least"),
        *("rating", "rating_at_least", "chances"),
    ),
    gettext_lazy("Margins"): MARGINS,
    gettext_lazy("The report"): ("report",),
    gettext_lazy("The card"): ("license",),
}
ABOUT = {  # a group
    "margin_1": gettext_lazy(
        "A margin asks a reward model to keep answers further apart where people were surer. "
        "Leave all three empty unless your trainer reads margins; Llama 2 was trained with 0.33, "
        "0.67 and 1. For preference pairs."
    ),
}

FORM_NAMES = {
    "trl": gettext_lazy("TRL: lists of messages. Most trainers and datasets.load_dataset read it"),
    "openrlhf": gettext_lazy("OpenRLHF: the keys that its documentation names"),
    "openai": gettext_lazy("OpenAI fine-tuning: JSON lines alone"),
    "transcript": gettext_lazy(
        "Transcript: whole dialogues as text (preference pairs, without system messages and tools)"
    ),
}
FILE_NAMES = {
    "parquet": gettext_lazy("Parquet: small and fast to read"),
    "jsonl": gettext_lazy("JSON lines: one row a line, readable in any editor"),
}
RATERS = {
    "work": gettext_lazy("Everybody but held-out raters"),
    "held_out": gettext_lazy("Held-out raters alone: to measure a model, never to train one"),
    "all": gettext_lazy("Both"),
}
TIES = {
    "drop": gettext_lazy("Leave them out"),
    "both": gettext_lazy("A row in each direction, at half the weight"),
    "soft": gettext_lazy("One row that says one half (soft_label 0.5)"),
}
VOTES = {
    "every": gettext_lazy("Every person’s ranking gives its own rows"),
    "majority": gettext_lazy("One row, as the majority has it"),
    "soft": gettext_lazy("One row with the share of votes (soft_label)"),
    "most_agreeing": gettext_lazy("The one person who agrees best with the others"),
}
WEIGHTS = {
    "equal": gettext_lazy("The same for everybody"),
    "reliability": gettext_lazy("By how far each person can be relied on (weight)"),
}
PAIRS = {
    "all": gettext_lazy("Each answer against each lower one"),
    "adjacent": gettext_lazy("Each against the next one only"),
    "best_against_rest": gettext_lazy("The best one against each other one"),
}
UNRANKABLE = {
    "drop": gettext_lazy("Leave them out"),
    "below": gettext_lazy("Below every ranked answer"),
}
STRENGTHS = {
    1: gettext_lazy("Any"),
    2: gettext_lazy("Better, or much better"),
    3: gettext_lazy("Much better"),
}


class Days(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SnapshotForm(forms.Form):
    """Which judgements count, which rows they give, how rows are written."""

    kind = forms.ChoiceField(
        choices=SnapshotKind.choices,
        widget=forms.RadioSelect,
        label=gettext_lazy("What it is for"),
        help_text=gettext_lazy(
            "Written answers teach a model to answer (SFT). Pairs and rankings teach it what "
            "people prefer (DPO, reward models). Single answers suit KTO; prompts alone are what "
            "a model practises on (GRPO, PPO). Laurel's own reward models learn from rankings."
        ),
    )
    campaigns = forms.ModelMultipleChoiceField(
        queryset=Campaign.objects.none(),
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Campaigns"),
    )
    imported = forms.BooleanField(
        required=False, label=gettext_lazy("Take in what was imported from elsewhere")
    )
    resolved = forms.BooleanField(
        required=False,
        label=gettext_lazy("What reviewers settled stands in the place of the judgements"),
    )
    form = forms.ChoiceField(
        choices=list(FORM_NAMES.items()), label=gettext_lazy("Form of the rows")
    )
    files = forms.MultipleChoiceField(  # type: ignore[assignment]  # the policy calls them so
        choices=list(FILE_NAMES.items()),
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Files"),
    )

    raters = forms.ChoiceField(
        choices=list(RATERS.items()),
        label=gettext_lazy("Raters"),
        help_text=gettext_lazy("Held-out raters judge models; what they say must train none."),
    )
    surplus = forms.BooleanField(
        required=False,
        label=gettext_lazy("Count judgements beyond the number that was wanted"),
        help_text=gettext_lazy(
            "They came late, for instance after a lease had ended. More data, but some prompts "
            "then weigh more than others."
        ),
    )
    reviewed = forms.BooleanField(
        required=False,
        label=gettext_lazy("Only items that a reviewer has decided"),
        help_text=gettext_lazy("Fewer and surer labels, for instance for a test set."),
    )
    guideline_from = forms.IntegerField(
        required=False,
        min_value=1,
        label=gettext_lazy("Guideline version, at the least"),
        help_text=gettext_lazy(
            "Leaves out what was judged under an older guideline, or imported under none. Empty: "
            "every version."
        ),
    )
    since = forms.DateField(
        required=False,
        widget=Days,
        label=gettext_lazy("From this day on"),
        help_text=gettext_lazy("Days in UTC, both included: for instance the last week alone."),
    )
    until = forms.DateField(required=False, widget=Days, label=gettext_lazy("To this day"))

    skills = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Skills"),
        help_text=gettext_lazy("None chosen: all of them."),
    )
    languages = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Languages"),
        help_text=gettext_lazy("None chosen: all of them."),
    )
    sides = forms.MultipleChoiceField(
        choices=Side.choices,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Sides"),
        help_text=gettext_lazy(
            "A prompt is on one side for ever. Choose “test” alone to freeze all that was ever "
            "held out."
        ),
    )
    machines = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Judgements of these machines"),
        help_text=gettext_lazy(
            "None chosen: what machines say is in no dataset. Look first how far they agree with "
            "people."
        ),
    )
    apart_from = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("No prompt of these datasets"),
        help_text=gettext_lazy(
            "Nor anything much like one. For instance prompts for RL that the reward model has "
            "not learned from."
        ),
    )

    ties = forms.ChoiceField(
        choices=list(TIES.items()),
        label=gettext_lazy("Ties"),
        help_text=gettext_lazy(
            "For preference pairs. Most trainers know no tie; leave them out unless yours reads "
            "weights or soft labels."
        ),
    )
    votes = forms.ChoiceField(
        choices=list(VOTES.items()),
        label=gettext_lazy("Several people ranked the same prompt"),
        help_text=gettext_lazy(
            "One row instead of several keeps prompts that many people saw from weighing more."
        ),
    )
    weights = forms.ChoiceField(
        choices=list(WEIGHTS.items()),
        label=gettext_lazy("What a person’s judgement weighs"),
        help_text=gettext_lazy(
            "By the consistency that the page of quality shows, as it is now. Most trainers read "
            "no weights; where votes are counted they are in the count."
        ),
    )
    pairs = forms.ChoiceField(
        choices=list(PAIRS.items()),
        label=gettext_lazy("Pairs of a ranking"),
        help_text=gettext_lazy(
            "Fewer pairs make smaller files; neighbours are the hardest pairs, and the least sure."
        ),
    )
    unrankable = forms.ChoiceField(
        choices=list(UNRANKABLE.items()),
        label=gettext_lazy("Answers that cannot be ranked"),
        help_text=gettext_lazy(
            "Broken or off the point: below the others they teach what to shun."
        ),
    )
    ideal = forms.BooleanField(
        required=False,
        label=gettext_lazy("Answers that raters edited take part"),
        help_text=gettext_lazy("The edited one stands above the chosen one."),
    )
    strength_at_least = forms.TypedChoiceField(
        choices=list(STRENGTHS.items()),
        coerce=int,
        label=gettext_lazy("How much better, at the least"),
        help_text=gettext_lazy("Leaves out pairs of which the rater was less sure."),
    )
    rating = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Points of the chosen answer, on this scale"),
        help_text=gettext_lazy(
            "Leaves out what is merely the best of a bad lot. Answers without points stay."
        ),
    )
    rating_at_least = forms.IntegerField(
        required=False, label=gettext_lazy("So many points, at the least")
    )
    margin_1 = forms.FloatField(required=False, label=pgettext_lazy("margin", "Slightly better"))
    margin_2 = forms.FloatField(required=False, label=pgettext_lazy("margin", "Better"))
    margin_3 = forms.FloatField(required=False, label=pgettext_lazy("margin", "Much better"))

    chances = forms.BooleanField(
        required=False,
        label=gettext_lazy("Say with which chance each was drawn"),
        help_text=gettext_lazy(
            "Columns more on every row: the chance of its prompt to be asked, and of its answers "
            "to be shown. For who weighs by the inverse. Rankings, K-wise, also say what each "
            "counts where people are measured against each other: a report card reads that."
        ),
    )
    report = forms.BooleanField(
        required=False,
        label=gettext_lazy("Look for what would hurt a training run"),
        help_text=gettext_lazy(
            "Rows too long for a trainer, personal data, duplicates, overlap with evaluation sets, "
            "bias. Takes some time; a campaign may refuse to freeze on what is found."
        ),
    )
    license = forms.CharField(
        required=False,
        max_length=64,
        label=gettext_lazy("Licence"),
        help_text=gettext_lazy(
            "Under which others may use it, as the hub writes it: cc-by-4.0, mit, other. Empty: "
            "the card says that it is unknown."
        ),
    )
    purpose = forms.ChoiceField(required=False, choices=Purpose.choices, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, object] | None = None,
        *,
        choices: FreezeChoices,
        asked: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(choices) | _proposed(asked or {}))
        campaigns = cast("forms.ModelMultipleChoiceField[Campaign]", self.fields["campaigns"])
        campaigns.queryset = Campaign.objects.filter(
            pk__in=[each.pk for each in choices.campaigns]
        ).order_by("name")
        self._offer("skills", [(each, each) for each in choices.skills])
        self._offer("languages", [(each, each) for each in choices.languages])
        self._offer(
            "machines", [(str(each.uuid), named_machine(each)) for each in choices.machines]
        )
        self._offer("apart_from", [(str(each.uuid), named(each)) for each in choices.snapshots])
        self._offer("rating", [("", _("no minimum")), *choices.scales])

    def _offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean(self) -> None:
        if self.is_for() == Purpose.CHECK and not self.cleaned_data.get("report"):
            self.add_error("report", _("A check is its report; choose this, or freeze at once."))

    def is_for(self) -> Purpose:
        return Purpose(self.cleaned_data.get("purpose") or Purpose.FILES)

    def policy(self) -> Policy:
        said = self.cleaned_data
        chosen: dict[str, Any] = {name: said[name] for name in PLAIN}
        chosen |= {name: tuple(said[name]) for name in SEVERAL}
        chosen |= {name: _day(said[name]) for name in ("since", "until")}
        margins = {name[-1]: said[name] for name in MARGINS if said[name] is not None}
        return Policy(**chosen, margins=margins)

    def refuse(self, refused: PolicyRefused) -> None:
        """Say it at the choice that it is about."""
        field = MARGINS[0] if refused.field == "margins" else refused.field
        self.add_error(field if field in self.fields else None, str(refused))

    @property
    def in_sight(self) -> list[BoundField]:
        return [self[name] for name in IN_SIGHT]

    @property
    def groups(self) -> Iterator["Group"]:
        """The seldom ones; a group stands open where something was chosen or refused in it."""
        for title, names in GROUPS.items():
            fields = [self[name] for name in names if self._has_choices(name)]
            touched = self.is_bound and any(
                name in self.changed_data or name in self.errors for name in names
            )
            yield Group(str(title), str(ABOUT.get(names[0], "")), fields, touched)

    def _has_choices(self, name: str) -> bool:
        """No skill, dataset or scale to choose from: the choice is not shown."""
        field = self.fields[name]
        return not isinstance(field, forms.MultipleChoiceField) or bool(field.choices)


def named_machine(machine: MachineJudge) -> str:
    return f"{machine.name} ({machine.campaign.name})"


@dataclass(frozen=True)
class Group:
    title: str
    about: str
    fields: Sequence[BoundField]
    is_open: bool


SEVERAL = ("files", "skills", "languages", "sides", "apart_from", "machines")
PLAIN = (
    *("imported", "surplus", "raters", "resolved", "reviewed", "guideline_from"),
    *("ties", "votes", "weights", "pairs", "unrankable", "ideal", "strength_at_least"),
    *("rating", "rating_at_least", "form", "chances", "report", "license"),
)


def _initial(choices: FreezeChoices) -> dict[str, object]:
    """The policy that nothing was chosen in; a lead of one campaign means that one."""
    initial: dict[str, object] = {name: getattr(INITIAL, name) for name in PLAIN}
    initial |= {name: list(getattr(INITIAL, name)) for name in SEVERAL}
    if len(choices.campaigns) == 1:
        initial["campaigns"] = [choices.campaigns[0].uuid]
    return initial


def _proposed(asked: Mapping[str, object]) -> dict[str, object]:
    """What the address of the page proposes: a kind, and whether chances are said."""
    kind = asked.get("kind")
    proposed: dict[str, object] = {"kind": kind} if kind in SnapshotKind.values else {}
    return proposed | ({"chances": True} if "chances" in asked else {})


def _day(said: date | None) -> str | None:
    return said.isoformat() if said else None


class DatasetsForm(forms.Form):
    """Which datasets a list shows; what is empty or strange is not asked."""

    kind = forms.ChoiceField(
        required=False,
        choices=[("", gettext_lazy("any")), *SnapshotKind.choices],
        label=gettext_lazy("Kind"),
    )
    campaign = forms.ModelChoiceField(
        queryset=Campaign.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label=gettext_lazy("any"),
        label=gettext_lazy("Campaign"),
    )

    def __init__(
        self, data: Mapping[str, object] | None = None, *, campaigns: QuerySet[Campaign]
    ) -> None:
        super().__init__(data)
        cast("forms.ModelChoiceField[Campaign]", self.fields["campaign"]).queryset = campaigns

    def wanted(self) -> dict[str, object]:
        """As a filter of snapshots."""
        self.is_valid()
        said = getattr(self, "cleaned_data", {})
        asked = {"kind": said.get("kind"), "campaigns": said.get("campaign")}
        return {name: value for name, value in asked.items() if value}
