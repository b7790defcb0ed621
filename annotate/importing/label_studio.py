"""Tasks of Label Studio, as its export "JSON" has them: one array, or one task a line.

    {"id": 7, "project": 3, "data": {"prompt": …, "answer1": …, "answer2": …},
     "annotations": [{"id": 70, "completed_by": 5, "was_cancelled": false, "ground_truth": false,
       "created_at": "2026-03-01T09:00:00Z", "lead_time": 31.5, "result": [
         {"from_name": "better", "to_name": "better", "type": "pairwise",
          "value": {"selected": "left"}}]}],
     "drafts": […], "predictions": [{"model_version": "m", "result": […]}]}

Followed: ``data_export/serializers.py`` and ``tasks/models.py`` of label-studio 1.23.2 for tasks
and annotations; ``label_interface/control_tags.py`` of label-studio-sdk 2.1.2 and
``web/libs/editor/src/tags/control`` (Ranker.jsx, Pairwise.js) for the values of results.
``completed_by`` is a number, or an object with an e-mail address and names: only its number is
looked at. A draft names its author by e-mail address in ``user`` and by number at the end of
``created_username``: either is compared with what ``--drafts-of`` names, and not kept. Skipped
annotations are no judgements, and a model's predictions are nobody's: they are counted and left,
but for texts that a model proposed, which are answers.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from annotate.importing import fields
from annotate.importing.building import records_of
from annotate.importing.drafts import keep_draft
from annotate.importing.fields import BadRow, Row
from annotate.importing.label_config import LabelConfig
from annotate.importing.moments import moment, seconds
from annotate.importing.plan import Plan, Role
from annotate.importing.records import Record, When
from annotate.importing.work import (
    Kind,
    Mark,
    Proposal,
    Question,
    Said,
    Schema,
    Statement,
    Work,
)
from commons.sentences import sentence as _

TOOL = "label-studio"
SKIPPED = _("annotation that its annotator skipped")
EMPTY = _("annotation without an answer")
PREDICTED = _("prediction of what people are asked: a model's, and so nobody's judgement")
NUMBERED = _("draft or prediction of which the file has only the number")
REGION = _("answer about a region alone")


def schema_of(tasks: Sequence[Row], config: LabelConfig | None) -> Schema:
    """What the project shows and asks: as its configuration says, or as the first tasks do."""
    data = [each for task in tasks if isinstance(each := task.get("data"), dict)]
    keys = list(dict.fromkeys(str(key) for each in data for key in each))
    project = next((str(task["project"]) for task in tasks if task.get("project")), "0")
    shown = tuple(dict.fromkeys(config.fields.values())) if config else ()
    return Schema(
        project=f"{TOOL}:{project}",
        fields=shown or tuple(keys),
        keys=frozenset(keys),
        questions=config.questions if config else _questions_in(tasks),
        chat_keys=config.chat_keys if config else {},
    )


def reader(plan: Plan, config: LabelConfig | None) -> "Reader":
    return Reader(plan, config.fields if config else {})


class Reader:
    """Reads tasks by a plan; ``objects`` are the fields by the names of the tags that show them."""

    def __init__(self, plan: Plan, objects: Mapping[str, str]) -> None:
        self._plan = plan
        self._objects = objects

    def __call__(self, row: Row, line: int) -> Iterator[Record]:
        return records_of(self._work(row), self._plan, line)

    def _work(self, row: Row) -> Work:
        if "data" not in row:
            raise BadRow("data", _("is missing; export the project as JSON, not as JSON-MIN."))
        key = str(row["id"]) if row.get("id") is not None else fields.digest(row["data"])
        work = Work("task", key, fields.mapping(row["data"], f"task {key}: data"))
        for one in fields.items(row.get("annotations"), f"task {key}: annotations"):
            self._annotation(work, fields.mapping(one, f"task {key}: an annotation"))
        for one in fields.items(row.get("drafts"), f"task {key}: drafts"):
            self._draft(work, one)
        for one in fields.items(row.get("predictions"), f"task {key}: predictions"):
            self._prediction(work, one)
        return work

    def _annotation(self, work: Work, given: Row) -> None:
        said = list(self._statements(work, given))
        if given.get("was_cancelled"):
            work.left.append(SKIPPED)
        elif not said:
            work.left.append(EMPTY)
        else:
            when = When(
                moment(given.get("created_at")),
                seconds(given.get("lead_time")),
                given.get("ground_truth") is True and not self._plan.wishes.truth_is_work,
            )
            work.said.append(Said(f"{self._plan.project}:{_person(given)}", said, when))

    def _draft(self, work: Work, given: object) -> None:
        if not isinstance(given, dict):
            work.left.append(NUMBERED)
            return
        names = _authors(given)
        done = {each.rater for each in work.said}

        def read(account: str) -> Said | None:
            if given.get("annotation") is not None:
                return None
            if any(f"{self._plan.project}:{name}" in done for name in names):
                return None
            when = When(moment(given.get("updated_at") or given.get("created_at")))
            return Said(account, list(self._statements(work, given)), when)

        keep_draft(work, names, self._plan, read)

    def _prediction(self, work: Work, given: object) -> None:
        if not isinstance(given, dict):
            work.left.append(NUMBERED)
            return
        model = str(given.get("model_version") or "unknown")
        for each in self._statements(work, given):
            gives = self._plan.questions.get(each.question)
            if gives and gives.role is Role.DEMONSTRATION and each.value.strip():
                work.proposals.append(Proposal(each.question, each.value, model))
            else:
                work.left.append(PREDICTED)

    def _statements(self, work: Work, given: Row) -> Iterator[Statement]:
        at = f"task {work.key}: result"
        for one in fields.items(given.get("result"), at):
            result = fields.mapping(one, at)
            name, value = str(result.get("from_name")), result.get("value")
            kind, said = value_of(name, str(result.get("type")).lower(), value, at)
            if _is_about_a_region(kind, value):
                work.left.append(REGION)
                continue
            shown = str(result.get("to_name"))
            yield Statement(name, kind, said, self._objects.get(shown, shown))


def value_of(name: str, tag: str, value: object, at: str) -> tuple[Kind, Any]:
    """What a result says, by the tag that asked for it."""
    given = fields.mapping(value, f"{at} of {name}") if value is not None else {}
    if tag == "ranker":
        return _ranked(name, given.get("ranker"), at)
    if tag == "pairwise" and given.get("selected") in ("left", "right"):
        return Kind.PAIR, given["selected"]
    if tag == "choices":
        return Kind.CHOICE, tuple(map(str, fields.items(given.get("choices"), at)))
    if tag in ("rating", "number"):
        return Kind.RATING, given.get(tag)
    if tag == "textarea":
        text = given.get("text")
        return Kind.TEXT, "\n".join(map(str, text)) if isinstance(text, list) else str(text or "")
    if tag in ("labels", "hypertextlabels"):
        return Kind.SPAN, tuple(_marks(given, tag))
    return Kind.OTHER, None


def _ranked(name: str, said: object, at: str) -> tuple[Kind, Any]:
    """Without buckets, the ids in their order under the tag's own name; else by bucket."""
    if isinstance(said, list):
        return Kind.ORDER, tuple((str(each),) for each in said)
    given = fields.mapping(said, f"{at} of {name}: ranker")
    if set(given) == {name}:
        return Kind.ORDER, tuple((str(each),) for each in fields.items(given[name], at))
    return Kind.BUCKETS, {
        bucket: tuple(map(str, fields.items(ids, at))) for bucket, ids in given.items()
    }


