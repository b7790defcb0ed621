"""What is chosen when a dataset is frozen. It is written into the manifest, whole.

    who and what counts -> which rows a judgement gives -> how a row is written

A policy that names something its kind cannot do is refused before anything is frozen.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from math import isfinite
from typing import Any
from uuid import UUID

from annotate.export.errors import OddPolicy
from annotate.export.splits import SIDES
from commons.sentences import sentence as _

FORMS = ("trl", "openrlhf", "openai", "transcript")
FILES = ("parquet", "jsonl")
TIES = ("drop", "both", "soft")
VOTES = ("every", "majority", "soft", "most_agreeing")
PAIRS = ("all", "adjacent", "best_against_rest")
UNRANKABLE = ("drop", "below")
RATERS = ("work", "held_out", "all")
WEIGHTS = ("equal", "reliability")

# What a strength asks of the reward's margin: Touvron et al. (2023), "Llama 2", table 27, small.
MARGINS: Mapping[str, float] = {"1": 1 / 3, "2": 2 / 3, "3": 1.0}

_STRENGTHS_DIFFER = _("must be empty where votes are counted: strengths differ.")
_LICENSE = re.compile(r"[a-z0-9][a-z0-9.-]{1,63}")

_FORMS_OF = {
    "sft": ("trl", "openrlhf", "openai"),
    "preference": FORMS,
    "ranked": ("trl",),
    "unpaired": ("trl",),
    "prompts": ("trl", "openrlhf"),
}

# What could be chosen and would change nothing, or nothing that a reader expects.
_OF_PAIRS = ("ties", "pairs", "margins", "strength_at_least")
_OF_ORDERS = (
    *_OF_PAIRS,
    *("votes", "weights", "unrankable", "ideal", "rating", "rating_at_least"),
)
_NOT_FOR: Mapping[str, tuple[str, ...]] = {
    "sft": (*_OF_ORDERS, "machines"),
    "ranked": (*_OF_PAIRS, "unrankable", "ideal", "rating", "rating_at_least"),
    "unpaired": _OF_PAIRS,
    "prompts": (
        *(*_OF_ORDERS, "machines", "surplus", "raters", "reviewed", "guideline_from"),
        "chances",
    ),
}


@dataclass(frozen=True)
class Policy:
    """Which judgements count, which rows they give, and how rows are written.

    Who and what counts. ``imported``: judgements that came from elsewhere. ``machines``: judgements
    of these machines, by their ids; none where none is named. ``surplus``: those that
    came after an item had enough. ``raters``: the ordinary ones, those of the held-out pool alone
    (they judge reward models, so they train nothing), or both. ``resolved``: where a reviewer has
    settled an item, their label stands in the place of the judgements; what was turned down never
    does. ``reviewed``: items that a reviewer has decided, and no others. ``guideline_from``: the
    number of the oldest version of the guideline that still counts; what was judged under none
    (imported) is left out then. ``since`` and ``until``: days in UTC on which it was judged,
    both included. ``skills`` and ``languages``: of the prompt; empty = all. ``sides``: some of
    train, validation, test. ``apart_from``: datasets whose prompts, and their near-duplicates,
    must not be in this one.

    Which rows. What a kind has not of it, ``check_policy`` refuses. ``ties``: give no row (drop), a
    row in each direction at half weight (both), or one row whose ``soft_label`` is 0.5 (soft).
    ``votes``, where several people ranked the same prompt: every ranking gives its rows; or a pair
    is one row that the majority decides; or one row whose ``soft_label`` is the share of votes for
    it, ties counting half; or the one ranking that agrees best with the others speaks for all. A
    rater has one vote on a pair, and an imported source is one rater, unless ``imported`` leaves it
    out.
    ``weights``: all raters weigh the same (equal), or each as far as they can be relied on, by what
    Laurel has found of their consistency when the dataset is frozen (reliability): as a ``weight``
    of each row, and in votes that are counted. Whoever weighs nothing gives no row.
    ``pairs``: of all tiers, of neighbouring ones, or of the best one against the rest.
    ``unrankable``: gives no pair, or stands below every tier. ``ideal``: answers that raters edited
    take part (edited > chosen > rejected). ``margins``: from strength to margin; empty = no margin.
    ``strength_at_least``: pairs that are known to be weaker give no row. ``rating`` and
    ``rating_at_least``: the chosen answer's points on that scale, where it was given any, must be
    as many; of a tie, the points of both.

    How. ``form``: for TRL, OpenRLHF, OpenAI's fine-tuning or as a transcript. ``files``: Parquet,
    JSON lines, or both. ``chances``: each row says with which chance its prompt was asked of models
    and its answers were shown, so that who trains can weigh by the inverse, and each whole ranking
    what it counts where people are measured against each other. ``report``: look for
    what would hurt a training run. ``license``: under which others may use it, by the name that the
    hub has for it (cc-by-4.0); empty = unknown.
    """

    imported: bool = True
    machines: tuple[str, ...] = ()
    surplus: bool = False
    raters: str = "work"
    resolved: bool = True
    reviewed: bool = False
    guideline_from: int | None = None
    since: str | None = None
    until: str | None = None
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sides: tuple[str, ...] = SIDES
    apart_from: tuple[str, ...] = ()

    ties: str = "drop"
    votes: str = "every"
    weights: str = "equal"
    pairs: str = "all"
    unrankable: str = "drop"
    ideal: bool = True
    margins: Mapping[str, float] = field(default_factory=dict)
    strength_at_least: int = 1
    rating: str = ""
    rating_at_least: int | None = None

    form: str = "trl"
    files: tuple[str, ...] = FILES
    chances: bool = False
    report: bool = True
    license: str = ""

    @property
    def counts_votes(self) -> bool:
        """Whether a row is what several raters say together."""
        return self.votes in ("majority", "soft")

    @property
    def weighs(self) -> bool:
        """Whether raters do not all weigh the same."""
        return self.weights != WEIGHTS[0]

    @property
    def weighs_rows(self) -> bool:
        """Whether each row has the weight of its rater; where votes are counted, they have it."""
        return self.weighs and not self.counts_votes

    def as_json(self) -> dict[str, Any]:
        """Lists and plain values, as the manifest and the database keep them."""
        said = asdict(self)
        if not self.weighs:
            del said["weights"]  # older than the choice: equal datasets keep equal bytes
        if not self.machines:
            del said["machines"]  # older as well
        if not self.chances:
            del said["chances"]
        return {name: list(v) if isinstance(v, tuple) else v for name, v in said.items()}


def policy_from(kept: Mapping[str, Any]) -> Policy:
    """The policy that was kept with a snapshot; what an older version did not say is as it was.

    Version 0.1 knew neither reviews nor reports, and said whether there are margins, not which.
    """
    said = {"resolved": False, "report": False, **kept}
    if isinstance(said.get("margins"), bool):
        said["margins"] = dict(MARGINS) if said["margins"] else {}
    known = {each.name for each in fields(Policy)}
    strange = sorted(set(said) - known)
    if strange:
        raise OddPolicy(strange[0], _("is not known to this version; leave it out."))
    chosen: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in said.items()}
    return Policy(**chosen)


def check_policy(kind: str, policy: Policy) -> None:
    """Refuse what contradicts itself, or what this kind of dataset cannot do (``OddPolicy``)."""
    _one_of("form", policy.form, _FORMS_OF[kind])
    _one_of("ties", policy.ties, TIES)
    _one_of("votes", policy.votes, VOTES)
    _one_of("weights", policy.weights, WEIGHTS)
    _one_of("pairs", policy.pairs, PAIRS)
    _one_of("unrankable", policy.unrankable, UNRANKABLE)
    _one_of("raters", policy.raters, RATERS)
    _some_of("files", policy.files, FILES)
    _some_of("sides", policy.sides, SIDES)
    _check_days(policy)
    _check_others(policy)
    _check_kind(kind, policy)
    _check_numbers(policy)
    _check_license(policy)
    if policy.form == "openai" and policy.files != ("jsonl",):
        raise OddPolicy("files", _("must be jsonl alone: OpenAI's fine-tuning reads nothing else."))


def _check_others(policy: Policy) -> None:
    for named in policy.apart_from:
        if not _is_id(named):
            raise OddPolicy(
                "apart_from", _("names %(named)s; give the ids of datasets.", named=repr(named))
            )
    for named in policy.machines:
        if not _is_id(named):
            raise OddPolicy(
                "machines",
                _("names %(named)s; give the ids of machines that judge.", named=repr(named)),
            )


def _is_id(named: str) -> bool:
    try:
        UUID(named)
    except ValueError:
        return False
    return True


def _check_license(policy: Policy) -> None:
    if policy.license and not _LICENSE.fullmatch(policy.license):
        said = _(
            "is %(said)s; write it as the hub does: cc-by-4.0, mit, other.",
            said=repr(policy.license),
        )
        raise OddPolicy("license", said)


def _check_days(policy: Policy) -> None:
    for name, day in (("since", policy.since), ("until", policy.until)):
        if day and not _is_day(day):
            raise OddPolicy(name, _("is %(day)s; write a day as 2026-11-26.", day=repr(day)))
    if policy.since and policy.until and policy.since > policy.until:
        raise OddPolicy(
            "since",
            _("(%(since)s) lies after until (%(until)s).", since=policy.since, until=policy.until),
        )


def _is_day(said: str) -> bool:
    """In this one spelling: days are compared as texts."""
    try:
        return date.fromisoformat(said).isoformat() == said
    except ValueError:
        return False


def _check_kind(kind: str, policy: Policy) -> None:
    """What was chosen means something for this kind."""
    plain = Policy()
    for name in _NOT_FOR.get(kind, ()):
        if getattr(policy, name) != getattr(plain, name):
            raise OddPolicy(
                name, _("does not apply to datasets of kind %(kind)s; leave it out.", kind=kind)
            )
    if kind in ("ranked", "unpaired") and policy.votes not in ("every", "most_agreeing"):
        raise OddPolicy("votes", _("must be every or most_agreeing: only pairs can be voted on."))


def _check_numbers(policy: Policy) -> None:
    if policy.margins and set(policy.margins) != set(MARGINS):
        raise OddPolicy("margins", _("must give a number for each strength: 1, 2 and 3."))
    for number in policy.margins.values():
        if not _is_number(number):
            raise OddPolicy(
                "margins", _("holds %(number)s; give a finite number.", number=repr(number))
            )
    if policy.strength_at_least not in (1, 2, 3):
        raise OddPolicy(
            "strength_at_least",
            _("is %(said)s; use 1, 2 or 3.", said=repr(policy.strength_at_least)),
        )
    if policy.counts_votes:
        if policy.margins:
            raise OddPolicy(
                "margins", _("must be empty where votes are counted: strengths differ.")
            )
        if policy.strength_at_least > 1:
            raise OddPolicy(
                "strength_at_least", _("must be 1 where votes are counted: strengths differ.")
            )
        if policy.chances:
            raise OddPolicy(
                "chances",
                _("must be left out where votes are counted: each ranking has its own."),
            )
    if bool(policy.rating) != (policy.rating_at_least is not None):
        raise OddPolicy("rating", _("and rating_at_least are given together, or neither."))


def _is_number(said: object) -> bool:
    return isinstance(said, int | float) and not isinstance(said, bool) and isfinite(said)


def _one_of(name: str, said: str, choices: Sequence[str]) -> None:
    if said not in choices:
        raise OddPolicy(
            name,
            _("is %(said)s; use one of %(choices)s.", said=repr(said), choices=", ".join(choices)),
        )


def _some_of(name: str, said: Sequence[str], choices: Sequence[str]) -> None:
    if not said or len(set(said)) != len(said):
        raise OddPolicy(
            name, _("must name each of its choices once: %(choices)s.", choices=", ".join(choices))
        )
    for each in said:
        _one_of(name, each, choices)
