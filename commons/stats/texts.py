"""Markdown and refusals in a text, found by patterns in English and German, which miss some."""

import re

OPENING = 200  # characters in which a refusal shows itself
REFUSAL = re.compile(
    r"\b(?:I(?:['’]m| am) (?:unable|not able|"
    r"(?:very |so )?sorry(?!,? (?:to|for|about|that you)\b))|"
    r"I (?:can(?:not|['’]t)|won['’]t) (?:help|assist|provide|answer|do that|fulfill|comply)|"
    r"(?:es )?tut mir (?:sehr )?leid"
    r"(?!,? (?:das zu|dass (?:es )?(?:du|Sie|dir|Ihnen)|für|um|zu)\b)|"
    r"(?:dabei|damit|das|da|hier(?:bei)?|leider) (?:kann|darf|werde) ich "
    r"(?:(?:dir|Ihnen|euch|leider) ){0,2}nicht (?:weiterhelfen|helfen|beantworten|tun|sagen)|"
    r"ich (?:kann|darf|werde) (?:(?:dir|Ihnen|euch|das|dabei|damit|diese \w+|leider) ){0,3}"
    r"nicht (?:weiterhelfen|helfen|beantworten|tun|sagen|nachkommen))",
    re.IGNORECASE,
)
MARK = re.compile(
    r"^[ \t]*(?:#{1,6} |[-*+] |\d{1,3}[.)] |>|\||```|~~~)|\*\*\S|__\S|`[^`\n]+`|\]\(", re.MULTILINE
)


def refuses(text: str) -> bool:
    """Whether the answer opens as a refusal does: others are not seen. Who is sorry *for* somebody,
    or to hear something, refuses nothing."""
    return REFUSAL.search(text[:OPENING]) is not None
