"""Texts of the right size, as many as are wanted, the same for the same seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import orjson

from annotate.digests import digest_of, prompt_digest

PROMPT_WORDS, ANSWER_WORDS, ANSWERS = 60, 120, 4
VOCABULARY, BODIES = 2_000, 500
SYLLABLES = [first + vowel for first in "bdfgklmnprstvw" for vowel in "aeiou"]


@dataclass(frozen=True, slots=True)
class Answer:
    uuid: str  # hex
    messages: str  # JSON, as the column keeps it
    digest: str


@dataclass(frozen=True, slots=True)
class Item:
    """A prompt with its answers; each text ends in a number of its own, so none stands twice."""

    uuid: str
    messages: str
    digest: str
    answers: tuple[Answer, ...]
    task: str  # the uuid of its task

    @property
    def offered(self) -> list[str]:
        """The answers' ids as text, as a task keeps them."""
        return [str(UUID(each.uuid)) for each in self.answers]


def items(*, seed: int, first: int, last: int) -> Iterator[Item]:
    """The items of these numbers, the last left out."""
    prompts, replies = bodies(seed, PROMPT_WORDS), bodies(seed + 1, ANSWER_WORDS)
    chance = random.Random(f"{seed} {first}")
    for number in range(first, last):
        messages = [{"role": "user", "content": f"{prompts[number % BODIES]} {number}"}]
        yield Item(
            uuid=uuid_from(chance),
            messages=orjson.dumps(messages).decode(),
            digest=prompt_digest(messages=messages, tools=[], attachments=[]),
            answers=tuple(
                answer(chance, f"{chance.choice(replies)} {number * ANSWERS + k}")
                for k in range(ANSWERS)
            ),
            task=uuid_from(chance),
        )


def answer(chance: random.Random, text: str) -> Answer:
    messages = [{"role": "assistant", "content": text}]
    return Answer(uuid_from(chance), orjson.dumps(messages).decode(), digest_of(messages))


def bodies(seed: int, words: int) -> list[str]:
    """Texts of one word less than wanted; a few words are frequent and most are rare."""
    chance = random.Random(seed)
    known = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(VOCABULARY)]
    weights = [1 / rank for rank in range(1, VOCABULARY + 1)]
    return [" ".join(chance.choices(known, weights, k=words - 1)) for _ in range(BODIES)]


def uuid_from(chance: random.Random) -> str:
    """A random (version 4) UUID in hex."""
    bits = chance.getrandbits(128) & ~(0xF << 76) & ~(0x3 << 62)
    return f"{bits | 0x4 << 76 | 0x2 << 62:032x}"
