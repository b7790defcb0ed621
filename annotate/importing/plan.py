"""Which field of another tool is the prompt, which are answers, and what each question gives."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from annotate.importing.work import Kind

ROLE_AND_FIELD = re.compile(r"(?P<role>[a-z]+)(?::(?P<about>.+))?")


class OddPlan(Exception):
    """The file cannot be read by this mapping; the message says what to name."""


class Role(StrEnum):
    """What a question gives. Those of the second group are about one answer each."""

    RANKING = "ranking"
    DEMONSTRATION = "demonstration"
    REASON = "reason"
    SKIP = "skip"

    RATING = "rating"
    FLAG = "flag"
    SPAN = "span"


ABOUT_ONE = frozenset((Role.RATING, Role.FLAG, Role.SPAN))
TAKES: Mapping[Role, frozenset[Kind]] = {
    Role.RANKING: frozenset(
        (Kind.ORDER, Kind.LISTED, Kind.BUCKETS, Kind.PAIR, Kind.CHOICE, Kind.RATING)
    ),
    Role.DEMONSTRATION: frozenset((Kind.TEXT,)),
    Role.REASON: frozenset((Kind.TEXT,)),
    Role.RATING: frozenset((Kind.RATING, Kind.CHOICE)),
    Role.FLAG: frozenset((Kind.CHOICE,)),
    Role.SPAN: frozenset((Kind.SPAN,)),
    Role.SKIP: frozenset(Kind),
}


@dataclass(frozen=True, slots=True)
class Gives:
    """What a question gives, and of which field; empty: of whatever the statement names."""

    role: Role
    about: str = ""
    pair: tuple[str, ...] = ()  # of a choice between two: left and right
    options: tuple[str, ...] = ()  # as the tool lists them

    def __str__(self) -> str:
        return f"{self.role} of {self.about}" if self.about else str(self.role)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person names; what they leave out is guessed."""

    prompt: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    questions: Mapping[str, str] = field(default_factory=dict)  # name -> role, or role:field
    sources: Mapping[str, str] = field(default_factory=dict)  # answer -> key that names its model
    project: str = ""
    skill: str = ""  # the key
    language: str = ""  # the key
    buckets: tuple[str, ...] = ()  # of a ranker, best first
    trusts_order: bool = False
    takes_unsaid: bool = False
    truth_is_work: bool = False
    drafts: Mapping[str, str] = field(default_factory=dict)  # who drafted there -> account here


@dataclass(frozen=True, slots=True)
class Plan:
    """How the items of one project are read."""

    project: str
    prompt: tuple[str, ...]
    answers: tuple[str, ...]
    questions: Mapping[str, Gives]
    sources: Mapping[str, str]
    wishes: Wishes
    min_submitted: int = 1
    kinds: Mapping[str, Kind] = field(default_factory=dict)  # of questions, where that is declared
    names: Mapping[str, str] = field(default_factory=dict)  # of questions, by their id
    chat_keys: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """The plan as a person reads it."""
        return [
            f"project    {self.project}",
            f"prompt     {', '.join(self.prompt)}",
            f"answers    {', '.join(self.answers) or 'none'}",
            *(f"question   {name}: {gives}" for name, gives in self.questions.items()),
            *(f"source     of {answer}: {key}" for answer, key in self.sources.items()),
        ]

    def as_json(self) -> dict[str, object]:
        return {
            "project": self.project,
            "prompt": list(self.prompt),
            "answers": list(self.answers),
            "questions": {name: str(gives) for name, gives in self.questions.items()},
            "sources": dict(self.sources),
            "options": {name: said for name, said in asdict(self.wishes).items() if said},
        }


def gives_of(name: str, said: str, *, kind: Kind | None, known: Sequence[str]) -> Gives:
    """What a person says of a question, as ``rating:answer1``."""
    found = ROLE_AND_FIELD.fullmatch(said)
    if found is None or found["role"] not in set(Role):
        raise OddPlan(f"question {name}: {said!r} is no role; use one of {', '.join(Role)}.")
    role, about = Role(found["role"]), found["about"] or ""
    if about and role not in ABOUT_ONE and (role, kind) != (Role.RANKING, Kind.RATING):
        raise OddPlan(f"question {name}: {role} is about all answers; leave out “:{about}”.")
    if about and about not in known:
        raise OddPlan(f"question {name}: there is no answer {about!r}; known: {', '.join(known)}.")
    if kind is not None and kind not in TAKES[role]:
        raise OddPlan(f"question {name}: its answers are of the kind {kind}, which give no {role}.")
    return Gives(role, about)
