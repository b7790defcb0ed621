"""Tell whether an answer gives away which model wrote it.

Annotators judge blind, so such an answer is drawn again. What the prompt itself brings up may be
answered: a question about OpenAI is no slip.
"""

import re
from collections.abc import Sequence

from rewards.engine.messages import Message

MAKERS = (
    r"SmolLM\w*|Hugging ?Face|OpenAI|ChatGPT|GPT-\w+|Anthropic|DeepSeek\w*|Qwen\w*|"
    r"Mistral AI|Meta AI|Alibaba Cloud|Google DeepMind|xAI"
)
NAMES = r"Claude|Gemini|Gemma|Llama|Bard|Grok|Mistral|Phi|Falcon|Copilot"  # also people and animals
INTRODUCTION = r"\b(?:I am|I['’]m|my name is|call me|known as)(?: (?:an?|the|called|named))? "

GIVEAWAY = re.compile(
    rf"\b(?:{MAKERS})\b|{INTRODUCTION}(?:{NAMES})\b|"
    r"\b(?:AI|language model|assistant),? (?:called|named|trained by|developed by|created by) \w+",
    re.IGNORECASE,
)


def names_its_maker(answer: str, prompt: Sequence[Message]) -> bool:
    """Whether the answer names a model or its maker and the prompt does not."""
    asked = " ".join(message["content"] for message in prompt).lower()
    return any(found.group().lower() not in asked for found in GIVEAWAY.finditer(answer))
