"""Files of answers to be scored: JSON lines, each refused by its number where it is odd.

{"prompt": "Why is the sky blue?", "answers": ["Air scatters blue light.", "It is painted."]}
{"messages": [{"role": "user", "content": "…"}], "answer": "…"}
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from rewards.errors import RewardsError
from rewards.services.scored import ToScore

ROLES = frozenset({"system", "user", "assistant", "tool"})


class OddLine(RewardsError):
    def __init__(self, path: Path, number: int, says: str) -> None:
        super().__init__(f"{path}, line {number}: {says}")


def read_rows(path: Path) -> Iterator[ToScore]:
    """Every row of the file; ``OddLine`` names the line, the field and what helps."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    yield _row(orjson.loads(line))
                except orjson.JSONDecodeError as broken:
                    says = f"it is not JSON ({broken}); write one object a line."
                    raise OddLine(path, number, says) from broken
                except ValueError as odd:
                    raise OddLine(path, number, str(odd)) from odd


def _row(said: object) -> ToScore:
    if not isinstance(said, dict):
        raise ValueError('it is no object; write {"prompt": …, "answers": […]}.')
    return ToScore(_prompt(said), _answers(said), said.get("tools") or ())


def _prompt(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if ("prompt" in said) == ("messages" in said):
        raise ValueError('give either "prompt", a text, or "messages", a list.')
    if "messages" in said:
        found = _messages(said["messages"], "messages")
        if found[-1]["role"] == "assistant":
            raise ValueError('"messages" ends with the assistant; end with what is to be answered.')
        return found
    return [{"role": "user", "content": _text(said["prompt"], "prompt")}]


def _answers(said: Mapping[str, Any]) -> list[list[Mapping[str, Any]]]:
    if ("answer" in said) == ("answers" in said):
        raise ValueError('give either "answer", or "answers", a list.')
    given = [said["answer"]] if "answer" in said else said["answers"]
    if not isinstance(given, list) or not given:
        raise ValueError('"answers" must be a list with something in it.')
    return [
        _messages(one, f"answers[{place}]")
        if isinstance(one, list)
        else [{"role": "assistant", "content": _text(one, f"answers[{place}]")}]
        for place, one in enumerate(given)
    ]


def _messages(value: object, field: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not value:
        raise ValueError(f'"{field}" must be a list of messages with something in it.')
    for place, message in enumerate(value):
        if not isinstance(message, dict) or message.get("role") not in ROLES:
            known = ", ".join(sorted(ROLES))
            raise ValueError(f'"{field}[{place}]" needs a role: {known}.')
        _text(message.get("content"), f"{field}[{place}].content", may_be_empty=True)
    return value


def _text(value: object, field: str, *, may_be_empty: bool = False) -> str:
    if not isinstance(value, str):
        raise ValueError(f'"{field}" must be a text.')
    if not value and not may_be_empty:
        raise ValueError(f'"{field}" is empty; leave the line out.')
    return value
