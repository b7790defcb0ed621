"""What a campaign will not have frozen: a limit for each rule of the report, or none."""

from collections.abc import Iterator, Mapping

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy

from annotate.export.preflight.rules import RULES, Rule

LABELS = {
    "over_length": gettext_lazy("Rows over the limit of tokens, at most"),
    "over_length_share": gettext_lazy("Rows over the limit of tokens, at most (%)"),
    "unrenderable": gettext_lazy("Items that the chat template refuses, at most"),
    "equal_pairs": gettext_lazy("Pairs with the same text on both sides, at most"),
    "empty_answers": gettext_lazy("Empty answers, at most"),
    "prompt_mismatch": gettext_lazy("Answers that cannot follow their prompt, at most"),
    "duplicate_rows": gettext_lazy("Rows that repeat another, at most"),
    "duplicate_rows_share": gettext_lazy("Rows that repeat another, at most (%)"),
    "duplicate_prompts": gettext_lazy("Prompts that repeat another, at most"),
    "personal_data": gettext_lazy("Places with personal data or keys, at most"),
    "evaluation_overlap": gettext_lazy("Items shared with evaluation sets, at most"),
    "script_contradictions_share": gettext_lazy(
        "Prompts not in their language’s script, at most (%)"
    ),
    "position_bias": gettext_lazy("Bias by place: sure distance from one half, at most (%)"),
    "length_bias": gettext_lazy("Bias by length: sure distance from one half, at most (%)"),
    "far_longer_share": gettext_lazy(
        "Pairs that prefer an answer more than twice as long, at most (%)"
    ),
    "row_characters_p95": gettext_lazy("Characters that 95 of 100 rows stay within, at most"),
    "largest_language_share": gettext_lazy("Judgements in one language, at most (%)"),
    "smallest_language_share": gettext_lazy(
        "Judgements in the language with the fewest, at least (%)"
    ),
    "largest_rater_share": gettext_lazy("Judgements of one rater, at most (%)"),
    "effective_raters": gettext_lazy("Raters, counted as of equal share, at least"),
    "constant_winners": gettext_lazy("Texts that win whatever was asked, at most"),
}
GROUPS = {
    gettext_lazy("What a trainer would lose"): ("over_length", "over_length_share", "unrenderable"),
    gettext_lazy("Rows that are broken or there twice"): (
        *("equal_pairs", "empty_answers", "prompt_mismatch"),
        *("duplicate_rows", "duplicate_rows_share", "duplicate_prompts"),
    ),
    gettext_lazy("What must not leave, or not be learned"): (
        *("personal_data", "evaluation_overlap", "script_contradictions_share"),
    ),
    gettext_lazy("How long it is, and in which languages"): (
        *("row_characters_p95", "far_longer_share"),
        *("largest_language_share", "smallest_language_share"),
    ),
    gettext_lazy("How it was judged"): (
        *("position_bias", "length_bias", "largest_rater_share", "effective_raters"),
        "constant_winners",
    ),
}


class LimitField(forms.FloatField):
    """A limit, or None for no rule; a share of 0 … 1 is shown in per cent."""

    def __init__(self, name: str, rule: Rule) -> None:
        self.is_share = rule.is_share
        most = 100 if rule.is_share else None
        label = LABELS[name]
        super().__init__(required=False, min_value=0, max_value=most, label=label)

    def prepare_value(self, value: object) -> object:
        if isinstance(value, int | float):
            return f"{round(value * (100 if self.is_share else 1), 6):g}"
        return value

    def clean(self, value: object) -> float | None:
        said: float | None = super().clean(value)
        return round(said / 100, 8) if said is not None and self.is_share else said


class FreezeRulesForm(forms.Form):
    def __init__(
        self, data: Mapping[str, object] | None = None, *, now: Mapping[str, float]
    ) -> None:
        super().__init__(data, initial=dict(now))
        for name, rule in RULES.items():
            self.fields[name] = LimitField(name, rule)

    @property
    def groups(self) -> Iterator[tuple[str, list[BoundField]]]:
        for title, names in GROUPS.items():
            yield str(title), [self[name] for name in names]

    def rules(self) -> dict[str, float]:
        return {name: limit for name, limit in self.cleaned_data.items() if limit is not None}
