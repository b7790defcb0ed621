"""What every benchmark comes down to: prompts with right and wrong answers, and their scores."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from commons.sentences import said_by
from commons.sentences import sentence as _
from rewards.engine.benchmarks.reading import Row
from rewards.engine.errors import BadInput
from rewards.engine.messages import Message, as_messages
from rewards.stats.drawn import Drawing, Drawn


@dataclass(frozen=True)
class Case:
    """A prompt, the answers that are right, and those that are not."""

    id: str
    subset: str
    prompt: Sequence[Message]
    right: Sequence[str]
    wrong: Sequence[str]


@dataclass(frozen=True)
class Scored:
    """A case with the model's scores, in the order of its answers."""

    case: Case
    right: Sequence[float]
    wrong: Sequence[float]


Numbers = dict[str, Drawn]


@dataclass(frozen=True)
class Benchmark:
    """How a benchmark's rows become cases, and their scores its numbers.

    ``headline`` is the number that it is known by. Of the files in a folder those are read whose
    name begins with one of ``files``; where there is none, all are.
    """

    headline: str
    cases: Callable[[Row], Case]
    numbers: Callable[[Sequence[Scored], Drawing], Numbers]
    files: Sequence[str] = field(default=())


def prompt_of(row: Row) -> list[Message]:
    """A prompt that is given as text, or as messages."""
    said = row.get("prompt")
    if isinstance(said, str):
        return [Message(role="user", content=said)]
    try:
        return as_messages(said)
    except BadInput as broken:
        raise BadInput(
            _("'prompt' must be text or messages: %(broken)s", broken=said_by(broken))
        ) from broken


def text(row: Row, name: str) -> str:
    found = row.get(name)
    if not isinstance(found, str):
        raise BadInput(_("%(name)s must be text.", name=repr(name)))
    return found


def texts(row: Row, name: str) -> list[str]:
    """Texts that are given as a list; a single text is one of one."""
    found = row.get(name)
    found = [found] if isinstance(found, str) else found
    if not isinstance(found, list) or not found or not all(isinstance(t, str) for t in found):
        raise BadInput(_("%(name)s must be a list with at least one text.", name=repr(name)))
    return found


def by_subset(scored: Sequence[Scored]) -> Mapping[str, list[Scored]]:
    """The cases of each subset, subsets by name."""
    found: dict[str, list[Scored]] = {name: [] for name in sorted({s.case.subset for s in scored})}
    for one in scored:
        found[one.case.subset].append(one)
    return found
