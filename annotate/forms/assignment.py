"""What the pages of work send: which item, and what was done of it."""

from collections.abc import Mapping, Sequence
from typing import cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from annotate.effort import effort_sent
from annotate.enums import Kind, SkipReason
from annotate.models import Assignment
from commons.models import User


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
