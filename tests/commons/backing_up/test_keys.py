"""A restore finds keys that a first start has made, and puts the backup's in their place."""

import io

import pytest

from commons.backing_up.keys import fingerprint_of_pseudonyms, kept_keys, put_back_key

HERE, THERE = "here" * 16, "elsewhere" * 8


@pytest.fixture
def var(settings, tmp_path):
    settings.VAR_DIR, settings.PSEUDONYM_KEY, settings.SECRET_KEY = tmp_path, HERE, HERE
    for name in ("pseudonym_key", "secret_key"):
        (tmp_path / name).write_text(f"{HERE}\n")
    return tmp_path


def test_only_key_files_that_are_in_use_are_kept(settings, var):
    settings.SECRET_KEY = "of the environment"

    assert kept_keys() == [var / "pseudonym_key"]


def test_a_key_takes_the_place_of_the_one_that_the_first_start_made(var):
    said = put_back_key("pseudonym_key", io.BytesIO(f"{THERE}\n".encode()))

    assert said == "pseudonym_key put back; the one that was here lies beside it"
    assert (var / "pseudonym_key").read_text() == f"{THERE}\n"
    assert (var / "pseudonym_key").stat().st_mode & 0o777 == 0o600
    (former,) = var.glob("pseudonym_key.until-*")
    assert former.read_text() == f"{HERE}\n"


def test_the_same_key_is_left_alone(var):
    before = sorted(var.iterdir())

    assert put_back_key("secret_key", io.BytesIO(HERE.encode())) == "secret_key is the same here"
    assert sorted(var.iterdir()) == before


def test_a_key_of_the_environment_is_the_operators_to_change(settings, var):
    settings.PSEUDONYM_KEY = "of the environment"

    said = put_back_key("pseudonym_key", io.BytesIO(THERE.encode()))

    assert said.startswith("PSEUDONYM_KEY is set in the environment and is not the backup's")
    assert THERE not in said
    assert (var / "pseudonym_key").read_text() == f"{HERE}\n"


def test_a_fingerprint_tells_keys_apart_and_gives_none_away(settings):
    settings.PSEUDONYM_KEY = HERE
    first = fingerprint_of_pseudonyms()
    settings.PSEUDONYM_KEY = THERE
    second = fingerprint_of_pseudonyms()

    assert len(first) == len(second) == 16
    assert first != second
