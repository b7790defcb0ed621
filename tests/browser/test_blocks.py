"""The blocks before an answer's last text: the state alone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import OpenContext

pytestmark = pytest.mark.browser

Play = Callable[..., tuple[list[dict[str, Any]], str]]

PLAY = """async ([messages, moves]) => {
  const { Blocks, inWords } = await import("/static/annotate/js/blocks.js");
  const blocks = new Blocks(messages);
  for (const [name, ...given] of moves) blocks[name](...given);
  return [blocks.serialise(), inWords(blocks.serialise())];
}"""


def call(name: str, given: object) -> dict[str, object]:
    return {"type": "function", "function": {"name": name, "arguments": given}}


@pytest.fixture
def play(open_context: OpenContext, live_server: LiveServer) -> Play:
    """Make moves on these messages: the messages then, and the same in words."""
    page: Page = open_context().new_page()
    page.goto("/login/")

    def play_on(messages: list[dict[str, Any]], *moves: object) -> tuple[list[Any], str]:
        after, words = page.evaluate(PLAY, [messages, list(moves)])
        return after, words

    return play_on


def test_messages_come_back_with_their_arguments_as_text(play: Play) -> None:
    kept: list[dict[str, Any]] = [
        {"role": "assistant", "content": "First.", "tool_calls": [call("dose", {"drug": "a"})]},
        {"role": "tool", "name": "dose", "content": "1 mg"},
        {"role": "assistant", "content": "1 mg."},
        {"role": "user", "content": "Sure?"},
    ]
    text = '{\n  "drug": "a"\n}'

    messages, words = play(kept)

    assert messages == [{**kept[0], "tool_calls": [call("dose", text)]}, *kept[1:]]
    assert words == (
        f"First.\n\nCall of dose:\n{text}\n\nResult of dose:\n1 mg\n\n1 mg.\n\nQuestion:\nSure?"
    )


def test_a_call_brings_the_place_of_its_result_and_names_it(play: Play) -> None:
    messages, _ = play([], ["add", "call", {"name": "now"}], ["add", "question", {}])

    assert messages == [
        {"role": "assistant", "content": "", "tool_calls": [call("now", "{}")]},
        {"role": "tool", "name": "now", "content": ""},
        {"role": "user", "content": ""},
    ]


def test_results_are_named_after_the_calls_in_their_order(play: Play) -> None:
    two = {"role": "assistant", "content": "", "tool_calls": [call("a", "{}"), call("b", "{}")]}
    results = [{"role": "tool", "name": "x", "content": each} for each in "123"]

    messages, _ = play([two, *results])

    assert [message["name"] for message in messages[1:]] == ["a", "b", ""]


def test_what_was_removed_is_put_back_where_it_stood(play: Play) -> None:
    texts = [{"role": "assistant", "content": each} for each in "abc"]

    def order(*moves: list[object]) -> str:
        messages, _ = play(texts, *moves)
        return "".join(message["content"] for message in messages)

    assert [
        order(["remove", 2]),
        order(["remove", 2], ["putBack"]),
        order(["move", 3, -1]),
        order(["move", 1, -1]),
        order(["move", 1, 1], ["move", 1, 1]),
    ] == ["ac", "abc", "acb", "abc", "bca"]


def test_arguments_begin_with_what_the_schema_asks_for(
    open_context: OpenContext, live_server: LiveServer
) -> None:
    page = open_context().new_page()
    page.goto("/login/")
    schema = {
        "properties": {
            "drug": {"type": "string"},
            "route": {"enum": ["oral", "iv"]},
            "times": {"type": "integer", "default": 2},
            "more": {"type": "array"},
        },
        "required": ["drug", "route", "times"],
    }

    begun = page.evaluate(
        """async (schema) => {
          const { skeletonOf } = await import("/static/annotate/js/blocks.js");
          return [JSON.parse(skeletonOf(schema)), skeletonOf(undefined)];
        }""",
        schema,
    )

    assert begun == [{"drug": "", "route": "oral", "times": 2}, "{}"]
