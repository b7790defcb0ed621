"""Guess from names and kinds what a person did not name; what cannot be guessed is asked for."""

import re
from collections.abc import Iterable, Sequence

from annotate.importing.plan import ABOUT_ONE, Gives, OddPlan, Plan, Role, Wishes, gives_of
from annotate.importing.work import Kind, Question, Schema

TIES = frozenset(("tie", "same", "equal", "both", "draw", "nopreference", "equallygood"))
YES_NO = {"yes": True, "true": True, "no": False, "false": False}
SYSTEM = frozenset(("system", "systemprompt", "systemmessage"))

_OF_ONE = {Kind.RATING: Role.RATING, Kind.CHOICE: Role.FLAG, Kind.SPAN: Role.SPAN}

# The likelier first.
_PROMPTS = (
    "prompt",
    "messages",
    "instruction",
    "question",
    "query",
    "chat",
    "conversation",
    "dialogue",
    "input",
    "task",
    "text",
)
_ANSWER = re.compile(
    r"(?:(?:model|llm)?(?:answer|response|completion|output|candidate|reply|generation)"
    r"|chosen|rejected|option)(?:s|\d+|[a-i])?"
)
_REASON = re.compile(r"reason|comment|why|expla|justif|feedback|note|rational")
_TAIL = re.compile(r"(\d+|(?<![a-z])[a-i]|(?<=answer|option)[a-i]|(?<=response)[a-i])$")


def plain(name: str) -> str:
    """A name without what people write differently: ``Response-1`` and ``response_1`` are one."""
    return re.sub(r"[^0-9a-z]", "", name.casefold())


def is_tie(name: str) -> bool:
    return plain(name) in TIES


def resolved(name: str, keys: Sequence[str]) -> str | None:
    """The answer that a label names: by its name, or by the number or letter at its end alone."""
    if name in keys:
        return name
    alike = [key for key in keys if plain(key) == plain(name)]
    if not alike and (tail := _tail(name)):
        alike = [key for key in keys if _tail(key) == tail]
    return alike[0] if len(alike) == 1 else None


def guessed_plan(schema: Schema, wishes: Wishes) -> Plan:
    """The plan for a project; ``OddPlan`` where a person has to name something."""
    _refuse_unknown(schema, wishes)
    answers = wishes.answers or _answers(schema)
    prompt = wishes.prompt or _prompt(schema, answers)
    questions = {
        name: _gives(question, wishes, answers) for name, question in schema.questions.items()
    }
    return Plan(
        project=_project(schema, wishes),
        prompt=prompt,
        answers=answers,
        questions=questions,
        sources=dict(wishes.sources) or _sources(schema, answers),
        wishes=wishes,
        min_submitted=schema.min_submitted,
        kinds={name: question.kind for name, question in schema.questions.items()},
        names={question.id: name for name, question in schema.questions.items() if question.id},
        chat_keys=schema.chat_keys,
    )


def _project(schema: Schema, wishes: Wishes) -> str:
    """Whence it comes, as prompts and raters are named after it: ``label-studio:7``."""
    tool, _, name = schema.project.partition(":")
    return f"{tool}:{(wishes.project or name)[:40]}"


def _refuse_unknown(schema: Schema, wishes: Wishes) -> None:
    known = schema.keys | set(schema.fields)
    for field in (*wishes.prompt, *wishes.answers):
        if field not in known:
            raise OddPlan(f"There is no field {field!r}; the file has {_list(known)}.")
    for name in wishes.questions:
        if name not in schema.questions:
            raise OddPlan(f"There is no question {name!r}; known: {_list(schema.questions)}.")
    for answer in wishes.sources:
        if answer not in known:
            raise OddPlan(f"There is no answer {answer!r}; the file has {_list(known)}.")


def _answers(schema: Schema) -> tuple[str, ...]:
    for question in schema.questions.values():
        if question.kind in (Kind.ORDER, Kind.BUCKETS, Kind.PAIR) and question.about:
            return question.about
        if question.kind is Kind.LISTED and set(question.options) <= set(schema.fields):
            return question.options
    return tuple(field for field in schema.fields if _ANSWER.fullmatch(plain(field)))


