"""What the pages are called that ``looks`` writes down by the names of their addresses."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from annotate.enums import Sought

PAGES: dict[str, Promise | str] = {
    **{each.value: each.label for each in Sought},  # of Explore
    # several people, side by side
    "accesses": _("Who saw and downloaded what"),
    "bias": _("Leanings"),
    "caps": _("Limits per person"),
    "golds": _("Checks and training"),
    "leases": _("Who has what"),
    "ledger": _("Ledger and rates"),
    "pauses": _("Pauses and appeals"),
    "people_of_team": _("People of a team, by the API"),
    "planner": _("Planner"),
    "qualification": _("Test"),
    "raters": _("Raters"),
    "statement": _("A statement of pay"),
    "team": _("Team"),
    "team_ledger": _("Ledger of a team"),
    # one person
    "decide_pause": _("A pause and its appeal"),
    "erase_person": _("What erasing them would take"),
    "explore": _("Explore"),
    "member": _("Their place in the campaign"),
    "rater": _("Quality of their work"),
    "team_person": _("Their work in a team"),
    "team_read": _("What was handed in"),
    "void": _("Voiding of their work"),
    # texts of several items
    "dataset_difference": _("What changed between two datasets"),
    "decided_reviews": _("Decided reviews"),
    "items_of_machine": _("Items of a machine, by the API"),
    "questions": _("Questions"),
    "reports": _("Reports"),
    "try_out": _("Try it out"),
    "try_talk": _("Try it out"),
    # of other apps, by the gateway
    "answers": _("Answers"),
    "one_cycle": _("Cycle"),
    "policy": _("Policy"),
    "reward_comparison": _("Two reward models side by side"),
    "reward_model": _("Reward model"),
    "track": _("Track"),
}
