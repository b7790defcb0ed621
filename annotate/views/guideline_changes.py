"""What changed from one version of the instructions to another, in words that people read."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from annotate.enums import Kind
from annotate.guideline_diff import Passage, changes_between
from annotate.models import Instructions
from annotate.questions import Asked, Criterion, Questions, Scale, questions_of


@dataclass(frozen=True)
class Changes:
    """``since`` is the version before; None: there was none."""

    since: int | None
    guideline: Sequence[Passage]
    questions: Sequence[Passage]

    def __bool__(self) -> bool:
        return bool(self.guideline or self.questions)


def changes_since(before: Instructions | None, *, guideline: str, asked: Questions) -> Changes:
    was = asked_by(before)
    return Changes(
        since=before.version if before else None,
        guideline=changes_between(before.guideline if before else "", guideline),
        questions=changes_between(in_words(was), in_words(asked)),
    )


def changes_in(after: Instructions, before: Instructions | None) -> Changes:
    return changes_since(before, guideline=after.guideline, asked=asked_by(after))


def asked_by(instructions: Instructions | None) -> Questions:
    """What a version asks of each answer of a ranking."""
    return questions_of(instructions.form, Kind.RANK) if instructions else Questions()


def in_words(asked: Questions) -> str:
    """A line for each question."""
    lines = [
        _meant(_("Criterion: %(label)s") % {"label": one.label}, one) for one in asked.criteria
    ]
    lines += [
        _meant(_("Rating: %(label)s (%(scale)s)") % _scale(one), one) for one in asked.ratings
    ]
    lines += [_("Flag: %(label)s") % {"label": each.label} for each in asked.flags]
    lines += [_("Stretch to mark: %(label)s") % {"label": each.label} for each in asked.spans]
    for name, said in (
        (_("A written reason"), asked.reason),
        (_("The best answer, edited into an ideal one"), asked.ideal),
    ):
        if said != Asked.NO:
            must = _("must be given") if said == Asked.REQUIRED else _("may be given")
            lines.append(f"{name}: {must}")
    return "\n".join(lines)


def _meant(said: str, criterion: Criterion | Scale) -> str:
    return f"{said}: {criterion.means}" if criterion.means else said


def _scale(scale: Scale) -> dict[str, str]:
    ends = [
        f"{point} {means}".strip()
        for point, means in ((scale.low, scale.low_means), (scale.high, scale.high_means))
    ]
    return {"label": scale.label, "scale": " – ".join(ends)}
