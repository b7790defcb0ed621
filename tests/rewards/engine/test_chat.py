"""One way from messages to ids."""

from pathlib import Path

import pytest

from rewards.engine.chat import Rendered, end_at_turn, prompt_ids, render
from rewards.engine.errors import BadInput
from rewards.engine.messages import NEUTRAL_SYSTEM
from rewards.engine.models import load_tokenizer
from tests.rewards.engine.conftest import asks, says


def test_a_prompt_without_a_system_text_gets_the_neutral_one(base: Path) -> None:
    tokenizer = load_tokenizer(base)

    text = tokenizer.decode(prompt_ids(tokenizer, asks("Why?")))

    assert text == (
        f"<|im_start|>system\n{NEUTRAL_SYSTEM}<|im_end|>\n"
        "<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n"
    )


def test_a_prompts_own_system_text_stays_alone(base: Path) -> None:
    tokenizer = load_tokenizer(base)

    ids = prompt_ids(tokenizer, [{"role": "system", "content": "Be brief."}, *asks("Why?")])

    assert str(tokenizer.decode(ids)).startswith(
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user"
    )


def test_an_answer_follows_the_very_ids_that_the_model_answered_to(base: Path) -> None:
    tokenizer = load_tokenizer(base)

    rendered = render(tokenizer, asks("Why?"), says("\nSo."))

    assert rendered.prompt == prompt_ids(tokenizer, asks("Why?"))
    assert tokenizer.decode(rendered.answer) == "\nSo.<|im_end|>\n"


def test_a_conversation_may_end_where_its_last_turn_does(base: Path) -> None:
    """Else alike: the open turn keeps its newline, and so does what a person wrote."""
    plain, ending = load_tokenizer(base), load_tokenizer(base)
    end_at_turn(ending)
    once = ending.chat_template
    end_at_turn(ending)

    before, after = (render(t, asks("Why?\n"), says("So.\n")) for t in (plain, ending))

    assert ending.chat_template == once
    assert after.prompt == before.prompt
    assert ending.decode(after.answer) == "So.\n<|im_end|>"
    assert after.answer == before.answer[:-1]


def test_each_of_several_templates_ends_where_the_last_turn_does(base: Path) -> None:
    tokenizer = load_tokenizer(base)
    template = tokenizer.chat_template
    tokenizer.chat_template = {"default": template, "tool_use": template}

    end_at_turn(tokenizer)

    assert tokenizer.decode(render(tokenizer, asks("Why?"), says("So.")).answer) == "So.<|im_end|>"


def test_a_template_gets_the_tools_and_the_calls(base: Path) -> None:
    tokenizer = load_tokenizer(base)
    tokenizer.chat_template = (
        "{% for tool in tools or [] %}[{{ tool.function.name }}]{% endfor %}"
        "{% for m in messages %}{{ m.role }}:{{ m.content }}"
        "{% for call in m.tool_calls or [] %}{{ call.function.arguments.drug }}{% endfor %};"
        "{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}"
    )
    call = {"function": {"name": "dose", "arguments": {"drug": "aspirin"}}}
    answer = [{"role": "assistant", "content": "", "tool_calls": [call]}]
    tool = {"type": "function", "function": {"name": "dose"}}

    rendered = render(tokenizer, asks("Why?"), answer, [tool])

    assert str(tokenizer.decode(rendered.prompt)).startswith("[dose]system:")
    assert tokenizer.decode(rendered.answer) == "aspirin;"


def test_a_template_that_rewrites_the_prompt_is_refused(base: Path) -> None:
    tokenizer = load_tokenizer(base)
    tokenizer.chat_template = "{{ messages | length }}{% if add_generation_prompt %}>{% endif %}"

    with pytest.raises(BadInput, match="rewrites the prompt"):
        render(tokenizer, asks("Why?"), says("So."))


def test_a_long_prompt_gives_up_its_beginning_and_a_long_answer_its_end() -> None:
    """Of 8 ids a prompt may take 6; the answer gets what is left."""
    long_prompt = Rendered(prompt=list(range(10)), answer=[20, 21, 22])
    long_answer = Rendered(prompt=[1, 2], answer=list(range(20, 30)))

    assert long_prompt.within(8) == [4, 5, 6, 7, 8, 9, 20, 21]
    assert long_answer.within(8) == [1, 2, 20, 21, 22, 23, 24, 25]
    assert long_prompt.is_cut_at(8)
    assert not long_prompt.is_cut_at(16)
