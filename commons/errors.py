"""What every refusal has: words that may be shown to the person, and the status they go with."""


class Refusal(Exception):
    """A rule said no. ``str(refusal)`` tells the person what to do next.

    ``status`` is the HTTP status of the answer at the edge; services know nothing else of HTTP.
    """

    status = 422
