"""Laurel's own format: one JSON object a line, one prompt an object.

    {
      "id": "q-17",                                      your name for the prompt
      "prompt": "Why is the sky blue?",                  or "messages", see below
      "tools": [{"type": "function", "function": {"name": "spectrum", "parameters": {…}}}],
      "images": [{"file": "sky.png", "alt": "A clear sky at noon"}],
      "skill": "physics",
      "language": "en",
      "clearance": "radiology",                          only people who hold it get the work
      "priority": 3,                                     1 comes first, 9 last
      "source": "physics-questions-2026",
      "candidates": [
        {"text": "Rayleigh scattering.", "source": "model-a", "sampling": {"temperature": 0.7}},
        {"messages": [{"role": "assistant", "content": "It reflects the sea."}]},
        {"text": "Nobody knows."}
      ],
      "demonstrations": [{"text": "Air scatters blue light more.", "rater": "ada"}],
      "rankings": [{"tiers": [[0], [1, 2]], "unrankable": [], "strengths": [3], "rater": "ada"}]
    }

``messages`` is a list of {"role": "system" | "user" | "assistant" | "tool", "content": text}
that ends with the user's turn; ``prompt`` is short for one such turn. One of the two is needed,
and nothing else is. ``text`` is short for one assistant's turn.

``tools`` are functions that the assistant may call, each with a JSON Schema of its parameters. A
message of the assistant may hold "tool_calls": [{"type": "function", "function": {"name": …,
"arguments": {…}}}] beside its content or in place of it; a message of a tool may hold its "name".

``images`` are pictures that are asked about (PNG, JPEG or WebP), each a file beside the file of
rows or, as "data", its bytes in base64; "alt" says what is to be seen.

``tiers`` names candidates by their place in ``candidates``, counted from 0, best first, equals
together; ``unrankable`` those that could not be ranked; a candidate that is in neither was not
shown. ``strengths`` says how much better each tier is than the next: 1 slightly, 2, 3
significantly, null where nobody asked; leave it out if you never asked.

``sampling`` is a flat object: texts, numbers, true, false, null. ``external_id`` is another word
for ``id``. Left out, ``id`` is a digest of the row, ``language`` "en", ``clearance`` none,
``priority`` 5, ``source`` "laurel" (a candidate's: "unknown"), ``rater`` "imported".
A field that is not listed here is refused.

A further candidate for a prompt that is there already is a row of its own, which the API takes:

    {"prompt": "q-17", "text": "Air scatters blue light more.", "source": "model-b"}
"""

from collections.abc import Iterator

from annotate.importing import fields, turns
from annotate.importing.fields import BadRow, Row
from annotate.importing.pictures import Allowance, Beside, nothing_beside, pictures_in
from annotate.importing.records import (
    PRIORITY,
    ImportedAnswer,
    ImportedCandidate,
    ImportedDemonstration,
    ImportedPrompt,
    ImportedRanking,
    Messages,
)
from commons.sentences import sentence as _
from commons.sentences import sentences as ngettext

RATER = "imported"

# What a row says of its prompt and the answers to it, and what a row of a file may say besides.
ASKED = frozenset(
    (
        "id",
        "external_id",
        "prompt",
        "messages",
        "tools",
        "images",
        "skill",
        "language",
        "clearance",
        "priority",
        "source",
        "candidates",
    )
)
_JUDGED = ASKED | {"demonstrations", "rankings"}
_CANDIDATE = frozenset(("text", "messages", "source", "sampling"))
_DEMONSTRATION = frozenset(("text", "messages", "rater"))
_RANKING = frozenset(("tiers", "unrankable", "strengths", "rater"))


def prompts_in(
    row: Row, line: int, beside: Beside = nothing_beside, allowance: Allowance | None = None
) -> Iterator[ImportedPrompt]:
    """The one prompt of a row; ``BadRow`` if it cannot be kept."""
    yield prompt_in(row, line, known=_JUDGED, beside=beside, allowance=allowance)


def prompt_in(
    row: Row,
    line: int,
    *,
    known: frozenset[str] = ASKED,
    beside: Beside = nothing_beside,
    allowance: Allowance | None = None,
) -> ImportedPrompt:
    """The prompt of a row that has no other fields than the ``known``; ``BadRow`` otherwise.

    ``beside`` reads a file that the row names; ``allowance`` bounds what is drawn of it and others.
    """
    fields.only(row, known, "the row")
    candidates = turns.apart(
        [
            _candidate(one, field, key=str(place))
            for place, (one, field) in enumerate(_entries(row, "candidates"))
        ]
    )
    return ImportedPrompt(
        key=_key(row),
        messages=_prompt(row),
        skill=fields.label(row, "skill", "skill", default="", longest="skill"),
        language=fields.label(
            row, "language", "language", default=fields.LANGUAGE, longest="language"
        ),
        source=fields.label(row, "source", "source", default="laurel", longest="source"),
        candidates=candidates,
        demonstrations=tuple(
            _demonstration(one, field) for one, field in _entries(row, "demonstrations")
        ),
        rankings=tuple(
            _ranking(one, field, len(candidates)) for one, field in _entries(row, "rankings")
        ),
        line=line,
        clearance=fields.label(row, "clearance", "clearance", default="", longest="clearance"),
        priority=fields.digit(row, "priority", "priority", default=PRIORITY),
        tools=turns.tools(row.get("tools"), "tools"),
        pictures=pictures_in(row.get("images"), "images", beside, allowance),
    )


