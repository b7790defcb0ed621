"""What docs/importing.md shows of our own format is read as it stands."""

import json
import re
import subprocess
import sys
from pathlib import Path

from annotate.importing.laurel import prompts_in

PAGE = Path("docs/importing.md").read_text(encoding="utf-8")
OWN = PAGE.split("## Our own format")[1].split("\n## ")[0]


def fenced(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", OWN, re.S)
    assert found
    return found[1]


def test_the_example_is_a_prompt_with_all_that_it_shows():
    (prompt,) = prompts_in(json.loads(fenced("json")), 1)

    assert (prompt.key, prompt.skill, prompt.language) == ("q-17", "physics", "en")
    assert len(prompt.candidates) == 3
    assert len(prompt.demonstrations) == 1
    assert prompt.rankings[0].tiers == (("0",), ("1", "2"))


def test_the_script_makes_rows_that_are_read():
    answers = [{"model": "a", "text": "Yes."}, {"model": "b", "text": "No."}]
    row = {"prompt": "Is it so?", "responses": answers}

    made = subprocess.run(
        [sys.executable, "-c", fenced("python")],
        input=json.dumps(row),
        capture_output=True,
        text=True,
        check=True,
    )

    (prompt,) = prompts_in(json.loads(made.stdout), 1)
    assert [each.source for each in prompt.candidates] == ["a", "b"]
    assert prompt.rankings[0].tiers == (("0",), ("1",))
