r"""Pairs as Anthropic's helpful and harmless data have them: two transcripts a line.

    {"chosen": "\n\nHuman: Hi\n\nAssistant: Hello!", "rejected": "\n\nHuman: Hi\n\nAssistant: No."}

The transcripts are alike up to the assistant's last turn: that is the prompt, and the two last
turns are its candidates. Either may also be a list of {"role", "content"} messages.
(Bai et al. 2022, "Training a Helpful and Harmless Assistant".)
"""

import re
from collections.abc import Iterator

from annotate.importing import fields, turns
from annotate.importing.fields import BadRow, Row
from annotate.importing.records import (
    ImportedCandidate,
    ImportedPrompt,
    ImportedRanking,
    Messages,
)
from commons.sentences import sentence as _

SOURCE = RATER = "hh"

_ROLES = {"Human": "user", "Assistant": "assistant"}
_TURN = re.compile(r"(?:\A\s*|\n\n)(Human|Assistant):")


def prompts_in(row: Row, line: int) -> Iterator[ImportedPrompt]:
    """The one pair of a row; ``BadRow`` if it cannot be kept.

    The key is a digest of both transcripts, as the rows have no id and share prompts.
    """
    chosen = _conversation(row.get("chosen"), "chosen")
    rejected = _conversation(row.get("rejected"), "rejected")
    if chosen == rejected:
        raise BadRow("chosen and rejected", _("are the same; leave the row out."))
    if chosen[:-1] != rejected[:-1]:
        raise BadRow(
            "chosen and rejected",
            _("part before their last turns; give both the same prompt."),
        )
    candidates = [
        ImportedCandidate(
            key=name,
            messages=turns.answer_messages([conversation[-1]], f"the last turn of {name}"),
            source="unknown",
            sampling={},
        )
        for name, conversation in (("chosen", chosen), ("rejected", rejected))
    ]
    yield ImportedPrompt(
        key=fields.digest([chosen, rejected]),
        messages=turns.open_turn(chosen[:-1], "the prompt"),
        skill="",
        language=fields.LANGUAGE,
        source=SOURCE,
        candidates=turns.apart(candidates),
        demonstrations=(),
        rankings=(ImportedRanking(rater=RATER, tiers=(("chosen",), ("rejected",))),),
        line=line,
    )


def _conversation(value: object, field: str) -> Messages:
    if isinstance(value, list):
        return turns.messages(value, field)
    before, *parts = _TURN.split(fields.text(value, field))
    if before or not parts:
        raise BadRow(field, _('does not begin with "Human:"; is it a transcript?'))
    return tuple(
        {"role": _ROLES[who], "content": fields.text(said.strip(), f"a turn of {who} in {field}")}
        for who, said in zip(parts[::2], parts[1::2], strict=True)
    )