def answer_in(row: Row) -> ImportedAnswer:
    """The candidate of a row that names its prompt; ``BadRow`` if it cannot be kept."""
    fields.only(row, _CANDIDATE | {"prompt"}, "the row")
    if row.get("prompt") is None:
        raise BadRow("prompt", _("is missing; name the prompt that this answers."))
    answer = {field: said for field, said in row.items() if field != "prompt"}
    return ImportedAnswer(
        prompt=_name(row["prompt"], "prompt"), candidate=_candidate(answer, "", key="")
    )


def _entries(row: Row, key: str) -> Iterator[tuple[Row, str]]:
    """The objects in a list of the row, each with its name in a refusal."""
    for place, one in enumerate(fields.items(row.get(key), key)):
        field = f"{key}[{place}]"
        yield fields.mapping(one, field), field


def _key(row: Row) -> str:
    said = [field for field in ("id", "external_id") if row.get(field) is not None]
    if len(said) > 1:
        raise BadRow("external_id", _('is another word for "id"; leave one of the two out.'))
    return _name(row[said[0]], said[0]) if said else fields.digest(row)


def _name(value: object, field: str) -> str:
    """What others call a prompt: a text, or a whole number."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return fields.label({"name": value}, "name", field, default="", longest="id")


def _prompt(row: Row) -> Messages:
    if (row.get("prompt") is None) == (row.get("messages") is None):
        raise BadRow("the row", _('needs either "prompt" or "messages", and not both.'))
    if row.get("prompt") is not None:
        return ({"role": "user", "content": fields.text(row["prompt"], "prompt")},)
    return turns.prompt_messages(row["messages"], "messages")


def _answer(row: Row, field: str) -> Messages:
    if (row.get("text") is None) == (row.get("messages") is None):
        raise BadRow(field or "the row", _('needs either "text" or "messages", and not both.'))
    if row.get("text") is not None:
        return ({"role": "assistant", "content": fields.text(row["text"], _at(field, "text"))},)
    return turns.answer_messages(row["messages"], _at(field, "messages"))


def _candidate(row: Row, field: str, *, key: str) -> ImportedCandidate:
    fields.only(row, _CANDIDATE, field or "the row")
    source = _at(field, "source")
    return ImportedCandidate(
        key=key,
        messages=_answer(row, field),
        source=fields.label(row, "source", source, default="unknown", longest="model"),
        sampling=fields.scalars(row.get("sampling"), _at(field, "sampling")),
    )


def _at(field: str, name: str) -> str:
    """A field within a field, or of the row itself."""
    return f"{field}.{name}" if field else name


def _demonstration(row: Row, field: str) -> ImportedDemonstration:
    fields.only(row, _DEMONSTRATION, field)
    rater = fields.label(row, "rater", f"{field}.rater", default=RATER, longest="rater")
    return ImportedDemonstration(messages=_answer(row, field), rater=rater)


def _ranking(row: Row, field: str, candidates: int) -> ImportedRanking:
    fields.only(row, _RANKING, field)
    tiers = tuple(
        _keys(tier, f"{field}.tiers[{place}]", candidates)
        for place, tier in enumerate(fields.items(row.get("tiers"), f"{field}.tiers"))
    )
    unrankable = _keys(row.get("unrankable"), f"{field}.unrankable", candidates)
    placed = [key for group in (*tiers, unrankable) for key in group]
    if not all(tiers):
        raise BadRow(f"{field}.tiers", _("holds an empty tier; remove it."))
    if len(placed) != len(set(placed)):
        raise BadRow(field, _("places a candidate twice; name each of them once."))
    if len(placed) < 2:
        raise BadRow(
            field,
            ngettext(
                "places %(count)s candidate; a ranking needs two.",
                "places %(count)s candidates; a ranking needs two.",
                len(placed),
            ),
        )
    return ImportedRanking(
        rater=fields.label(row, "rater", f"{field}.rater", default=RATER, longest="rater"),
        tiers=tiers,
        unrankable=unrankable,
        strengths=_strengths(row, field, len(tiers) - 1),
    )


def _keys(value: object, field: str, candidates: int) -> tuple[str, ...]:
    places = [fields.whole_number(one, field) for one in fields.items(value, field)]
    for place in places:
        if not 0 <= place < candidates:
            raise BadRow(
                field,
                _(
                    "names candidate %(place)s, but there are %(count)s; count them from 0.",
                    place=place,
                    count=candidates,
                ),
            )
    return tuple(map(str, places))


def _strengths(row: Row, field: str, boundaries: int) -> tuple[int | None, ...]:
    found = fields.items(row.get("strengths"), f"{field}.strengths")
    if not found:
        return ()
    if len(found) != boundaries:
        raise BadRow(
            f"{field}.strengths",
            _(
                "has %(entries)s entries for %(boundaries)s boundaries between tiers; give one "
                "each.",
                entries=len(found),
                boundaries=boundaries,
            ),
        )
    return tuple(_strength(one, f"{field}.strengths") for one in found)


def _strength(value: object, field: str) -> int | None:
    if value is None:
        return None
    strength = fields.whole_number(value, field)
    if strength not in (1, 2, 3):
        raise BadRow(field, _("holds %(number)s; use 1, 2, 3 or null.", number=strength))
    return strength
