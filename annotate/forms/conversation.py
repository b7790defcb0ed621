"""What the pages of a conversation send, judged for its shape."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from annotate.conversation import Messages, messages_in
from annotate.errors import EmptyMessage
from annotate.models import Campaign
from annotate.services.conversation_turn import Reply

OWN = "own"  # the value that says: my own wording


LONGEST = 100_000  # characters of one message


def _named(values: Sequence[str]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


class BeginForm(forms.Form):
    """The first thing that is said, and where. ``key`` makes a double click one conversation."""

    campaign = forms.ModelChoiceField(
        queryset=Campaign.objects.none(),
        to_field_name="uuid",
        label=_("Campaign"),
        empty_label=None,
    )
    skill = forms.ChoiceField(required=False, label=pgettext_lazy("of knowledge", "Field"))
    language = forms.ChoiceField(label=_("Language"))
    text = forms.CharField(
        label=_("What do you say first?"),
        strip=False,
        required=False,  # the service says what is wrong with an empty one
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "dir": "auto"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        *,
        campaigns: QuerySet[Campaign],
        skills: Sequence[str],
        languages: Sequence[str],
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # data and initial, as Form has them
        cast("forms.ModelChoiceField[Campaign]", self.fields["campaign"]).queryset = campaigns
        none = ("", _("no particular one"))
        cast(forms.ChoiceField, self.fields["skill"]).choices = [none, *_named(skills)]
        cast(forms.ChoiceField, self.fields["language"]).choices = _named(languages)


class ReplyForm(forms.Form):
    """The answer to go on with, perhaps reworded; ``basis`` is the one that was."""

    reply = forms.CharField(required=False)
    basis = forms.CharField(required=False)
    edited = forms.CharField(required=False, strip=False, max_length=LONGEST)

    def answer(self) -> Reply:
        said = self.cleaned_data
        if said["reply"] == OWN:
            return Reply(said["basis"], said["edited"])
        return Reply(said["reply"])


class SayForm(ReplyForm):
    """The same, and what is said next, after turn ``number``."""

    number = forms.IntegerField(min_value=1)
    text = forms.CharField(required=False, strip=False, max_length=LONGEST)


class TriedTalkForm(ReplyForm):
    """A try-out's page: what was ``said`` so far, as nothing of it is kept, and what comes next."""

    said = forms.CharField(required=False, strip=False, max_length=LONGEST * 10)
    text = forms.CharField(
        label=_("What do you say first?"),
        required=False,
        strip=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "dir": "auto"}),
    )

    def __init__(self, data: QueryDict | None = None, *, most: int = 1, **kwargs: Any) -> None:
        """``most`` turns make a conversation."""
        super().__init__(data, **kwargs)
        self._most = most

    def clean_said(self) -> Messages:
        """Turn about, the person first and last, no more than the campaign asks for."""
        try:
            said = messages_in(self.cleaned_data["said"])
        except ValueError:
            said = [{}]
        roles = [each.get("role") for each in said]
        texts = all(isinstance(each.get("content"), str) for each in said)
        is_whole = texts and all(set(each) == {"role", "content"} for each in said)
        turns = ["user", "assistant"] * self._most
        if not is_whole or roles != turns[: len(roles)] or (said and len(said) % 2 == 0):
            raise forms.ValidationError(_("This page did not arrive whole; begin again."))
        return said

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if not said.get("said") and not said.get("text", "").strip():
            raise forms.ValidationError(str(EmptyMessage()))
        return said

    @property
    def says_more(self) -> bool:
        """Whether it comes from a page on which one says something, not from one of judging."""
        return "text" in self.data


class WordsForm(forms.Form):
    """A draft of what is said next, made from ``version``."""

    version = forms.IntegerField(min_value=0)
    content = forms.JSONField()

    def clean_content(self) -> dict[str, object]:
        content = self.cleaned_data["content"]
        if not isinstance(content, dict):
            raise forms.ValidationError(_("A draft is a JSON object."))
        return content
