"""Files become a campaign again."""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from itertools import islice
from pathlib import Path

from django.db import transaction

from annotate.errors import NotCarriedIn
from annotate.models import Campaign
from annotate.parcel import Heard, Manifest, verified_parcel
from annotate.selectors.carrying import ARRIVED
from annotate.services.carrying.entering import Entering, Terms
from annotate.services.carrying.keeping import check_references_at_once
from annotate.services.carrying.naming import Journey, Names
from annotate.services.carrying.people import refuse_nameless
from annotate.services.carrying.pictures import COLUMNS
from annotate.services.carrying.pictures import NAME as PICTURES
from annotate.services.carrying.recounting import recount_campaign
from annotate.services.carrying.report import NAMED_AT_MOST, Arrived, Renamed
from annotate.services.carrying.tables import LATER, TABLES, columns_of
from annotate.services.erasure_lock import bring_alone
from annotate.services.reviewing import look_again
from commons.audit import record

LAST_WORK = timedelta(days=1)  # of judgements that are looked through for what needs a review

Told = Callable[[Names], None]  # hears of every id that could not be kept, before anything is final


def import_campaign(
    *, source: Path, terms: Terms, heard: Heard, told: Told = lambda names: None
) -> Arrived:
    """Take a campaign in, wholly or not at all; say what became of it.

    It is one transaction: until its end nobody sees anything of it, and a process that is killed
    leaves nothing. A dry run does all of it, and undoes it.
    """
    with verified_parcel(source, heard) as parcel:
        manifest = parcel.manifest
        report = Arrived(manifest.campaign, terms.name or manifest.name, manifest.digest)
        refuse_nameless(people=terms.people, with_people=manifest.with_people)
        _refuse_strange(manifest)
        with closing(Names(manifest.campaign)) as names, transaction.atomic():
            bring_alone()
            _refuse_what_is_here(manifest, report.name)
            check_references_at_once()
            Entering(parcel, Journey(names, report), terms=terms, heard=heard).enter()
            _finish(report, names)
            told(names)
            transaction.set_rollback(terms.dry_run)
    return report


def _refuse_strange(manifest: Manifest) -> None:
    known = {each.name: {column.name for column in columns_of(each)} for each in TABLES}
    needed = set(known)  # pictures come where there are any
    known[PICTURES] = set(COLUMNS)
    for entry in manifest.tables:
        if strange := set(entry.columns) - known.get(entry.name, set()):
            raise NotCarriedIn(
                f"The file is newer than this code: nobody here knows {min(strange)} of "
                f"{entry.name}",
                "Take the code of that version, or a later one.",
            )
    if missing := needed - LATER - {entry.name for entry in manifest.tables}:
        raise NotCarriedIn(f"The file lacks {min(missing)}", "Export the campaign anew.")


def _refuse_what_is_here(manifest: Manifest, name: str) -> None:
    if Campaign.objects.filter(uuid=manifest.campaign).exists():
        raise NotCarriedIn(
            f"“{manifest.name}” is here already ({manifest.campaign})",
            "Go on with the one that is here, or take the file to an installation without it.",
        )
    if Campaign.objects.filter(name=name).exists():
        raise NotCarriedIn(
            f"Another campaign is called “{name}” here", "Choose a name by --name, and try again."
        )


def _finish(report: Arrived, names: Names) -> None:
    """What follows from the rows, and that they came."""
    campaign = Campaign.objects.get(uuid=report.campaign)
    recount_campaign(campaign)
    report.reviewed = look_again(campaign=campaign, within=LAST_WORK)
    report.renamed = dict(names.counts)
    report.ids = [Renamed(*each) for each in islice(names.all_renamed(), NAMED_AT_MOST)]
    record(
        actor=None,
        verb=ARRIVED,
        subject=campaign,
        digest=report.digest,
        rows=sum(report.rows.values()),
        renamed=sum(report.renamed.values()),
        unlike=dict(report.unlike_count),
    )
