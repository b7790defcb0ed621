"""Statements counted as the figures of the product count them."""

from django.test.utils import CaptureQueriesContext

FRAMING = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def real(captured: CaptureQueriesContext) -> list[str]:
    """The statements beside those that begin and end a transaction."""
    return [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(FRAMING)]
