import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings.keys import LENGTH, key_kept_in, make_key


def test_the_first_start_makes_a_key_that_only_its_owner_reads(tmp_path):
    path = tmp_path / "secret_key"

    key = key_kept_in(path)

    assert len(key) == LENGTH
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["secret_key"]


def test_every_later_start_reads_the_same_key(tmp_path):
    first = key_kept_in(tmp_path / "secret_key")

    assert key_kept_in(tmp_path / "secret_key") == first


def test_processes_that_start_at_once_share_one_key(tmp_path):
    path = tmp_path / "secret_key"

    with ThreadPoolExecutor(8) as starting:
        keys = set(starting.map(key_kept_in, [path] * 8))

    assert keys == {path.read_text().strip()}


def test_a_key_that_is_already_there_is_never_overwritten(tmp_path):
    path = tmp_path / "secret_key"
    first = key_kept_in(path)

    make_key(path)

    assert path.read_text().strip() == first


def test_a_key_that_others_can_read_is_refused(tmp_path):
    path = tmp_path / "secret_key"
    key_kept_in(path)
    path.chmod(0o640)

    with pytest.raises(ImproperlyConfigured, match="others can read .*secret_key: run chmod 600"):
        key_kept_in(path)


def test_a_key_that_was_cut_off_is_refused(tmp_path):
    path = tmp_path / "secret_key"
    path.touch(mode=0o600)

    with pytest.raises(ImproperlyConfigured, match="secret_key holds no whole key"):
        key_kept_in(path)
