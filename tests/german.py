"""German for tests, of their own words: whatever the catalogue says of a sentence by now."""

from collections.abc import Mapping

import pytest
from django.utils import translation


def speak_german(monkeypatch: pytest.MonkeyPatch, words: Mapping[str, str]) -> None:
    """Let sentences be these where German is spoken; the plural of a sentence by its own."""

    def one(said: str) -> str:
        is_german = translation.get_language() == "de"
        return words[said] if is_german and said in words else translation.gettext(said)

    def counted(single: str, many: str, number: int) -> str:
        return one(single if number == 1 else many)

    monkeypatch.setattr("commons.translating.gettext", one)
    monkeypatch.setattr("commons.translating.ngettext", counted)
