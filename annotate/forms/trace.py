"""Which row of a dataset is looked for."""

from django import forms
from django.utils.translation import gettext_lazy as _


class TraceForm(forms.Form):
    """An id as it stands in a row of a dataset."""

    id = forms.UUIDField(
        label=_("Id of a row"),
        help_text=_("Its prompt_id, ranking_id or demonstration_id, as it stands in the file."),
        error_messages={"invalid": _("This is no id; copy it whole from the row.")},
    )
