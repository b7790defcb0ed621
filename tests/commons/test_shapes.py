"""A field takes what the description says of it, and nothing that merely resembles it."""

from uuid import UUID

import pytest
from rest_framework.exceptions import ValidationError
from rest_framework.fields import Field

from commons.shapes import LARGEST, Content, Few, Flag, Id, IdText, Text, Whole

NAME = "6f1c6d0a-2f43-4a0e-9d0a-5d3a6f0d9a11"


@pytest.mark.parametrize(
    ("field", "said", "meant"),
    [
        (Id(), NAME, UUID(NAME)),
        (Id(), NAME.upper(), UUID(NAME)),
        (IdText(), NAME.upper(), NAME),
        (Whole(), 3, 3),
        (Whole(), 3.0, 3),
        (Whole(), LARGEST, LARGEST),
        (Flag(), True, True),
        (Flag(), False, False),
        (Text(), " a ", " a "),
        (Text(allow_blank=True), "", ""),
        (Few(child=Whole(), most=2), [1, 2], [1, 2]),
        (Content(), {"a": [1, None, {"b": "é"}]}, {"a": [1, None, {"b": "é"}]}),
        (Content(), {"a": r"In JSON it is \u0000."}, {"a": r"In JSON it is \u0000."}),
    ],
)
def test_what_is_meant_is_taken(field, said, meant):
    assert field.run_validation(said) == meant


ODD: list[tuple[Field, list[object]]] = [
    (Id(), [NAME.replace("-", ""), f"{{{NAME}}}", f"urn:uuid:{NAME}", 1, "", None]),
    (IdText(), ["a", 1, None, [NAME]]),
    (Whole(), ["3", True, 3.5, None, LARGEST + 1, 1e300, [], ""]),
    (Flag(), ["true", "yes", 1, 0, None, []]),
    (Text(), [1, 1.5, True, None, [], {}, "", "nul \0"]),
    (Few(child=Whole(), most=2), [[1, 2, 3], ["1"], 1, "12", {}, None]),
    (Content(), [[], "a", {"a": "\0"}, {"\0": 1}, {"a": [{"b": "\0"}]}]),
]


@pytest.mark.parametrize(("field", "said"), [(field, odd) for field, all_ in ODD for odd in all_])
def test_what_merely_resembles_it_is_refused(field, said):
    with pytest.raises(ValidationError):
        field.run_validation(said)


def test_a_list_is_counted_before_anything_in_it_is_looked_at():
    with pytest.raises(ValidationError) as refused:
        Few(child=Few(child=Whole(), most=2), most=3).run_validation(["wrong"] * 4)

    assert refused.value.detail == ["There are 4 things in it; 3 is the most."]
