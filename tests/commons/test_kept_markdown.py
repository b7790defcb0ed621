"""What was rendered once is not rendered again, unless its text or the renderer is another."""

import pytest
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from redis.exceptions import ConnectionError as NoRedis

from commons.markdown import keeping, kept_markdown, render_markdown, rendering
from commons.markdown.keeping import name_of

TEXTS = ["*One* <b>", "Two $x^2$", "```python\nx = 1\n```", "*One* <b>"]


@pytest.fixture
def kept() -> BaseCache:
    return caches["rendered"]


def test_it_is_what_the_renderer_makes_before_and_after_it_is_kept() -> None:
    made = [render_markdown(text) for text in TEXTS]

    assert kept_markdown(TEXTS) == made
    assert kept_markdown(TEXTS) == made
    assert kept_markdown([]) == []


def test_each_text_is_rendered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[str] = []

    def count(text: str) -> rendering.Rendering:
        rendered.append(text)
        return rendering.rendering_of(text)

    monkeypatch.setattr(keeping, "rendering_of", count)
    kept_markdown(TEXTS)
    kept_markdown([*TEXTS, "Three"])

    assert rendered == [*TEXTS[:3], "Three"]


def test_another_version_of_the_renderer_renders_anew(
    monkeypatch: pytest.MonkeyPatch, kept: BaseCache
) -> None:
    kept.set(name_of("One"), "<p>as it was</p>")
    before = kept_markdown(["One"])
    monkeypatch.setattr(keeping, "RENDERER_VERSION", -1)

    assert [str(each) for each in before] == ["<p>as it was</p>"]
    assert kept_markdown(["One"]) == [render_markdown("One")]


def test_what_was_left_plain_in_haste_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Two $x^2$"
    with monkeypatch.context() as haste:
        haste.setattr(rendering, "ADORNING", -1.0)
        plain = kept_markdown([text])

    assert "<math" not in plain[0]
    assert "<math" in kept_markdown([text])[0]


@pytest.mark.parametrize("broken", [NoRedis("gone"), OSError("no space")])
def test_without_the_cache_texts_are_shown_all_the_same(
    monkeypatch: pytest.MonkeyPatch, kept: BaseCache, broken: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise broken

    monkeypatch.setattr(type(kept), "get_many", fail)
    monkeypatch.setattr(type(kept), "set_many", fail)

    assert kept_markdown(["One"]) == [render_markdown("One")]


def test_half_a_character_has_a_name_too() -> None:
    assert name_of("\ud800") != name_of("\ud801")
