"""What was measured, and what pages are added up from."""

from django.utils.translation import gettext_lazy as _

from annotate.models import (
    AgreementSlice,
    Digest,
    DigestRefusal,
    DoneRollup,
    IntakeRollup,
    QualityReport,
    QueueRollup,
    RaterPair,
    RaterPart,
    RaterQuality,
    RollupMark,
    RollupTime,
    SmallSlice,
    StoppedTask,
    WantedShare,
    WorkRollup,
)
from commons.admin_names import Tables, named

TABLES: Tables = {
    QualityReport: named(
        _("report of quality"),
        _("reports of quality"),
        judged=_("judgements at its beginning"),
        mark=_("mark of the rankings"),
        findings=_("findings"),
    ),
    AgreementSlice: named(
        _("agreement of a slice"),
        _("agreement by slices"),
        measure=_("measure"),
        chance=_("agreement by chance"),
    ),
    SmallSlice: named(_("slice without a figure"), _("slices without a figure")),
    RaterQuality: named(
        _("quality of a rater"),
        _("quality of raters"),
        doubled=_("items that others judged too"),
        consistency=_("consistency"),
        consistency_low=_("consistency, lower end"),
        consistency_high=_("consistency, upper end"),
        verdict=_("verdict"),
    ),
    RaterPart: named(_("rater by part of the work"), _("raters by part of the work")),
    RaterPair: named(
        _("pair of raters"), _("pairs of raters"), one=_("one rater"), other=_("other rater")
    ),
    WorkRollup: named(
        _("judgements of a week"), _("judgements by week"), judgements=_("judgements")
    ),
    DoneRollup: named(_("work done on a day"), _("work done by day")),
    IntakeRollup: named(
        _("prompts of a week"), _("prompts by week"), held_out=_("prompts held out")
    ),
    QueueRollup: named(
        _("waiting work"),
        _("waiting work"),
        tasks=_("tasks"),
        turns=_("free turns"),
        over_a_day=_("waiting over a day"),
        over_a_week=_("waiting over a week"),
        oldest_at=_("oldest since"),
    ),
    RollupMark: named(
        _("mark of what was counted"),
        _("marks of what was counted"),
        of=_("of what"),
        mark=_("mark"),
    ),
    RollupTime: named(
        _("time of the count"),
        _("times of the counts"),
        at=_("judgements counted up to"),
        done_at=_("work done counted up to"),
    ),
    WantedShare: named(_("wanted share"), _("wanted mix")),
    StoppedTask: named(
        _("task that was sure early"),
        _("tasks that were sure early"),
        sure=_("chance of being right"),
        votes=_("votes it had"),
        saved=_("votes saved"),
    ),
    Digest: named(
        _("weekly letter"), _("weekly letters"), tried_at=_("last tried at"), sent_at=_("sent at")
    ),
    DigestRefusal: named(_("refusal of letters"), _("refusals of letters")),
}