def _prompt(schema: Schema, answers: Sequence[str]) -> tuple[str, ...]:
    left = [field for field in schema.fields if field not in answers]
    system = [field for field in left if plain(field) in SYSTEM]
    left = [field for field in left if field not in system]
    for name in _PROMPTS:
        if found := [field for field in left if plain(field) == name]:
            return (*system, found[0])
    if len(left) == 1:
        return (*system, left[0])
    raise OddPlan(
        f"Which field is the prompt? Name it with --prompt-field; the file has "
        f"{_list(schema.fields or schema.keys)}."
    )


def _gives(question: Question, wishes: Wishes, answers: Sequence[str]) -> Gives:
    """What a question gives, as a person says it or as it is guessed."""
    about = _one(question, answers)
    pair: tuple[str, ...] = ()
    if said := wishes.questions.get(question.name):
        named = gives_of(question.name, said, kind=question.kind, known=answers)
        role, about = named.role, named.about or about
    else:
        role = _role(question, answers, about)
    if role not in ABOUT_ONE and question.kind is not Kind.RATING:
        about = ""
    if role is Role.RANKING and question.kind is Kind.PAIR:
        pair = _pair(question, wishes)
    return Gives(role, "" if role is Role.SKIP else about, pair, question.options)


def _role(question: Question, answers: Sequence[str], about: str) -> Role:
    kind = question.kind
    if kind in (Kind.ORDER, Kind.LISTED, Kind.BUCKETS, Kind.PAIR):
        return Role.RANKING
    if kind is Kind.CHOICE and _names_answers(question, answers):
        return Role.RANKING
    if kind is Kind.TEXT:
        return Role.REASON if _REASON.search(question.name.casefold()) else Role.DEMONSTRATION
    return _OF_ONE.get(kind, Role.SKIP) if about else Role.SKIP


def _pair(question: Question, wishes: Wishes) -> tuple[str, ...]:
    """Left and right: the two that the configuration names, or that a person does."""
    pair = question.about or wishes.answers
    if len(pair) != 2:
        raise OddPlan(
            f"question {question.name} says left or right: give the label configuration with "
            "--config, or name both with --answer-fields LEFT,RIGHT."
        )
    return pair


def _one(question: Question, answers: Sequence[str]) -> str:
    """The one answer that a question is about; empty where nobody can tell."""
    if question.about:
        about = [field for field in question.about if field in answers]
        return about[0] if len(about) == 1 == len(question.about) else ""
    name = plain(question.name)
    mentioned = [answer for answer in answers if plain(answer) in name]
    if not mentioned and _tail(question.name):
        mentioned = [answer for answer in answers if _tail(answer) == _tail(question.name)]
    if len(mentioned) == 1:
        return mentioned[0]
    return answers[0] if len(answers) == 1 else ""


def _names_answers(question: Question, answers: Sequence[str]) -> bool:
    """Whether the choice is one between the answers."""
    found = [resolved(each, answers) for each in question.options if not is_tie(each)]
    return len(found) > 1 and None not in found and len(set(found)) == len(found)


def _sources(schema: Schema, answers: Sequence[str]) -> dict[str, str]:
    """Which key holds the name of the model that wrote an answer."""
    known = {plain(key): key for key in sorted(schema.keys) if key not in answers}
    found = {}
    for answer in answers:
        stem, tail = plain(answer), _tail(answer)
        likely = [f"{stem}model", f"{stem}source", f"{stem}generator", f"model{stem}"]
        likely += [f"model{tail}", f"source{tail}"] if tail else ["model"]
        if key := next((known[each] for each in likely if each in known), None):
            found[answer] = key
    return found


def _tail(name: str) -> str:
    """The number or the letter at the end of a name, if there is one."""
    found = _TAIL.search(re.sub(r"[^0-9a-z]+", " ", name.casefold()).strip())
    return found[0] if found else ""


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(map(str, names))[:20]) or "none"
