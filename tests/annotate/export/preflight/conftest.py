"""Tokenizers made here: nothing is downloaded."""

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

# One line a message: "user: ask\n", and "assistant: " opens an answer.
TEMPLATE = (
    "{% for m in messages %}{{ m['role'] + ': ' + m['content'] + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}"
)


@pytest.fixture
def tokenizer(tmp_path):
    """The folder of a tokenizer whose tokens are words and marks, so that people can count them."""
    made = Tokenizer(models.WordLevel({"?": 0}, unk_token="?"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "chat_template.jinja").write_text(TEMPLATE)
    return tmp_path
