"""Take one turn from the first lane that has one: raw SQL, one module per dialect.

``plan_of`` reads what a person holds and which lanes are open to them. ``take_turn`` lowers
``free`` of one task that they have never met and leases it to them; it returns None when no lane
has any. The statement walks the lanes in the given order and looks at one waiting task of each,
by the partial index (lane, place) WHERE free > 0: its cost does not grow with the campaign.
"""

from django.db import connection

from annotate.services.queue import postgresql, sqlite
from annotate.services.queue.plan import plan_of
from annotate.services.queue.types import Terms, Turn, Walk

__all__ = ["plan_of", "take_turn"]

_DIALECTS = {"postgresql": postgresql.take_turn, "sqlite": sqlite.take_turn}


def take_turn(*, terms: Terms, walk: Walk) -> Turn | None:
    """Call inside a transaction; ``walk`` names the lanes in order and where to start in each."""
    return _DIALECTS[connection.vendor](terms, walk) if walk else None
