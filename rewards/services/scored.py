"""What is to be scored, how it is named, and the scores that were kept of it before."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from commons.models import AuditEvent
from rewards.models import AnswerScore, RewardModel

ERASED = ("prompt.erased", "person.erased")
AT_ONCE = 5000  # digests in one question to the database

Message = Mapping[str, Any]


@dataclass(frozen=True)
class Score:
    """``spread``: how far an ensemble's heads disagree; None where there is a single one."""

    value: float
    spread: float | None = None

    def as_json(self) -> dict[str, float | None]:
        return {"score": self.value, "uncertainty": self.spread}


@dataclass(frozen=True)
class ToScore:
    """A prompt with some of its answers, all of them chat messages."""

    prompt: Sequence[Message]
    answers: Sequence[Sequence[Message]]
    tools: Sequence[Mapping[str, Any]] = ()

    @cached_property
    def digests(self) -> list[str]:
        """The SHA-256 of the prompt, its tools and each answer."""
        asked = hashlib.sha256(_canonical([self.prompt, self.tools]))
        named = []
        for answer in self.answers:
            digest = asked.copy()
            digest.update(_canonical(answer))
            named.append(digest.hexdigest())
        return named

    def as_json(self) -> dict[str, object]:
        return {"prompt": self.prompt, "answers": self.answers, "tools": self.tools}


def digest_of_rows(rows: Iterable[ToScore]) -> str:
    """One name for all that is asked, in its order."""
    whole = hashlib.sha256()
    for row in rows:
        whole.update("".join(row.digests).encode() + b"\n")
    return whole.hexdigest()


def kept_scores(model: RewardModel, digests: Iterable[str]) -> dict[str, Score]:
    """The scores that a model has given before, by digest."""
    kept: dict[str, Score] = {}
    names = list(dict.fromkeys(digests))
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        rows = AnswerScore.objects.filter(reward_model=model, digest__in=some)
        for digest, value, spread in rows.values_list("digest", "score", "spread"):
            kept[digest] = Score(value, spread)
    return kept


def keep_scores(model: RewardModel, scores: Mapping[str, Score]) -> None:
    """Keep what was computed; what another worker kept meanwhile stands."""
    AnswerScore.objects.bulk_create(
        (
            AnswerScore(reward_model=model, digest=digest, score=score.value, spread=score.spread)
            for digest, score in scores.items()
        ),
        batch_size=AT_ONCE,
        ignore_conflicts=True,
    )


def last_erasure() -> AuditEvent | None:
    """The newest act that erased a text."""
    return AuditEvent.objects.filter(verb__in=ERASED).order_by("-at").first()


def _canonical(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
