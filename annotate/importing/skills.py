"""Prompts that do not name what they ask people to be able to do."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from annotate.importing.records import ImportedPrompt, Record


def skilled(prompt: ImportedPrompt, skill: str) -> ImportedPrompt:
    """The same prompt; where it names no skill it has this one."""
    return prompt if prompt.skill or not skill else replace(prompt, skill=skill)


def with_skill(records: Iterable[Record], skill: str) -> Iterator[Record]:
    """The same records, their prompts ``skilled``."""
    for record in records:
        yield skilled(record, skill) if isinstance(record, ImportedPrompt) else record
