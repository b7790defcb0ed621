"""The words in which a person is told their own figures."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from annotate.stats.bias.careless import Verdict

VERDICTS: dict[Verdict, tuple[str | Promise, str | Promise]] = {
    Verdict.OPEN: (
        gettext_lazy("nothing is shown yet"),
        gettext_lazy(
            "Neither that you judge better than a coin nor that you judge worse than others do."
        ),
    ),
    Verdict.ATTENTIVE: (
        gettext_lazy("better than chance"),
        gettext_lazy("You share more of what others prefer than a coin would."),
    ),
    Verdict.WEAK: (
        gettext_lazy("below what others reach"),
        gettext_lazy(
            "You share more of what others prefer than a coin would, and less than is asked."
        ),
    ),
    Verdict.CARELESS: (
        gettext_lazy("no better than a coin"),
        gettext_lazy(
            "You share less of what others prefer than is asked, and not surely more than a coin."
        ),
    ),
}

HABITS = {
    "hurried": (
        gettext_lazy("Faster than one reads"),
        gettext_lazy(
            "The share of your rankings that took less time than reading 600 words a minute."
        ),
        gettext_lazy("it needs 20 rankings of which time was measured."),
        gettext_lazy(
            "Do not trust it where you had read the prompt before, or looked at code alone."
        ),
    ),
    "pasted": (
        gettext_lazy("Pasted of what was written"),
        gettext_lazy(
            "Of the characters that you put into written answers, the share that was pasted."
        ),
        gettext_lazy("it needs five written answers of which typing was measured."),
        gettext_lazy(
            "Do not trust it where you write in an editor of your own: that is pasted too."
        ),
    ),
    "verbosity": (
        gettext_lazy("Longer than others write"),
        gettext_lazy(
            "How long your texts are beside others' of the same prompt, or of the same skill and "
            "language: 0 is as long, 0.69 twice as long, −0.69 half as long."
        ),
        gettext_lazy("it needs five written answers beside others' of the same kind."),
        gettext_lazy("Do not trust it where your subjects take more words than others'."),
    ),
}
LEANINGS = {
    "position": gettext_lazy("Takes what stands first"),
    "length": gettext_lazy("Takes longer answers, beyond the others"),
    "markdown": gettext_lazy("Takes Markdown, beyond the others"),
    "refusal": gettext_lazy("Takes refusals, beyond the others"),
}
