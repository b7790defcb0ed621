"""What a lead may do to a campaign as a whole: what is asked first, and what does it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from annotate.enums import CampaignState
from annotate.forms.batch import AskAgainForm
from annotate.forms.campaign_acts import CloneForm, WeightForm
from annotate.forms.confirming import ConfirmForm
from annotate.models import Campaign
from annotate.selectors.lease import live_leases
from annotate.selectors.task import last_asked_again
from annotate.services.campaign import change_campaign_state, clone_campaign, weigh_campaign
from annotate.services.task import open_round
from annotate.views.confirming import ASKS_AGAIN, Done, asked_again, what_is_asked_again
from commons.models import User


@dataclass(frozen=True)
class Act:
    """One thing that can be done to a campaign: what is asked, and what does it.

    ``starts`` says what its form holds when it is drawn, and is read before ``counts``.
    """

    name: Promise
    asks: Promise
    says: Promise
    do: Callable[[Campaign, forms.Form, User], Done]
    counts: Callable[[Campaign], str] | None = None
    form: type[forms.Form] = ConfirmForm
    starts: Callable[[Campaign], dict[str, object]] = lambda campaign: {}
    is_grave: bool = False


def move_to(to: CampaignState) -> Callable[[Campaign, forms.Form, User], Done]:
    def move(campaign: Campaign, form: forms.Form, by: User) -> Done:
        change_campaign_state(campaign=campaign, to=to, by=by)
        leases = live_leases(campaign).count()
        said = ngettext(
            "The campaign is %(state)s now; one lease is out.",
            "The campaign is %(state)s now; %(leases)d leases are out.",
            leases,
        )
        return Done(said % {"state": to.label.lower(), "leases": leases}, page_of(campaign))

    return move


def do_weigh(campaign: Campaign, form: forms.Form, by: User) -> Done:
    weight = form.cleaned_data["weight"]
    weigh_campaign(campaign=campaign, weight=weight, by=by)
    return Done(_("Its weight is %(weight)d now.") % {"weight": weight}, page_of(campaign))


def do_clone(campaign: Campaign, form: forms.Form, by: User) -> Done:
    made = clone_campaign(campaign=campaign, name=form.cleaned_data["name"], by=by)
    said = _("Cloned with %(works)d kinds of work and %(members)d people; import prompts into it.")
    counts = {"works": made.works.count(), "members": made.memberships.count()}
    return Done(said % counts, page_of(made))


def do_ask_again(campaign: Campaign, form: forms.Form, by: User) -> Done:
    seen = form.cleaned_data["seen"]
    tasks = open_round(campaign=campaign, batch=None, seen=seen, by=by)
    return Done(asked_again(tasks), page_of(campaign))


def says_what_is_asked_again(campaign: Campaign) -> str:
    return what_is_asked_again(campaign, None)


def page_of(campaign: Campaign) -> str:
    return reverse("annotate:campaign", args=[campaign.uuid])


ACTS = {
    "start": Act(
        gettext_lazy("Start"),
        gettext_lazy("Start “%(name)s”?"),
        gettext_lazy("Its open tasks are handed out to whoever may do them."),
        move_to(CampaignState.RUNNING),
    ),
    "pause": Act(
        gettext_lazy("Pause"),
        gettext_lazy("Pause “%(name)s”?"),
        gettext_lazy(
            "Nobody is given new work of it until it is started again. What is out may still be "
            "handed in, and counts."
        ),
        move_to(CampaignState.PAUSED),
    ),
    "close": Act(
        gettext_lazy("Close"),
        gettext_lazy("Close “%(name)s” for good?"),
        gettext_lazy(
            "Nobody is ever given work of it again; a closed campaign stays closed. What is out "
            "may still be handed in, and what was judged is kept."
        ),
        move_to(CampaignState.CLOSED),
        is_grave=True,
    ),
    "weight": Act(
        gettext_lazy("Change the weight"),
        gettext_lazy("Give “%(name)s” another weight?"),
        gettext_lazy("People of several running campaigns are drawn to it more, or less, often."),
        do_weigh,
        form=WeightForm,
        starts=lambda campaign: {"weight": campaign.weight},
    ),
    "ask-again": Act(
        gettext_lazy("Ask again"),
        gettext_lazy("Ask everything of “%(name)s” again?"),
        ASKS_AGAIN,
        do_ask_again,
        counts=says_what_is_asked_again,
        form=AskAgainForm,
        starts=lambda campaign: {"seen": last_asked_again(campaign, None)},
    ),
    "clone": Act(
        gettext_lazy("Clone"),
        gettext_lazy("Clone “%(name)s”?"),
        gettext_lazy(
            "The new one is a draft with the same work, the same team in the same roles and the "
            "newest guideline. It has none of what is counted here."
        ),
        do_clone,
        form=CloneForm,
    ),
}
OTHERS = ("weight", "ask-again", "clone", "close")
ACTS_IN: dict[CampaignState, tuple[Sequence[str], Sequence[str]]] = {  # likely ones, and others
    CampaignState.DRAFT: (["start"], OTHERS),
    CampaignState.RUNNING: (["pause"], OTHERS),
    CampaignState.PAUSED: (["start"], OTHERS),
    CampaignState.CLOSED: ([], ["clone"]),
}
