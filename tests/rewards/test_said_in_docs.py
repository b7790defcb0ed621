"""docs/cycle.md explains every sentence with which something of a cycle is held, failed or refused.

A sentence is told where a quotation of the page reads as it does: ``…`` or an example stands for
what it is made of, and a last ``…`` for its rest. Every quotation is in turn a sentence of some
source, so that none stays which nobody says any more.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from rewards.enums import Method, PolicyMethod
from tests.rewards.quotations import reads_as
from tests.rewards.sentences import Said, reached_from, refused_in, said_in, yielded_in

PAGE = Path("docs/cycle.md")
QUOTES = ("it says", "held, in these words", "remark")  # heads of columns that quote
ENGINES = sorted(
    {
        "train_sft",
        "evaluate_reward",
        "evaluate_policy",
        "generate",
        *(method.module for method in (*Method, *PolicyMethod)),
    }
)
SERVICES = ["services.cycle", "services.pausing", "services.track", "services.schedule"]
OF_OTHERS = {"scoring", "scored", "score_forgetting", "reward_model"}  # reached, no part of a cycle
GATE = [Path("rewards/stats/gates.py"), Path("rewards/stats/card_gate.py")]
OF_A_CARD = "card_warnings", "_no_better"  # told on the page of a reward model; they hold nothing
EVERYWHERE = ("rewards", "commons", "annotate")


def quoted() -> list[str]:
    """What stands in italics in the columns of the page that quote."""
    found: list[str] = []
    column = None
    for line in PAGE.read_text().splitlines():
        if not line.startswith("|"):
            column = None
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if column is None:
            column = next((at for at, head in enumerate(cells) if head in QUOTES), -1)
        elif column >= 0:
            found += cells[column].split("*")[1::2]
    return found


def of_engines() -> list[Said]:
    reached = reached_from([f"rewards.engine.{name}" for name in ENGINES], "rewards.engine")
    return list(refused_in(reached))


def of_services() -> list[Said]:
    reached = reached_from([f"rewards.{name}" for name in SERVICES], "rewards.")
    own = [path for path in reached if path.stem not in OF_OTHERS and "engine" not in path.parts]
    return list(refused_in([*own, Path("commons/disk.py")]))


def of_the_gate() -> list[Said]:
    return [said for path in GATE for said in yielded_in(path, but=OF_A_CARD)]


@pytest.mark.parametrize("sayings", [of_engines, of_services, of_the_gate])
def test_every_sentence_is_explained(sayings: Callable[[], list[Said]]) -> None:
    told = quoted()

    untold = [said for said in sayings() if not any(reads_as(each, said) for each in told)]

    assert untold == []


def test_no_sentence_is_explained_that_nobody_says() -> None:
    sayings = [said for said in said_in(EVERYWHERE) if said.is_whole]

    unsaid = [each for each in quoted() if not any(reads_as(each, said) for said in sayings)]

    assert unsaid == []


SHORT = Said("", ("%(file)s holds %(count)s row; mend it, then retry.",))


@pytest.mark.parametrize(
    ("quotation", "is_it"),
    [
        ("a.json holds 1 row; mend it, then retry.", True),
        ("… holds … row; mend it, …", True),
        ("… holds … row; mend …", False),  # neither a clause nor four words
        ("… holds …", False),
        ("… holds … rows; mend it, then retry.", False),
        ("holds 1 row; mend it, then retry.", False),
    ],
)
def test_a_quotation_is_whole_or_cut_behind_its_own_words(quotation: str, is_it: bool) -> None:
    assert reads_as(quotation, SHORT) == is_it


def test_what_refuses_is_found_and_what_is_reported_is_not(tmp_path: Path) -> None:
    source = tmp_path / "source.py"
    source.write_text(
        """
class Odd(ValueError):
    def __init__(self):
        super().__init__(_("said by the class itself"))

def work():
    report(_("told on the way there"))
    said = _("put into a name first")
    raise Bad(said, _("a part of it", why=_("nothing at all here")))

def odd() -> Odd:
    return make(_("returned to be raised"))

def other():
    raise Odd()
"""
    )

    found = [said.forms[0] for said in refused_in([source])]

    assert sorted(found) == [
        "a part of it",
        "put into a name first",
        "returned to be raised",
        "said by the class itself",
    ]
