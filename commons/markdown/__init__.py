"""The one way from a text that anybody, or any model, wrote to HTML that is safe to show.

    text -> markdown-it tokens -> HTML (colouring for code, mathematics for TeX) -> sanitising

Everything is made on the server: no script, no inline style, nothing fetched from elsewhere.
Whoever keeps rendered HTML keeps ``RENDERER_VERSION`` with it; it grows with every change of
what comes out.
"""

from commons.markdown.keeping import kept_markdown
from commons.markdown.rendering import RENDERER_VERSION, render_markdown

__all__ = ["RENDERER_VERSION", "kept_markdown", "render_markdown"]
