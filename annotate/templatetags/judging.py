"""What answers are judged by, and what was handed in, for those who read it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import template
from django.utils.safestring import SafeString

from annotate.models import Demonstration, Instructions, Ranking
from annotate.questions import Criterion, Questions, Scale, questions_of
from annotate.views.asking import answers_in_words
from commons.markdown import render_markdown

register = template.Library()


@dataclass(frozen=True)
class SaidBeside:
    """What a ranking says beside its order."""

    lines: Sequence[str]
    reason: str
    ideal: SafeString | None


@register.simple_tag
def said_beside(kept: Demonstration | Ranking, order: Sequence[str]) -> SaidBeside | None:
    """None where it says nothing more. ``order`` is that in which the page letters the answers."""
    if not isinstance(kept, Ranking) or not (kept.answers or kept.reason or kept.ideal):
        return None
    under = kept.instructions
    asked = questions_of(under.form, "rank") if under else Questions()
    ideal = render_markdown(kept.ideal.text) if kept.ideal else None
    return SaidBeside(answers_in_words(asked, order, kept.answers), kept.reason, ideal)


@register.simple_tag
def judged_by(instructions: Instructions | None) -> Sequence[Criterion | Scale]:
    """The criteria that a version of the guideline has people judge answers by."""
    return questions_of(instructions.form, "rank").judged_by if instructions else ()