def _marks(given: Row, tag: str) -> Iterator[Mark]:
    place = given.get("globalOffsets") or given
    if not isinstance(place, dict):
        return
    start, end, quote = place.get("start"), place.get("end"), given.get("text")
    if isinstance(start, int) and isinstance(end, int):
        for label in fields.items(given.get(tag), tag):
            yield Mark(str(label), start, end, quote if isinstance(quote, str) else None)


def _is_about_a_region(kind: Kind, value: object) -> bool:
    return kind is not Kind.SPAN and isinstance(value, dict) and "start" in value


def _person(given: Row) -> str:
    """The number of the annotator's account, and nothing else of them."""
    person = given.get("completed_by")
    number = person.get("id") if isinstance(person, dict) else person
    return str(number) if isinstance(number, int) and not isinstance(number, bool) else "unknown"


def _authors(given: Row) -> list[str]:
    """What the author of a draft may be called by: their number, their e-mail address."""
    user = given.get("user")
    if isinstance(user, dict):
        found = [user.get("id"), user.get("email")]
    else:
        found = [user, str(given.get("created_username") or "").rpartition(", ")[2]]
    return [str(each) for each in found if isinstance(each, int | str) and str(each)]


def _questions_in(tasks: Sequence[Row]) -> dict[str, Question]:
    """The questions that the first tasks answer, where nobody gave the configuration."""
    found: dict[str, Question] = {}
    for task in tasks:
        data = task.get("data")
        for given in (*_objects(task.get("annotations")), *_objects(task.get("predictions"))):
            for result in _objects(given.get("result")):
                name, shown = str(result.get("from_name")), str(result.get("to_name"))
                tag = str(result.get("type")).lower()
                about = _shown_by(data, shown, tag)
                try:
                    kind, said = value_of(name, tag, result.get("value"), "result")
                except BadRow:
                    continue
                options = found[name].options if name in found else ()
                if kind is Kind.CHOICE:
                    options = tuple(dict.fromkeys((*options, *said)))
                found[name] = Question(name, kind, about, options)
    return found


def _shown_by(data: object, shown: str, tag: str) -> tuple[str, ...]:
    """The field that a question is about: of that name, or the one list of items of a ranker."""
    if not isinstance(data, dict):
        return ()
    if shown in data:
        return (shown,)
    lists = [name for name, value in data.items() if any("id" in one for one in _objects(value))]
    return (lists[0],) if tag == "ranker" and len(lists) == 1 else ()


def _objects(value: object) -> list[Row]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
