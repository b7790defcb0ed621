"""An engine that scores by letters, for the tests of whatever has answers scored."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from rewards.services import scoring
from tests.rewards.scoring import LetterEngine


@pytest.fixture
def letter_engine(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> LetterEngine:
    engine = LetterEngine()
    monkeypatch.setattr(scoring, "run_engine", engine)
    settings.ARTIFACTS = tmp_path / "artifacts"
    return engine
