"""What one person said of each answer, as the page of a review shows it."""

import re
from uuid import uuid4

from django.template.loader import render_to_string

from annotate.forms.review import ReviewForm
from annotate.models import Instructions, Ranking
from annotate.views.review_shown import ShownSaid, shown_versions

FORM = {
    "rank": {
        "ratings": [{"name": "helpful", "label": "How helpful", "low": 1, "high": 7}],
        "flags": [{"name": "harmful", "label": "Could do harm"}],
        "spans": [{"name": "wrong", "label": "Is wrong"}],
    }
}
SPAN = {"name": "wrong", "start": 0, "end": 3, "quote": "<b>", "why": "No & no."}
SAID = {
    "y": {"ratings": {"helpful": 6}, "flags": {"harmful": False}, "spans": [SPAN]},
    "x": {"flags": {"unheard-of": True}},
    "z": {},
}


def test_ratings_flags_and_spans_stand_by_letter_in_the_words_that_asked_for_them() -> None:
    """Of the guideline that the version was made under; an answer without any is left out."""
    version = Ranking(
        uuid=uuid4(),
        tiers=[["x"], ["y"], ["z"]],
        answers=SAID,
        instructions=Instructions(form=FORM),
    )

    [shown] = shown_versions(
        [version], ReviewForm(versions=[version.uuid], draft={}), ["z", "y", "x"]
    )

    assert shown.said == [
        ShownSaid(
            "B", [("How helpful", 6)], [("Could do harm", False)], [("Is wrong", "<b>", "No & no.")]
        ),
        ShownSaid("C", [], [("unheard-of", True)], []),
    ]
    html = render_to_string("annotate/_review_versions.html", {"versions": [shown]})
    words = " ".join(re.sub(r"<[^>]+>", "", html).split())
    assert "B How helpful 6 Could do harm: no Is wrong: &lt;b&gt; — No &amp; no." in words
    assert "C unheard-of: yes" in words
