"""A server's model that judges by what answers say, for the tests of whoever asks it."""

import json
import re
from collections.abc import Callable
from typing import TypeAlias

from tests.rewards.engine.standin import Answer, Body, whole

Reply: TypeAlias = Callable[[int, Body], Answer]

ANSWER = r'<answer_\w+ letter="(\w+)">\n<message_\w+ role="assistant">\n(.*?)\n</message_'
SHOWN = re.compile(ANSWER, re.DOTALL)


def shown(body: Body) -> dict[str, str]:
    """The answers that a request shows, by their letters, in their order."""
    return dict(SHOWN.findall(body["messages"][1]["content"]))


def the_longest(number: int, body: Body) -> Answer:
    """Longer is better; of one length is tied."""
    letters = shown(body)
    lengths = sorted({len(text) for text in letters.values()}, reverse=True)
    tiers = [[name for name, text in letters.items() if len(text) == n] for n in lengths]
    return whole(json.dumps({"order": tiers}))


def the_first(number: int, body: Body) -> Answer:
    """Goes by the place alone."""
    return whole(json.dumps({"order": [[letter] for letter in shown(body)]}))


def mumbling(
    of: str, else_do: Callable[[int, Body], Answer] = the_longest
) -> Callable[..., Answer]:
    """Says nothing that can be read of items with this text in them."""

    def reply(number: int, body: Body) -> Answer:
        is_of_it = of in body["messages"][1]["content"]
        return whole("Well.") if is_of_it else else_do(number, body)

    return reply
