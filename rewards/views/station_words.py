"""What each station of a cycle is for, in a sentence that needs no other page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rewards.enums import Stage

STATION_WORDS: dict[Stage, Promise] = {
    Stage.FREEZING: _("What people judged and wrote becomes datasets that never change."),
    Stage.TEACHING: _(
        "The policy, which is the language model that is made better, learns from the answers that "
        "experts wrote."
    ),
    Stage.REWARDING: _(
        "A model learns from the rankings to give each answer a number: the higher, the better "
        "people would like it."
    ),
    Stage.APPOINTING: _(
        "A second such model, taught by other prompts. It trains nothing, so it may judge the new "
        "policy below."
    ),
    Stage.STOPPING: _(
        "A third one, taught by yet other prompts. It sees when the policy learns to please the "
        "reward model and no longer people."
    ),
    Stage.REPORTING: _(
        "On prompts that they never saw: how often do the reward model and the judge prefer what "
        "people prefer?"
    ),
    Stage.REINFORCING: _("The policy learns to write what scores higher."),
    Stage.EVALUATING: _(
        "The new policy and the one in service answer the same prompts, which neither learned "
        "from; the judge chooses."
    ),
    Stage.DECIDING: _(
        "Into service only if every number is as good as the gate asks; else held, with all "
        "reasons."
    ),
    Stage.ANSWERING: _("Models answer prompts that are short of answers, for people to judge."),
}
