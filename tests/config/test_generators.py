"""Servers that write answers are named in the environment, and odd ones are refused by name."""

import importlib
from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings import env, generators


def read(monkeypatch: pytest.MonkeyPatch, **given: str) -> tuple[dict[str, str], dict[str, str]]:
    """What the settings come to with these variables."""
    monkeypatch.setattr(env, "environment", env.Environment(given))
    try:
        fresh = importlib.reload(generators)
        return fresh.GENERATORS, fresh.GENERATOR_KEYS
    finally:
        monkeypatch.undo()


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    importlib.reload(generators)


def test_servers_have_names_addresses_and_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(
        monkeypatch,
        GENERATORS="gpu=https://gpu.example.org/v1/, local=http://127.0.0.1:8080/v1",
        GENERATOR_KEY_GPU="sk-1",
    )

    assert found == (
        {"gpu": "https://gpu.example.org/v1", "local": "http://127.0.0.1:8080/v1"},
        {"GENERATOR_KEY_GPU": "sk-1"},
    )


def test_nothing_set_is_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch) == ({}, {})


@pytest.mark.parametrize(
    "odd",
    [
        "https://gpu.example.org/v1",
        "GPU=https://gpu.example.org/v1",
        "gpu=ftp://gpu.example.org",
        "gpu=https://me:secret@gpu.example.org/v1",
        "gpu=https://gpu.example.org/v1?key=secret",
        "gpu=https://",
        "gpu=https://host:port/v1",
        "gpu=https://one/v1,gpu=https://two/v1",
    ],
)
def test_an_odd_server_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, odd: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="GENERATORS is .*: .*set it to") as refused:
        read(monkeypatch, GENERATORS=odd)

    assert "me:secret" not in str(refused.value)


@pytest.mark.parametrize("key", ["two words", "schlüssel"])
def test_an_odd_key_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="GENERATOR_KEY_GPU is '...'") as refused:
        read(monkeypatch, GENERATORS="gpu=https://one/v1", GENERATOR_KEY_GPU=key)

    assert key not in str(refused.value)
