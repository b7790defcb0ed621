"""The whole report: the numbers, as JSON, and what stands out of them in words."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from annotate.export.preflight.figures import (
    ChoiceReport,
    Constant,
    MixReport,
    OverlapReport,
    PersonalReport,
    RaterReport,
    StructureReport,
    TokenReport,
)
from annotate.export.preflight.wording import (
    about_choices,
    about_constants,
    about_overlap,
    about_personal_data,
    about_raters,
    about_scripts,
    about_structure,
    about_tokens,
)
from commons.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Report:
    """``tokens`` is None without a tokenizer, ``overlap`` without evaluation sets, ``choices`` and
    ``constants`` for kinds without pairs."""

    kind: str
    structure: StructureReport
    tokens: TokenReport | None
    personal: PersonalReport
    overlap: Sequence[OverlapReport] | None
    mix: MixReport
    raters: RaterReport
    choices: ChoiceReport | None
    constants: Sequence[Constant] | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def findings(self) -> list[Sentence]:
        """What a person should know, one sentence each; empty = nothing stands out."""
        return [
            *about_tokens(self.tokens),
            *about_structure(self.structure),
            *about_personal_data(self.personal),
            *about_overlap(self.overlap),
            *about_scripts(self.mix),
            *about_raters(self.raters),
            *about_choices(self.choices),
            *about_constants(self.constants),
        ]
