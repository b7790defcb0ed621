"""What a scan is given: judgements as the report reads them, and what to look for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotate.export.rows import Messages

KINDS = ("sft", "preference", "ranked", "unpaired", "prompts")
MAX_LENGTH = 1024  # what SFT, DPO, KTO and RewardConfig of TRL 1.16 all begin with


@dataclass(frozen=True, slots=True)
class Item:
    """One judgement as the report reads it."""

    prompt_id: str
    prompt: Messages  # chat messages up to the open turn
    answers: Sequence[Messages]  # each once: candidates of a ranking, or the one demonstration
    pairs: Sequence[tuple[int, int]]  # (better, worse), places in answers; () for sft, prompts
    shown: Sequence[int] | None  # places in the order in which the rater saw them; None = unknown
    rater: str  # pseudonym, "" = nobody
    skill: str
    language: str  # BCP 47
    tools: Sequence[Mapping[str, Any]] = ()  # that the prompt offers


@dataclass(frozen=True, slots=True)
class Settings:
    """What to look for; parts made under other settings do not merge.

    ``tokenizer`` is a ``tokenizer.json`` or the folder of one. None = tokens are not counted, and
    absent from the report. ``template`` is a chat template (Jinja); None = the one beside the
    tokenizer (``chat_template.jinja``, or in ``tokenizer_config.json``). ``evaluations`` maps names
    to files: ``.jsonl`` (every text in a row is looked for) or one text a line. ``regions`` are
    those (ISO 3166, "AT") in whose national form phone numbers are looked for, beside the region
    of an item's language tag; the international form is found anywhere. ``examples`` is how many
    places are named of each thing found.
    """

    tokenizer: Path | None = None
    template: Path | None = None
    max_length: int = MAX_LENGTH
    evaluations: Mapping[str, Path] = field(default_factory=dict)
    regions: Sequence[str] = ()
    examples: int = 20
