import json

import pytest
from transformers import PreTrainedTokenizerFast

from annotate.export.preflight.errors import BadTokenizer
from annotate.export.preflight.items import Item
from annotate.export.preflight.rendering import CannotRender, Rendered, Rendering
from tests.annotate.export.judgements import asked, said
from tests.annotate.export.preflight.judged import written

TOOLS = [{"type": "function", "function": {"name": "add", "description": "<b>adds</b>"}}]


def test_an_answer_is_split_from_the_prompt_that_the_template_wrote(tokenizer):
    rendering = Rendering.of(tokenizer, None)
    item = written("say")

    prompt = rendering.prompt(item)

    assert prompt == "user: ask\nassistant: "
    assert rendering.answer(item, prompt, said("say")) == Rendered(prompt, "say\n")


def test_a_template_is_run_as_transformers_runs_it(tokenizer):
    """Special tokens, tools as JSON without HTML's escapes, loop controls, generation marks."""
    template = (
        "{{ bos_token }}{% for t in tools %}\n  {{ t | tojson }}\n{% endfor %}\n"
        "{% for m in messages %}{% if m.role == 'system' %}{% continue %}{% endif %}\n"
        "{% generation %}{{ m.content }}{% endgeneration %}{{ eos_token }}{% endfor %}"
    )
    (tokenizer / "chat_template.jinja").write_text(template)
    (tokenizer / "tokenizer_config.json").write_text(
        json.dumps({"bos_token": "<s>", "eos_token": {"content": "</s>"}})
    )
    item = Item("p1", asked("ask"), [said("say")], (), None, "", "", "", TOOLS)
    theirs = PreTrainedTokenizerFast(
        tokenizer_file=str(tokenizer / "tokenizer.json"), bos_token="<s>", eos_token="</s>"
    )

    ours = Rendering.of(tokenizer, None).prompt(item)

    assert ours == theirs.apply_chat_template(
        asked("ask"), tools=TOOLS, chat_template=template, tokenize=False
    )
    assert "<b>adds</b>" in ours


def test_a_template_that_rewrites_the_prompt_splits_where_both_part(tokenizer):
    """Asked alone the prompt ends in "thinking: ", answered in "answer: "."""
    (tokenizer / "chat_template.jinja").write_text(
        "{{ messages[0].content }} {% if add_generation_prompt %}thinking: "
        "{% else %}answer: {{ messages[1].content }}{% endif %}"
    )
    rendering, item = Rendering.of(tokenizer, None), written("say")

    rendered = rendering.answer(item, rendering.prompt(item), said("say"))

    assert rendered == Rendered("ask ", "answer: say")


def test_a_template_may_stand_in_the_tokenizers_configuration(tokenizer):
    (tokenizer / "chat_template.jinja").unlink()
    named = [{"name": "default", "template": "default"}, {"name": "tool_use", "template": "tools"}]
    (tokenizer / "tokenizer_config.json").write_text(json.dumps({"chat_template": named}))

    assert Rendering.of(tokenizer, None).prompt(written("say")) == "default"


def test_without_a_template_the_bare_texts_are_counted(tokenizer):
    (tokenizer / "chat_template.jinja").unlink()
    rendering, item = Rendering.of(tokenizer, None), written("say")

    prompt = rendering.prompt(item)

    assert rendering.template is None
    assert rendering.answer(item, prompt, said("say")) == Rendered("ask\n\n", "say")


def test_a_template_says_what_it_cannot_write(tokenizer):
    (tokenizer / "chat_template.jinja").write_text("{{ raise_exception('no system, please') }}")

    with pytest.raises(CannotRender, match="no system, please"):
        Rendering.of(tokenizer, None).prompt(written("say"))


def test_a_template_cannot_leave_its_sandbox(tokenizer):
    (tokenizer / "chat_template.jinja").write_text("{{ messages.__class__.__mro__ }}")

    with pytest.raises(CannotRender, match="unsafe"):
        Rendering.of(tokenizer, None).prompt(written("say"))


def test_a_broken_template_is_refused_by_name(tokenizer):
    (tokenizer / "chat_template.jinja").write_text("{% for %}")

    with pytest.raises(BadTokenizer, match="is no valid Jinja"):
        Rendering.of(tokenizer, None)


def test_a_template_that_is_not_there_is_refused_by_name(tokenizer):
    with pytest.raises(BadTokenizer, match=r"there is no chat template at .*other\.jinja"):
        Rendering.of(tokenizer, tokenizer / "other.jinja")
