"""What an import says of itself: what came, what was here, and what could not be as it was."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

NAMED_AT_MOST = 20  # of each kind, in the report


@dataclass(frozen=True)
class Renamed:
    """A row that was here before: its id here stands."""

    kind: str
    was: str
    now: str


@dataclass
class Arrived:
    """What became of a parcel, in rows; those that were ``joined`` were here and stand as ever."""

    campaign: str
    name: str
    digest: str
    rows: Counter[str] = field(default_factory=Counter)
    joined: Counter[str] = field(default_factory=Counter)
    renamed: Mapping[str, int] = field(default_factory=dict)
    ids: list[Renamed] = field(default_factory=list)  # the first ones of them
    unlike: dict[str, list[str]] = field(default_factory=dict)  # which rows, by what is unlike
    unlike_count: Counter[str] = field(default_factory=Counter)
    reviewed: int = 0  # tasks whose judgements were looked through for what needs a review

    def note(self, what: str, which: Iterable[str]) -> None:
        """Something is not here as it was there; the first rows are named, all are counted."""
        for each in which:
            self.unlike_count[what] += 1
            named = self.unlike.setdefault(what, [])
            if len(named) < NAMED_AT_MOST:
                named.append(each)

    def as_json(self) -> dict[str, object]:
        """All of it in plain types; ``asdict`` makes nonsense of a Counter."""
        counters = {
            "rows": dict(self.rows),
            "joined": dict(+self.joined),
            "unlike_count": dict(self.unlike_count),
        }
        ids = [asdict(each) for each in self.ids]
        return {**vars(self), **counters, "ids": ids, "all_kept": self.is_all_kept}

    @property
    def is_all_kept(self) -> bool:
        """Whether everything is here as it was there, under the same id."""
        return not self.renamed and not self.unlike
