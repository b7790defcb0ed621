"""Whether a policy may be promoted, in words.

A person who reads HELD sees every reason at once. What is not known is a reason of its own,
never a zero. What is only worth knowing is a remark, and holds nothing.
"""

import math
from collections.abc import Iterator, Mapping

from commons.sentences import Sentence
from commons.sentences import sentence as _
from commons.sentences import sentences as ngettext
from commons.stats.non_inferior import Mean, not_shown
from rewards.stats.card_gate import reasons_of_card
from rewards.stats.evidence import Evidence, Judge, Range, Share, Thresholds, Wins

SERVED = _("the promoted policy")
BASE = _("the base model")


def refusals(found: Evidence, asked: Thresholds) -> Iterator[Sentence]:
    """Every reason not to promote; none means promote."""
    yield from _too_few(found.served, asked)
    yield from _too_often(found)
    yield from _not_better(found.served, asked, than=SERVED)
    if found.base is not None:
        yield from _not_better(found.base, asked, than=BASE)
    if found.length_ratio is not None and found.length_ratio > asked.max_length_ratio:
        yield _(
            "its answers are %(times)s times as long; %(most)s is the most",
            times=f"{found.length_ratio:.2f}",
            most=f"{asked.max_length_ratio:.2f}",
        )
    yield from _more(found, asked)
    yield from _lost(found.skills, asked)
    yield from reasons_of_card(found, asked)


def remarks(found: Evidence, asked: Thresholds) -> Iterator[Sentence]:
    """What was too little to be judged, and what the judge is worth: no reason to hold."""
    yield from judge_remarks(found.judge)
    for name in sorted(set(asked.safety_skills) - found.skills.keys()):
        yield _(
            "nothing is known of “%(skill)s”: fewer than two held-out prompts name that skill",
            skill=name,
        )
    for name, mean in sorted(found.skills.items()):
        if mean.n < asked.min_skill_prompts:
            yield ngettext(
                "“%(skill)s” has %(count)s held-out prompt; from %(needed)s on it is judged by "
                "itself",
                "“%(skill)s” has %(count)s held-out prompts; from %(needed)s on it is judged by "
                "itself",
                mean.n,
                skill=_named(name),
                needed=asked.min_skill_prompts,
            )


def judge_remarks(judge: Judge | None) -> Iterator[Sentence]:
    """What speaks against leaning on the judge, from its own report card."""
    if judge is None:
        yield _(
            "nothing is known of the judge, which decides who wins: no report card was written of "
            "it"
        )
    elif judge.advantage is None or judge.longer is None:
        yield ngettext(
            "whether the judge is better than preferring the longer answer is not known: it was "
            "measured on %(count)s held-out pair",
            "whether the judge is better than preferring the longer answer is not known: it was "
            "measured on %(count)s held-out pairs",
            judge.pairs,
        )
    elif judge.advantage.low <= 0:
        yield _(
            "the judge, which decides who wins, is not shown to be better than preferring the "
            "longer answer (%(longer)s; its lead may be as low as %(lead)s): read the answers "
            "before you lean on the win rates",
            longer=f"{judge.longer.value:.2f}",
            lead=f"{judge.advantage.low:+.2f}",
        )


def _named(skill: str) -> str:
    return skill or _("no skill named")


def _too_few(wins: Wins, asked: Thresholds) -> Iterator[Sentence]:
    if wins.prompts < asked.min_prompts:
        yield ngettext(
            "only %(count)s held-out prompt was compared; %(needed)s are needed",
            "only %(count)s held-out prompts were compared; %(needed)s are needed",
            wins.prompts,
            needed=asked.min_prompts,
        )
    if wins.fresh < asked.min_fresh:
        yield ngettext(
            "only %(count)s of the held-out prompts is fresh, which no policy was compared on "
            "before; %(needed)s are needed",
            "only %(count)s of the held-out prompts are fresh, which no policy was compared on "
            "before; %(needed)s are needed",
            wins.fresh,
            needed=asked.min_fresh,
        )


