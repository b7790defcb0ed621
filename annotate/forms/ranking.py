"""An order of answers, as its page sends it and as a draft holds it."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from annotate.forms.assignment import SubmissionForm
from annotate.services.ranking import RankingAnswer

APART = "apart"  # the rank of an answer that cannot be ranked


LETTERS = "ABCDEFGHI"


class RankingForm(SubmissionForm):
    """An order of answers: one JSON field where scripts run, one number per answer elsewhere.

    Equal numbers tie. An answer without a number is left out, and the service says so.
    """

    ranking = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *, answers: Sequence[str], **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # data and initial, as Form has them
        self.answers = list(answers)
        ranks = [(str(rank), str(rank)) for rank in range(1, len(answers) + 1)]
        choices = [("", "–"), *ranks, (APART, _("cannot be ranked"))]
        for letter, answer in zip(LETTERS, self.answers, strict=False):
            widget = forms.Select(attrs={"id": f"rank-{letter}"})
            self.fields[rank_field(answer)] = forms.ChoiceField(
                choices=choices, required=False, widget=widget
            )

    def clean_ranking(self) -> dict[str, object] | None:
        said = self.cleaned_data["ranking"]
        if not said:
            return None
        try:
            return parsed_order(json.loads(said))
        except ValueError as odd:
            raise forms.ValidationError(
                _("The order did not arrive whole; reload the page and submit again.")
            ) from odd

    def answer(self) -> RankingAnswer:
        return RankingAnswer(**(self.cleaned_data["ranking"] or self._order_by_number()))

    def draft(self) -> dict[str, object] | None:
        """A plain form says nothing of strengths."""
        if "ranking" not in self.cleaned_data:
            return None
        return self.cleaned_data["ranking"] or self._order_by_number()

    def says_the_same(self, body: Mapping[str, object]) -> bool:
        said = self.draft() or {}
        return all(body.get(name) == each for name, each in said.items())

    def _order_by_number(self) -> dict[str, object]:
        ranks = {each: self.cleaned_data.get(rank_field(each), "") for each in self.answers}
        tiers: dict[int, list[str]] = defaultdict(list)
        for answer, said in ranks.items():
            if said.isdigit():
                tiers[int(said)].append(answer)
        apart = [answer for answer, said in ranks.items() if said == APART]
        return {"tiers": [tiers[rank] for rank in sorted(tiers)], "unrankable": apart}


def parsed_order(said: object) -> dict[str, object]:
    """Tiers, unrankable and strengths as the service takes them; ValueError for another shape."""
    if not isinstance(said, dict):
        raise ValueError("not an object")
    tiers, apart, strengths = (said.get(name, []) for name in ("tiers", "unrankable", "strengths"))
    if not (isinstance(tiers, list) and all(_are(str, tier) for tier in tiers)):
        raise ValueError("tiers")
    if not _are(str, apart) or not _are((int, type(None)), strengths):
        raise ValueError("unrankable or strengths")
    return {"tiers": tiers, "unrankable": apart, "strengths": strengths}


def _are(kind: type | tuple[type, ...], said: object) -> bool:
    return isinstance(said, list) and all(
        isinstance(each, kind) and not isinstance(each, bool) for each in said
    )


def rank_field(answer: str) -> str:
    return f"rank_{answer}"


def ranks_of(said: object) -> dict[str, str]:
    """What the fields of a plain form say of an order that was kept; nothing of an odd one."""
    try:
        order = parsed_order(said)
    except ValueError:
        return {}
    tiers, apart = cast("list[list[str]]", order["tiers"]), cast("list[str]", order["unrankable"])
    placed = {rank_field(each): str(i) for i, tier in enumerate(tiers, 1) for each in tier}
    return placed | {rank_field(each): APART for each in apart}
