"""What people had begun and not handed in: whose it is here, and how far it had come.

A draft goes on with the account that ``--drafts-of`` names for its author, and with nobody where
none is named: no two people are taken for one because their names are alike.
"""

from collections.abc import Callable, Iterable, Mapping

from annotate.importing import fields, said
from annotate.importing.fields import BadRow
from annotate.importing.plan import Plan, Role
from annotate.importing.records import ImportedCandidate, ImportedDraft
from annotate.importing.work import Said, Statement, Work
from commons.sentences import said_by
from commons.sentences import sentence as _

UNNAMED = _(
    "draft: it was not handed in, and nobody here is named who goes on with it "
    "(--drafts-of USER=ACCOUNT)"
)
OF_A_CHANGE = _("draft of a change to what its author has handed in: that is carried instead")
OLDER = _("draft that its author has begun anew: the newest one is carried")
EMPTY_DRAFT = _("draft without an answer")
SECOND_TEXT = _("a second text in one draft")


def keep_draft(
    work: Work, author: Iterable[str], plan: Plan, read: Callable[[str], Said | None]
) -> None:
    """Put a draft down for the account of its author, who has these names in the file.

    ``read`` is told the account and reads the draft; None where it holds a change. What cannot be
    read is left, and the item is kept all the same.
    """
    account = next((plan.wishes.drafts[one] for one in author if one in plan.wishes.drafts), None)
    if account is None:
        work.left.append(UNNAMED)
        return
    try:
        begun = read(account)
    except BadRow as bad:
        work.left.append(_("draft: %(said)s", said=said_by(bad)))
        return
    if begun is None:
        work.left.append(OF_A_CHANGE)
    elif not begun.statements:
        work.left.append(EMPTY_DRAFT)
    else:
        _keep_newest(work, begun)


def _keep_newest(work: Work, begun: Said) -> None:
    """One a person: of two the one that was saved last, of equal ones the last in the file."""
    older = next((each for each in work.drafts if each.rater == begun.rater), None)
    if older is not None:
        work.left.append(OLDER)
        if older.when.at and begun.when.at and begun.when.at < older.when.at:
            return
        work.drafts.remove(older)
    work.drafts.append(begun)


def drafts_in(
    work: Work,
    plan: Plan,
    candidates: Mapping[str, ImportedCandidate],
    same: Mapping[str, str],
) -> Iterable[ImportedDraft]:
    """The drafts of an item, as far as they can be kept; the rest is put down as left."""
    for each in work.drafts:
        try:
            heard = said.heard(work, each, plan, candidates, same, so_far=True)
            text = _text(work, each, plan)
        except BadRow as bad:
            work.left.append(_("draft: %(said)s", said=said_by(bad)))
            continue
        tiers = heard.rankings[0] if heard.rankings else ()
        work.left += [said.TWO_RANKINGS] * (len(heard.rankings) - 1)
        if tiers or heard.answers or heard.reason or text:
            yield ImportedDraft(each.rater, tiers, heard.answers, heard.reason, text)


def _text(work: Work, each: Said, plan: Plan) -> str:
    texts = [
        fields.text(one.value, one.question)
        for one in each.statements
        if _is_text(one, plan) and str(one.value).strip()
    ]
    work.left += [SECOND_TEXT] * (len(texts) - 1)
    return texts[0] if texts else ""


def _is_text(statement: Statement, plan: Plan) -> bool:
    gives = plan.questions.get(statement.question)
    return gives is not None and gives.role is Role.DEMONSTRATION
