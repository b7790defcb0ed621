"""What every refusal has: words that may be shown to the person, and the status they go with."""

from collections.abc import Mapping


class Refusal(Exception):
    """A rule said no. ``str(refusal)`` tells the person what to do next.

    ``status`` is the HTTP status of the answer at the edge; services know nothing else of HTTP.
    ``field`` and ``remedy`` name what was sent wrongly and what helps, where the rule knows it;
    ``facts`` are what a program needs to go on, as JSON has it.
    """

    status = 422
    field = ""
    remedy = ""
    facts: Mapping[str, object] = {}
