"""Records of an Argilla 2 dataset, in any of the shapes in which people have them.

    {"id": "r1", "fields": {…}, "metadata": {…}, "status": "completed", "suggestions": {…},
     "responses": {"ranking": [{"value": ["a", "b"], "user_id": …}]}}      records.to_json, to_disk
    {"id": "r1", "instruction": …, "ranking.responses": [["a", "b"]],
     "ranking.responses.users": […], "ranking.responses.status": […]}      records.to_datasets
    {"external_id": "r1", "fields": {…}, "responses": [{"status": "submitted", "user_id": …,
     "values": {"ranking": {"value": [{"value": "a", "rank": 2}, {"value": "b", "rank": 1}]}}}]}
                                                                           as its server keeps them

Followed: argilla 2.8.0, ``records/_resource.py`` (Record.to_dict), ``records/_io/_generic.py``,
``responses.py`` and ``_models/_record``; the third is also what ``GET
/api/v1/datasets/{id}/records`` answers. Two things are lost in the others, and nothing here makes
them up:

The first shape has no status. A response counts as submitted where that is certain: the record is
completed, which takes ``min_submitted`` of them, and no more people than that have answered.

The first two leave out ranks. Argilla's page sends the options in the order of the settings, each
with its rank (``QuestionAnswer.ts``), and the SDK keeps only the options
(argilla-io/argilla#5712): such a list that stands in the settings' order says nothing. One that
does not was written by a program, and is an order.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from annotate.importing import fields
from annotate.importing.building import records_of
from annotate.importing.drafts import keep_draft
from annotate.importing.fields import BadRow, Row
from annotate.importing.moments import moment
from annotate.importing.plan import Plan, Role
from annotate.importing.records import Record, When
from annotate.importing.said import by_rank
from annotate.importing.work import Kind, Mark, Proposal, Said, Statement, Work
from commons.sentences import sentence as _

TOOL = "argilla"
DISCARDED = _("response that its annotator discarded")
UNSAID = _(
    "response of which the file does not say whether it was submitted: export as "
    "docs/importing.md shows, or take all of them with --take-unsaid"
)
SUGGESTED = _("suggestion of what people are asked: a model's, and so nobody's judgement")


class Response(NamedTuple):
    user: str
    status: str | None  # None: the file does not say
    question: str
    value: object
    at: object = None


class Reader:
    """Reads records by a plan; ``shown`` are the fields of the settings."""

    def __init__(self, plan: Plan, shown: tuple[str, ...]) -> None:
        self._plan = plan
        self._shown = shown

    def __call__(self, row: Row, line: int) -> Iterator[Record]:
        return records_of(self._work(row), self._plan, line)

    def _work(self, row: Row) -> Work:
        key = str(row.get("external_id") or row.get("id") or fields.digest(row))
        if isinstance(row.get("fields"), dict):
            work = Work("record", key, row["fields"], _metadata(row))  # type: ignore[arg-type]
        else:
            work = Work("record", key, {name: row.get(name) for name in self._shown}, row)
        if not any(name in work.data for name in self._plan.prompt):
            raise BadRow(
                f"record {key}: fields",
                _("have no %(field)s; is it this dataset's?", field=repr(self._plan.prompt[0])),
            )
        people: dict[str, list[Response]] = {}
        for each in responses_in(row, self._plan):
            people.setdefault(each.user, []).append(each)
        is_certain = self._is_certain(row, len(people))
        for user, given in people.items():
            self._response(work, user, given, is_certain=is_certain)
        self._suggestions(work, row)
        return work

    def _is_certain(self, row: Row, people: int) -> bool:
        if self._plan.wishes.takes_unsaid:
            return True
        return row.get("status") == "completed" and people <= self._plan.min_submitted

    def _response(self, work: Work, user: str, given: list[Response], *, is_certain: bool) -> None:
        status = given[0].status or ("submitted" if is_certain else None)
        if status == "submitted":
            work.said.append(self._said(work, f"{self._plan.project}:{user}", given))
        elif status == "draft":
            keep_draft(work, [user], self._plan, lambda account: self._said(work, account, given))
        else:
            work.left.append(DISCARDED if status == "discarded" else UNSAID)

    def _said(self, work: Work, rater: str, given: list[Response]) -> Said:
        statements = [_statement(each, self._plan, work.key) for each in given]
        return Said(rater, statements, When(moment(given[0].at)))

    def _suggestions(self, work: Work, row: Row) -> None:
        for question, value, agent in suggestions_in(row, self._plan):
            gives = self._plan.questions.get(question)
            if gives and gives.role is Role.DEMONSTRATION and isinstance(value, str):
                source = agent if isinstance(agent, str) and agent else "unknown"
                work.proposals.append(Proposal(question, value, source))
            else:
                work.left.append(SUGGESTED)


def responses_in(row: Row, plan: Plan) -> Iterator[Response]:
    """Every answer to a question, whichever shape the record has."""
    given = row.get("responses")
    if isinstance(given, dict):
        for question, each in _pairs(given):
            yield Response(_user(each), _status(each), question, each.get("value"))
    elif isinstance(given, list):
        for one in given:
            yield from _kept(fields.mapping(one, "responses"))
    else:
        yield from _flat(row, plan)


def _pairs(given: Row) -> Iterator[tuple[str, Row]]:
    for question, answers in given.items():
        for one in fields.items(answers, f"responses.{question}"):
            yield question, fields.mapping(one, f"responses.{question}")


def _kept(given: Row) -> Iterator[Response]:
    """A response as the server keeps it, or as the SDK serializes one answer of it."""
    at = given.get("updated_at") or given.get("inserted_at")
    values = given.get("values") or {}
    if "question_name" in given:
        values = {str(given["question_name"]): given}
    for question, value in fields.mapping(values, "responses.values").items():
        answer = value.get("value") if isinstance(value, dict) else value
        yield Response(_user(given), _status(given), question, answer, at)


def _flat(row: Row, plan: Plan) -> Iterator[Response]:
    for question in plan.questions:
        column = f"{question}.responses"
        values = fields.items(row.get(column), column)
        users = fields.items(row.get(f"{column}.users"), f"{column}.users")
        states = fields.items(row.get(f"{column}.status"), f"{column}.status")
        if len(values) != len(users):
            raise BadRow(
                column,
                _(
                    "has %(values)s values for %(users)s users; give one each.",
                    values=len(values),
                    users=len(users),
                ),
            )
        for place, (value, user) in enumerate(zip(values, users, strict=True)):
            status = states[place] if place < len(states) else None
            yield Response(str(user), str(status) if status else None, question, value)


def suggestions_in(row: Row, plan: Plan) -> Iterator[tuple[str, object, object]]:
    """What models proposed: question, value and agent."""
    given = row.get("suggestions")
    if isinstance(given, dict):
        for question, each in given.items():
            said = fields.mapping(each, f"suggestions.{question}")
            yield question, said.get("value"), said.get("agent")
    elif isinstance(given, list):
        for one in given:
            said = fields.mapping(one, "suggestions")
            name = said.get("question_name") or plan.names.get(str(said.get("question_id")), "")
            yield str(name), said.get("value"), said.get("agent")
    else:
        for question in plan.questions:
            if (value := row.get(f"{question}.suggestion")) is not None:
                yield question, value, row.get(f"{question}.suggestion.agent")


def _statement(given: Response, plan: Plan, key: str) -> Statement:
    kind, value = plan.kinds.get(given.question, Kind.OTHER), given.value
    at = f"record {key}: {given.question}"
    if kind is Kind.LISTED:
        kind, value = _ranked(fields.items(value, at), at)
    elif kind is Kind.CHOICE:
        chosen = value if isinstance(value, list) else [value]
        value = tuple(str(each) for each in chosen if each is not None)
    elif kind is Kind.SPAN:
        value = tuple(_mark(fields.mapping(one, at), at) for one in fields.items(value, at))
    elif kind is Kind.TEXT:
        value = str(value or "")
    return Statement(given.question, kind, value)


def _ranked(given: Any, at: str) -> tuple[Kind, Any]:
    """An order where there are ranks; else the options as they stand."""
    if not all(isinstance(each, dict) for each in given):
        return Kind.LISTED, tuple(map(str, given))
    if not any("rank" in each for each in given):
        return Kind.LISTED, tuple(str(each.get("value")) for each in given)
    ranks: dict[str, int] = {
        str(each.get("value")): fields.whole_number(each["rank"], f"{at}: rank")
        for each in given
        if each.get("rank") is not None
    }
    return Kind.ORDER, by_rank(ranks)


def _mark(given: Row, at: str) -> Mark:
    start, end = (
        fields.whole_number(given.get(name), f"{at}: {name}") for name in ("start", "end")
    )
    return Mark(str(given.get("label")), start, end)


def _user(given: Row) -> str:
    return str(given.get("user_id") or "unknown")


def _status(given: Row) -> str | None:
    status = given.get("status")
    return str(status) if status else None


def _metadata(row: Row) -> Mapping[str, Any]:
    """Names and values, in either of the shapes in which they are written."""
    given = row.get("metadata")
    if isinstance(given, list):
        return {str(one.get("name")): one.get("value") for one in given if isinstance(one, dict)}
    return given if isinstance(given, dict) else {}
