"""What the bench of carrying writes is what a real export writes: it comes back byte for byte."""

from pathlib import Path

import pytest
from django.core.management import call_command

from bench import carry_inside


@pytest.mark.django_db
def test_what_is_carried_in_goes_out_with_the_very_same_manifest(tmp_path: Path) -> None:
    """What the bench leaves out and an export does not, or the other way round, makes it differ: of
    twenty people the four who judge three prompts have raters."""
    there, back = tmp_path / "there", tmp_path / "back"

    rows = carry_inside.write_campaign(there, prompts=3, seed=1)
    call_command("import_campaign", str(there))
    call_command("export_campaign", carry_inside.NAME, "--out", str(back))

    assert rows > 3
    assert (back / "manifest.json").read_bytes() == (there / "manifest.json").read_bytes()
    assert {each.name for each in back.iterdir()} == {each.name for each in there.iterdir()}
