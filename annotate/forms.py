"""What pages send, judged for its shape; whether it is right is the services' to say."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from annotate.conversation import Messages, messages_in
from annotate.effort import effort_sent
from annotate.enums import Hold, Kind, SkipReason
from annotate.models import Assignment
from annotate.services.demonstration import DemonstrationAnswer
from annotate.services.ranking import RankingAnswer
from commons.models import User

APART = "apart"  # the rank of an answer that cannot be ranked
LETTERS = "ABCDEFGHI"


class StartForm(forms.Form):
    """Which work a person asks for; nothing named means whatever comes first."""

    campaign = forms.UUIDField(required=False)
    kind = forms.ChoiceField(choices=[("", ""), *Kind.choices], required=False)


class SkipForm(forms.Form):
    """``key`` makes a repeated skip one."""

    reason = forms.ChoiceField(choices=SkipReason.choices)
    note = forms.CharField(required=False, max_length=2000)
    key = forms.UUIDField(required=False)


class AheadForm(forms.Form):
    """``key`` is the one that the item before it will be handed in under."""

    key = forms.UUIDField()


class SeenForm(forms.Form):
    """``shuffle`` is the seed of the order that its page has."""

    shuffle = forms.IntegerField()


class SubmissionForm(forms.Form):
    """``key`` makes a double click one row; ``version`` is that of the draft it was made from.

    ``change`` says that it was handed in before, and ``version`` is then the revision that it
    was made from. ``stay`` asks for no next item. ``effort`` is what it took, where a script ran.
    """

    key = forms.UUIDField()
    version = forms.IntegerField(min_value=0)
    change = forms.BooleanField(required=False)
    stay = forms.BooleanField(required=False)
    effort = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_effort(self) -> dict[str, object] | None:
        """What has another shape is no reason to refuse a judgement."""
        effort = effort_sent(self.cleaned_data["effort"])
        return effort.kept() if effort else None

    def draft(self) -> dict[str, object] | None:
        """What was posted, as a draft holds it; nothing where it could not be read."""
        raise NotImplementedError

    def says_the_same(self, body: Mapping[str, object]) -> bool:
        """Whether what was posted is what ``body`` keeps, as drafts hold it."""
        raise NotImplementedError


class WritingForm(SubmissionForm):
    """The last text of an answer, as JSON the blocks before it, and the candidate it began with.

    Where no script runs, the blocks that a draft has come back as they were sent out.
    """

    text = forms.CharField(required=False, strip=False, widget=forms.Textarea)
    before = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    started_from = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        """Forms end their lines as mail does, scripts and drafts as everything else."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")

    def clean_before(self) -> Messages:
        try:
            return messages_in(self.cleaned_data["before"])
        except ValueError as odd:
            raise forms.ValidationError(
                _("The blocks did not arrive whole; reload the page and submit again.")
            ) from odd

    def answer(self) -> DemonstrationAnswer:
        return DemonstrationAnswer(**{name: self.cleaned_data[name] for name in PARTS})

    def draft(self) -> dict[str, object] | None:
        """What is not there is None, as ``get`` has it of a draft that does not say it."""
        said = self.cleaned_data
        if any(name not in said for name in PARTS):
            return None
        start = said["started_from"]
        return {
            "text": said["text"],
            "before": said["before"] or None,
            "started_from": str(start) if start else None,
        }

    def says_the_same(self, body: Mapping[str, object]) -> bool:
        return answer_in(body).messages() == self.answer().messages()


PARTS = ("text", "before", "started_from")  # of an answer


def answer_in(body: Mapping[str, object]) -> DemonstrationAnswer:
    """The answer that a draft holds."""
    before = body.get("before")
    blocks = [each for each in before if isinstance(each, dict)] if isinstance(before, list) else []
    return DemonstrationAnswer(str(body.get("text") or ""), blocks)


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


class DecisionForm(forms.Form):
    """What is decided over a report; ``seen`` is the reason for which it was held on the page."""

    act = forms.ChoiceField(choices=[("return", "return"), ("withdraw", "withdraw")])
    seen = forms.ChoiceField(choices=Hold.choices)
    note = forms.CharField(required=False, max_length=2000)


class ExtendForm(forms.Form):
    minutes = forms.IntegerField(
        min_value=1, max_value=7 * 24 * 60, initial=60, label=_("Minutes more")
    )


class TurnField(forms.ModelChoiceField[Assignment]):
    """A turn, by the name of its person."""

    def label_from_instance(self, obj: Assignment) -> str:
        return obj.person.display_name


class AskForm(forms.Form):
    """Who is to have an item, and whose turn they get where none is free."""

    person = forms.ModelChoiceField(
        queryset=User.objects.none(), to_field_name="uuid", label=_("Person")
    )
    instead_of = TurnField(
        queryset=Assignment.objects.none(),
        to_field_name="uuid",
        required=False,
        label=_("In place of"),
        empty_label=_("nobody: a free turn"),
    )

    def __init__(
        self,
        *,
        people: QuerySet[User],
        offered: Sequence[tuple[str, str]],
        turns: QuerySet[Assignment],
        **kwargs: object,
    ) -> None:
        """``people`` may be named, those ``offered`` are shown by value and label."""
        super().__init__(**kwargs)  # type: ignore[arg-type]  # data and initial, as Form has them
        person = cast("forms.ModelChoiceField[User]", self.fields["person"])
        person.queryset = people
        person.choices = [("", "–"), *offered]
        cast(TurnField, self.fields["instead_of"]).queryset = turns


class ConfirmForm(forms.Form):
    """Nothing to fill in: that it was sent is the answer."""


class ErasePersonForm(forms.Form):
    """How much goes, and the user name once more, so that nobody erases the wrong person."""

    texts = forms.ChoiceField(
        label=_("What goes"),
        choices=[
            ("account", _("The account alone: what they wrote stays, and names nobody")),
            ("texts", _("The account and all that they wrote; their votes stay")),
        ],
        widget=forms.RadioSelect,
    )
    username = forms.CharField(
        label=_("Their user name"),
        help_text=_("Type it to say that you mean this person."),
        max_length=150,
    )

    def __init__(self, *args: Any, person: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person

    def clean_username(self) -> str:
        said = str(self.cleaned_data["username"])
        if said != self._person:
            raise forms.ValidationError(_("This is another user name; type theirs."))
        return said


class TraceForm(forms.Form):
    """An id as it stands in a row of a dataset."""

    id = forms.UUIDField(
        label=_("Id of a row"),
        help_text=_("Its prompt_id, ranking_id or demonstration_id, as it stands in the file."),
        error_messages={"invalid": _("This is no id; copy it whole from the row.")},
    )


class AskAgainForm(forms.Form):
    """``seen`` is what ``last_asked_again`` said when the page was drawn."""

    seen = forms.IntegerField(
        min_value=0,
        widget=forms.HiddenInput,
        error_messages={
            "required": _("This page did not arrive whole; open it anew and say yes there."),
        },
    )


class CloneForm(forms.Form):
    name = forms.CharField(max_length=100, label=_("Name of the new campaign"))


class WeightForm(forms.Form):
    weight = forms.IntegerField(
        min_value=1,
        max_value=100,
        label=_("Weight"),
        help_text=_("Twice the weight of another running campaign is drawn twice as often."),
    )


class PriorityForm(forms.Form):
    priority = forms.IntegerField(
        min_value=1, max_value=9, label=_("Priority"), help_text=_("1 comes first, 9 last.")
    )
