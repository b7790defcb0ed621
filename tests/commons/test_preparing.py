import os
from pathlib import Path

import pytest
from django.conf import settings as live

from commons.preparing import (
    bring_tables_up_to_date,
    collect_static_files,
    digest_of_static_files,
)


@pytest.mark.django_db
def test_where_every_migration_is_applied_nothing_is_done():
    assert bring_tables_up_to_date() == "tables are up to date"


@pytest.fixture
def style(tmp_path, settings) -> Path:
    """The only static file there is."""
    folder = tmp_path / "given"
    folder.mkdir()
    file = folder / "style.css"
    file.write_text("body { color: black }")
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {
        **live.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    return file


def test_static_files_are_collected_once_and_again_when_one_has_changed(style, settings):
    assert collect_static_files() == "static files collected"
    assert collect_static_files() == "static files are up to date"

    style.write_text("body { color: white }")

    assert collect_static_files() == "static files collected"
    assert (settings.STATIC_ROOT / "style.css").read_text() == "body { color: white }"


def test_a_collection_that_was_cut_off_is_made_again(style, settings, monkeypatch):
    collect_static_files()
    style.write_text("body { color: white }")

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("commons.preparing.call_command", die)
    with pytest.raises(KeyboardInterrupt):
        collect_static_files()
    monkeypatch.undo()
    style.write_text("body { color: black }")

    assert collect_static_files() == "static files collected"


def test_the_digest_changes_with_any_file_and_with_nothing_else(style):
    before = digest_of_static_files()

    assert digest_of_static_files() == before
    os.utime(style, ns=(1, 1))
    assert digest_of_static_files() != before