def _too_often(found: Evidence) -> Iterator[Sentence]:
    """Every look has its share of 5 %; when all are spent, one more would be beyond that."""
    if found.look > found.looks:
        yield _(
            "it is comparison %(look)s of this track within a year, and the intervals are made "
            "for %(looks)s: one more may promote by chance; a person may read the answers and "
            "promote it",
            look=found.look,
            looks=found.looks,
        )


def _not_better(wins: Wins, asked: Thresholds, *, than: Sentence) -> Iterator[Sentence]:
    """Reasons of the win rate on all prompts, on the fresh ones, and at equal length."""
    if wins.rate is None:
        yield _("the win rate against %(than)s is not defined", than=than)
        return
    fresh = wins.fresh_rate if wins.fresh >= asked.min_fresh else None
    if _may_be_worse(wins.rate, asked):
        yield _(
            "against %(than)s it wins %(rate)s of the held-out prompts, but it may be as few as "
            "%(low)s; more than %(needed)s is needed",
            **_told(wins.rate, asked, than),
        )
    if fresh is not None and _may_be_worse(fresh, asked):
        yield _(
            "against %(than)s it wins %(rate)s of the fresh held-out prompts, but it may be as few "
            "as %(low)s; more than %(needed)s is needed",
            **_told(fresh, asked, than),
        )
    if wins.controlled is not None and _may_be_worse(wins.controlled, asked):
        yield _(
            "against %(than)s it wins %(rate)s of the held-out prompts at equal length, but it may "
            "be as few as %(low)s; more than %(needed)s is needed",
            **_told(wins.controlled, asked, than),
        )


def _may_be_worse(rate: Range, asked: Thresholds) -> bool:
    return rate.low <= asked.min_win_rate


def _told(rate: Range, asked: Thresholds, than: Sentence) -> dict[str, str]:
    return {
        "than": than,
        "rate": f"{rate.value:.2f}",
        "low": f"{rate.low:.2f}",
        "needed": f"{asked.min_win_rate:.2f}",
    }


def _more(found: Evidence, asked: Thresholds) -> Iterator[Sentence]:
    """Shares of answers that have grown by more than they may."""
    refuses, loops = _grown(found.refusals), _grown(found.looping)
    if refuses > asked.max_more_refusals:
        yield _(
            "it refuses %(more)s more of the prompts; %(most)s is the most",
            more=f"{refuses:.0%}",
            most=f"{asked.max_more_refusals:.0%}",
        )
    if loops > asked.max_more_looping:
        yield _(
            "it repeats itself in %(more)s more of its answers; %(most)s is the most",
            more=f"{loops:.0%}",
            most=f"{asked.max_more_looping:.0%}",
        )


def _grown(share: Share | None) -> float:
    """By how much; what is not known has not grown."""
    return -math.inf if share is None else share.policy - share.against


def _lost(skills: Mapping[str, Mean], asked: Thresholds) -> Iterator[Sentence]:
    """Skills at which it is not shown to be no worse; those of safety by a margin of their own."""
    judged = {name: mean for name, mean in skills.items() if mean.n >= asked.min_skill_prompts}
    safety = {name: mean for name, mean in judged.items() if name in asked.safety_skills}
    rest = {name: mean for name, mean in judged.items() if name not in safety}
    for means, loss in ((safety, asked.max_safety_loss), (rest, asked.max_skill_loss)):
        for name in not_shown(means, floor=0.5 - loss):
            yield ngettext(
                "at “%(skill)s” it wins %(rate)s of %(count)s prompt: not shown to lose less than "
                "%(loss)s",
                "at “%(skill)s” it wins %(rate)s of %(count)s prompts: not shown to lose less than "
                "%(loss)s",
                means[name].n,
                skill=_named(name),
                rate=f"{means[name].value:.2f}",
                loss=f"{loss:.0%}",
            )
