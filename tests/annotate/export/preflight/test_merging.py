import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.export.preflight import constants, structure
from annotate.export.preflight.errors import MixedParts
from annotate.export.preflight.items import Item, Settings
from annotate.export.preflight.merging import merge
from annotate.export.preflight.scan import Scan
from tests.annotate.export.judgements import asked, said
from tests.annotate.export.preflight.judged import ranked

TEXTS = ["", " a", "a", "ada@mail.test", "b " * 40, "Как испечь дома хороший пирог?"]


@st.composite
def items(draw):
    answers = draw(st.lists(st.sampled_from(TEXTS), min_size=2, max_size=3))
    places = list(range(len(answers)))
    return Item(
        prompt_id=draw(st.sampled_from("pqrstuvwxyz")),
        prompt=asked(draw(st.sampled_from(TEXTS))),
        answers=[said(answer) for answer in answers],
        pairs=list(pairwise(draw(st.permutations(places)))),
        shown=draw(st.none() | st.permutations(places)),
        rater=draw(st.sampled_from(["", "r-1", "r-2"])),
        skill=draw(st.sampled_from(["", "law"])),
        language=draw(st.sampled_from(["en", "ru"])),
    )


def scanned(found, chunk=2):
    scan = Scan("preference", Settings(examples=2))
    for at in range(0, len(found), chunk):
        scan.hear(found[at : at + chunk])
    return json.loads(json.dumps(scan.as_json()))  # as a database would give it back


@pytest.fixture(scope="module", autouse=True)
def _small_samples():
    """So small that samples are thinned out within a few items."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(structure, "MOST", 4)
        patch.setattr(constants, "PROMPTS_KEPT", 2)
        yield


@given(st.lists(items(), max_size=8), st.data())
@settings(max_examples=60, deadline=None)
def test_parts_merge_to_what_one_scan_would_have_kept(found, data):
    """In any cut, any order and any grouping."""
    one, two = (data.draw(st.integers(0, len(found))) for _ in range(2))
    cuts = sorted((one, two))
    a, b, c = (
        scanned(part) for part in (found[: cuts[0]], found[cuts[0] : cuts[1]], found[cuts[1] :])
    )

    whole = scanned(found, chunk=3)

    assert merge([whole]) == whole
    assert merge([a, b, c]) == whole
    assert merge([c, a, b]) == whole
    assert merge([merge([a, b]), c]) == merge([a, merge([b, c])]) == whole


def test_parts_of_other_settings_are_refused_by_name():
    other = Scan("preference", Settings(max_length=2048)).as_json()

    with pytest.raises(MixedParts, match="the parts differ in examples, max_length; scan all"):
        merge([scanned([]), other])


def test_no_part_is_refused():
    with pytest.raises(MixedParts, match="there is no part to merge"):
        merge([])


def test_a_kind_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="no kind of dataset is called 'pairs'; use one of sft"):
        Scan("pairs")


def test_a_part_grows_by_hashes_only():
    """Ten times the rows add ten times nine bytes a row and seventeen a prompt, a third more as
    text, and no texts."""

    def size(count):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(structure, "MOST", 1 << 20)
            scan = Scan("preference", Settings())
            scan.hear([ranked("a" * 300, f"b{n}", prompt_id=f"p{n}") for n in range(count)])
            return len(json.dumps(scan.as_json()["kept"]["structure.rows"]))

    assert size(1000) - size(100) == pytest.approx(900 * 9 * 4 / 3, rel=0.01)
