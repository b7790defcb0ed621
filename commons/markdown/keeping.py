"""Rendered HTML is kept under what it was made from: the renderer's version and the text's SHA-256.

So it never grows old, and nobody who writes a text can reach what another text is shown as. It is
kept in the cache named ``rendered``, which may lose it at any time or be gone: then it is made
anew.
"""

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from django.core.cache import caches
from django.utils.safestring import SafeString
from redis.exceptions import RedisError

from commons.markdown.rendering import RENDERER_VERSION, rendering_of

logger = logging.getLogger(__name__)

Kept = dict[str, str]


def kept_markdown(texts: Sequence[str]) -> list[SafeString]:
    """The HTML of these texts, as ``render_markdown`` makes it, each made once."""
    names = [name_of(text) for text in texts]
    found = _kept(names)
    made: Kept = {}
    lasting: Kept = {}
    for name, text in zip(names, texts, strict=True):
        if name in found or name in made:
            continue
        rendering = rendering_of(text)
        made[name] = rendering.html
        if rendering.is_whole:  # in haste it was left plain
            lasting[name] = rendering.html
    if lasting:
        _keep(lasting)
    html = found | made
    return [SafeString(html[name]) for name in names]


def fill_markdown(texts: Mapping[str, Sequence[str]]) -> None:
    """Render what nobody has opened yet, and remember whose it was (``unfilled``)."""
    kept_markdown([text for each in texts.values() for text in each])
    _keep({_mark_of(owner): "" for owner in texts})


def unfilled(owners: Iterable[str]) -> list[str]:
    """Those whose texts were not filled under this version of the renderer, as far as is known."""
    marks = {owner: _mark_of(owner) for owner in owners}
    found = _kept(list(marks.values()))
    return [owner for owner, mark in marks.items() if mark not in found]


def forget_markdown(names: Sequence[str]) -> None:
    """Let go what texts were rendered to, by ``name_of`` each: the texts have been erased."""
    try:
        caches["rendered"].delete_many(names)
    except (RedisError, OSError) as gone:
        logger.warning("the cache of rendered texts cannot be written: %s", gone)


def name_of(text: str) -> str:
    said = text.encode("utf-8", "surrogatepass")
    return f"{RENDERER_VERSION}:{hashlib.sha256(said).hexdigest()}"


def _mark_of(owner: str) -> str:
    return f"{RENDERER_VERSION}:of:{owner}"


def _kept(names: Sequence[str]) -> Kept:
    try:
        return cast(Kept, caches["rendered"].get_many(names))
    except (RedisError, OSError) as gone:
        logger.warning("the cache of rendered texts cannot be read: %s", gone)
        return {}


def _keep(html: Kept) -> None:
    try:
        caches["rendered"].set_many({name: str(each) for name, each in html.items()})
    except (RedisError, OSError) as gone:
        logger.warning("the cache of rendered texts cannot be written: %s", gone)
