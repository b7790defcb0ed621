"""PURE: what a judgement took, as its page measured it, and the shape in which that is kept.

It is stored to tell hurried or pasted work from careful work, for people who look; nobody is
refused for it. A judgement that was imported may say "lead_seconds" in its place: how long the
other tool had the item open. A page sends whatever it likes, so what has another shape is no
measurement.
"""

import json
from dataclasses import asdict, dataclass

LONGEST = 30 * 24 * 3600  # seconds
MOST = 1_000_000  # acts, characters
LONGEST_TEXT = 2_000  # characters of JSON


@dataclass(frozen=True)
class Effort:
    """Kept under these names; a name that is not there was not measured."""

    active_seconds: float  # with the tab in sight; of a pause, its first 30 seconds
    seconds_to_first_act: float | None  # of that time; none: nothing was changed
    seconds_from_last_act: float | None  # to handing in
    acts: int  # changes of what is handed in
    typed: int  # characters
    pasted: int

    @property
    def pasted_share(self) -> float | None:
        """Of all that was put in; none where nothing was."""
        put_in = self.typed + self.pasted
        return self.pasted / put_in if put_in else None

    def kept(self) -> dict[str, object]:
        return asdict(self)


def effort_sent(text: str) -> Effort | None:
    """What a page sent, in JSON; None where that is no measurement."""
    if len(text) > LONGEST_TEXT:
        return None
    try:
        return effort_of(json.loads(text))
    except ValueError:
        return None


def effort_of(said: object) -> Effort | None:
    """What is kept of a judgement's effort; None where it has another shape."""
    if not isinstance(said, dict):
        return None
    try:
        return Effort(
            active_seconds=_seconds(said["active_seconds"]),
            seconds_to_first_act=_seconds_or_none(said["seconds_to_first_act"]),
            seconds_from_last_act=_seconds_or_none(said["seconds_from_last_act"]),
            acts=_count(said["acts"]),
            typed=_count(said["typed"]),
            pasted=_count(said["pasted"]),
        )
    except (KeyError, ValueError):
        return None


def _seconds(said: object) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 <= said <= LONGEST:
        raise ValueError("no such time")
    return round(float(said), 1)


def _seconds_or_none(said: object) -> float | None:
    return None if said is None else _seconds(said)


def _count(said: object) -> int:
    if isinstance(said, bool) or not isinstance(said, int) or not 0 <= said <= MOST:
        raise ValueError("no such count")
    return said
