"""Datasets: asked for, watched while they freeze, looked into, taken away."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import yesno
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from annotate.enums import SnapshotKind
from annotate.errors import AnnotateError, FilesLetGo, NoSuchFile, PolicyRefused, SnapshotEnded
from annotate.export.images import is_image
from annotate.export.manifest import PICTURES
from annotate.export.policy import Policy
from annotate.forms.snapshot import DatasetsForm, SnapshotForm
from annotate.forms.trace import TraceForm
from annotate.models import Snapshot
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.freeze_choices import freeze_choices
from annotate.selectors.snapshot import older_ones, snapshots_of
from annotate.selectors.snapshot_progress import snapshot_progress
from annotate.selectors.voiding import voids_in
from annotate.services.snapshot import open_file, request_snapshot
from annotate.services.snapshot_file import file_of, record_download
from annotate.services.snapshot_request import cancel_snapshot
from annotate.tasks import freeze_requested_snapshots
from annotate.views.leads import leads_only
from annotate.views.report_shown import reasons_shown, report_shown
from commons.markdown import render_markdown
from commons.nudges import nudge
from commons.runs import request_again
from commons.stores import StoreError
from commons.translating import translated
from commons.views.downloads import handed_out
from commons.views.requests import AuthedRequest

PAGE = 50
WORDS = "text/plain; charset=utf-8"
PICTURE = re.compile(rf"^!\[(.*)\]\(({PICTURES}/[a-z]+\.svg)\)$", re.MULTILINE)
ESCAPED = re.compile(r"\\(.)")
FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)


@leads_only
@require_safe
def datasets(request: AuthedRequest) -> HttpResponse:
    form = DatasetsForm(request.GET or None, campaigns=campaigns_led_by(request.user))
    wanted = form.wanted()
    context = {
        "form": form,
        "is_narrowed": bool(wanted),
        "snapshots": snapshots_of(request.user).filter(**wanted)[:PAGE],
    }
    return render(request, "annotate/datasets.html", context)


@leads_only
@require_http_methods(["GET", "POST"])
def freeze(request: AuthedRequest) -> HttpResponse:
    """Ask for a dataset, or for a check of it; a worker does either."""
    choices = freeze_choices(request.user)
    form = SnapshotForm(request.POST or None, choices=choices, asked=request.GET)
    if form.is_valid():
        try:
            snapshot = request_snapshot(
                kind=SnapshotKind(form.cleaned_data["kind"]),
                campaigns=list(form.cleaned_data["campaigns"]),
                policy=form.policy(),
                by=request.user,
                purpose=form.is_for(),
            )
        except PolicyRefused as refused:
            form.refuse(refused)
        except AnnotateError as refused:
            form.add_error(None, str(refused))
        else:
            nudge(freeze_requested_snapshots)
            return redirect("annotate:dataset", uuid=snapshot.uuid)
    status = 422 if form.is_bound else 200
    return render(request, "annotate/freeze.html", {"form": form}, status=status)


@leads_only
@require_safe
def dataset(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    snapshot = get_object_or_404(snapshots_of(request.user), uuid=uuid)
    manifest = snapshot.manifest
    shards = manifest.get("shards", [])
    reasons, are_translated = reasons_shown(snapshot)
    context = {
        "snapshot": snapshot,
        "rows": manifest.get("rows", {}),
        "total_rows": sum(manifest.get("rows", {}).values()),
        "older": older_ones(snapshot, request.user) if snapshot.members_digest else [],
        "shards": [shard for shard in shards if not is_image(shard["path"])],
        "images": sum(is_image(shard["path"]) for shard in shards),
        "bytes": snapshot.bytes,
        "tracing": TraceForm(),
        "card": dataset_card(snapshot) if snapshot.digest else None,
        "frozen_at": snapshot.frozen_at or snapshot.finished_at,
        "shown": report_shown(snapshot, request.user),
        "reasons": reasons,
        "are_translated": are_translated,
        "progress": snapshot_progress(snapshot),
        "chosen": chosen_in(snapshot.policy),
        "voids": list(voids_in(snapshot)),
    }
    return render(request, "annotate/dataset.html", context)


@leads_only
@require_safe
def dataset_progress(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """How far the freezing is; the page loads itself anew once it has ended."""
    snapshot = get_object_or_404(snapshots_of(request.user), uuid=uuid)
    if snapshot.is_over:
        return HttpResponseClientRefresh()
    context = {"snapshot": snapshot, "progress": snapshot_progress(snapshot)}
    return render(request, "annotate/_dataset_progress.html", context)


@leads_only
@require_POST
def stop_dataset(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    snapshot = get_object_or_404(snapshots_of(request.user), uuid=uuid)
    try:
        cancel_snapshot(snapshot=snapshot, by=request.user)
    except SnapshotEnded as ended:
        messages.info(request, str(ended))
    else:
        messages.info(request, _stopped(snapshot))
    return redirect("annotate:dataset", uuid=uuid)


def _stopped(snapshot: Snapshot) -> str:
    if snapshot.are_files_gone:
        return _("Stopped. The dataset is frozen as before, and its files stay gone.")
    return _("Stopped. Nothing of it was kept.")


@leads_only
@require_POST
def retry_dataset(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    snapshot = get_object_or_404(snapshots_of(request.user), uuid=uuid)
    if request_again(snapshot):
        nudge(freeze_requested_snapshots)
    return redirect("annotate:dataset", uuid=uuid)


@leads_only
@require_safe
def dataset_file(request: AuthedRequest, uuid: UUID, path: str) -> HttpResponseBase:
    """One file of a frozen dataset, to whoever leads all of its campaigns; it may be resumed."""
    snapshot = get_object_or_404(snapshots_of(request.user), uuid=uuid)
    try:
        file = file_of(snapshot, path)
        return handed_out(
            request, file, on_bytes=partial(record_download, file=file, by=request.user)
        )
    except NoSuchFile as gone:
        raise Http404(str(gone)) from gone
    except FilesLetGo as gone:
        return HttpResponse(str(gone), status=gone.status, content_type=WORDS)
    except StoreError as away:
        return HttpResponse(translated(away), status=503, content_type=WORDS)


def chosen_in(policy: Mapping[str, object]) -> list[tuple[str, str]]:
    """What was chosen otherwise than usual, in words; the card has all of it."""
    usual = Policy().as_json()
    return [(name, _told(said)) for name, said in policy.items() if said != usual.get(name)]


def _told(said: object) -> str:
    if isinstance(said, bool):
        return str(yesno(said, _("yes,no")))
    if isinstance(said, Mapping):
        return ", ".join(f"{name}: {value}" for name, value in said.items()) or "–"
    if isinstance(said, list):
        return ", ".join(map(str, said)) or "–"
    return "–" if said is None else str(said)


@dataclass(frozen=True)
class Card:
    """A card as its readers see it; pictures are (what they say, where they are)."""

    html: SafeString | str
    pictures: Sequence[tuple[str, str]] = ()


def dataset_card(snapshot: Snapshot) -> Card:
    """The card without its YAML head, and its pictures, which no text of strangers can name."""
    if snapshot.are_files_gone:
        return Card("")
    try:
        with open_file(snapshot, "README.md") as file:
            card = FRONT_MATTER.sub("", file.read().decode())
    except FileNotFoundError:
        return Card("")
    except StoreError as away:
        return Card(translated(away))
    pictures = [
        (ESCAPED.sub(r"\1", says), reverse("annotate:dataset_file", args=[snapshot.uuid, path]))
        for says, path in PICTURE.findall(card)
    ]
    return Card(render_markdown(PICTURE.sub("", card)), pictures)
