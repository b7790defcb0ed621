"""What a file would bring, found out without keeping any of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from annotate.importing.leaving import Leaving, told
from annotate.importing.records import ImportedPrompt, LeftOut, Record, Refusal

NAMED = 100  # refusals that are told; the others are counted
SHOWN = 5  # prompts
EXCERPT = 2000  # characters of a prompt that is shown
COMMONEST = 12  # skills and languages that are told


@dataclass(frozen=True, slots=True)
class Sample:
    """One prompt of the file, as far as a person wants to see it."""

    line: int
    text: str
    turns: int
    answers: int
    skill: str
    language: str


@dataclass
class Checked:
    """What was found. ``answers`` counts prompts by how many candidates they bring."""

    rows: int = 0
    prompts: int = 0
    candidates: int = 0
    demonstrations: int = 0
    rankings: int = 0
    turned_away: int = 0
    refused: list[Refusal] = field(default_factory=list)
    left: Leaving = field(default_factory=Leaving)
    samples: list[Sample] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    skills: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)

    def add(self, prompt: ImportedPrompt) -> None:
        self.prompts += 1
        self.candidates += len(prompt.candidates)
        self.demonstrations += len(prompt.demonstrations)
        self.rankings += len(prompt.rankings)
        self.answers[len(prompt.candidates)] += 1
        self.skills[prompt.skill] += 1
        self.languages[prompt.language] += 1
        if len(self.samples) < SHOWN:
            self.samples.append(sample_of(prompt))

    def as_json(self) -> dict[str, object]:
        said = asdict(self) | {
            "answers": sorted(self.answers.items()),
            "left": told(self.left.reasons),
        }
        return said | {
            name: getattr(self, name).most_common(COMMONEST) for name in ("skills", "languages")
        }


def sample_of(prompt: ImportedPrompt) -> Sample:
    return Sample(
        line=prompt.line,
        text=prompt.messages[-1]["content"][:EXCERPT],
        turns=len(prompt.messages),
        answers=len(prompt.candidates),
        skill=prompt.skill,
        language=prompt.language,
    )


def check_records(records: Iterable[Record], *, most: int) -> Checked:
    """Read all records and say what is in them: every row, whatever is wrong with another.

    Of more than ``most`` rows only the first is counted that is too many.
    """
    found, line = Checked(), 0
    for record in records:
        found.rows += record.line != line
        line = record.line
        if found.rows > most:
            break
        if isinstance(record, ImportedPrompt):
            found.add(record)
            continue
        if isinstance(record, LeftOut):
            found.left.add(record)
            continue
        found.turned_away += 1
        if len(found.refused) < NAMED:
            found.refused.append(record)
    return found
