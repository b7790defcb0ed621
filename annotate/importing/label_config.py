"""What a project of Label Studio shows and asks: its label configuration, in XML.

    <View>
      <Text name="prompt" value="$prompt"/>
      <Pairwise name="better" toName="left,right"/>
      <Text name="left" value="$answer1"/>
      <Text name="right" value="$answer2"/>
    </View>

Object tags name a field of the task's data as ``$field``; control tags name the objects that they
ask about in ``toName``. (https://labelstud.io/tags: ranker, list, pairwise, choices, rating,
textarea, labels, paragraphs; ``label_studio_sdk.label_interface`` 2.1 reads them alike.)
"""

from collections.abc import Iterator, Mapping, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from annotate.importing.plan import OddPlan
from annotate.importing.work import Kind, Question

_SHOWN = frozenset(("text", "hypertext", "paragraphs", "chat", "list", "markdown"))
_ASKED: Mapping[str, Kind] = {
    "ranker": Kind.ORDER,
    "pairwise": Kind.PAIR,
    "choices": Kind.CHOICE,
    "rating": Kind.RATING,
    "number": Kind.RATING,
    "textarea": Kind.TEXT,
    "labels": Kind.SPAN,
    "hypertextlabels": Kind.SPAN,
}
LARGEST = 1024 * 1024  # characters


class LabelConfig:
    """The fields that are shown, by the tags that show them, and the questions."""

    def __init__(self, xml: str) -> None:
        tags = list(_tags(xml))
        self.fields: dict[str, str] = {}  # by the name of the tag
        self.chat_keys: dict[str, tuple[str, str]] = {}
        for tag in tags:
            if _name(tag) in _SHOWN and _get(tag, "value").startswith("$"):
                self._shown(tag)
        self.questions = {
            question.name: question for tag in tags if (question := self._asked(tag)) is not None
        }

    def _shown(self, tag: Element) -> None:
        field = _get(tag, "value").removeprefix("$")
        if _get(tag, "valueType") == "url":
            raise OddPlan(f"field {field!r} holds addresses of texts; put the texts into it.")
        self.fields[_get(tag, "name")] = field
        if _name(tag) == "paragraphs":
            self.chat_keys[field] = (
                _get(tag, "nameKey") or "author",
                _get(tag, "textKey") or "text",
            )

    def _asked(self, tag: Element) -> Question | None:
        kind = _ASKED.get(_name(tag))
        if kind is None or not _get(tag, "name"):
            return None
        objects = [each.strip() for each in _get(tag, "toName").split(",")]
        about = tuple(self.fields[each] for each in objects if each in self.fields)
        if kind is Kind.ORDER and _options(tag, "bucket", "name"):
            kind = Kind.BUCKETS
        options = _options(tag, "choice", "alias", "value") or _options(tag, "label", "value")
        return Question(_get(tag, "name"), kind, about, options or _options(tag, "bucket", "name"))


def _tags(xml: str) -> Iterator[Element]:
    if len(xml) > LARGEST:
        raise OddPlan("The label configuration is longer than 1 MB; is it the right file?")
    if "<!DOCTYPE" in xml or "<!ENTITY" in xml:
        raise OddPlan("The label configuration declares a document type; remove that.")
    try:
        yield from ElementTree.fromstring(xml.strip().removeprefix("\ufeff")).iter()
    except ElementTree.ParseError as broken:
        raise OddPlan(
            f"The label configuration is no XML ({broken}); copy it from the project's settings."
        ) from None


def _name(tag: Element) -> str:
    return str(tag.tag).lower()


def _get(tag: Element, key: str) -> str:
    """An attribute, in whatever case: ``toName`` is written ``toname`` as well."""
    return next((value for name, value in tag.attrib.items() if name.lower() == key.lower()), "")


def _options(tag: Element, child: str, *keys: str) -> tuple[str, ...]:
    """What can be chosen, as results name it."""
    found: Sequence[Element] = [each for each in tag.iter() if _name(each) == child]
    named = (next((said for key in keys if (said := _get(each, key))), "") for each in found)
    return tuple(filter(None, named))
