"""Datasets: asked for, watched, stopped, taken away; by whoever leads every campaign in them."""

from collections.abc import Sequence
from functools import partial
from typing import cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import snapshot_schema as schema
from annotate.api.person import key_of, person_of, token_of
from annotate.api.snapshot_serializers import (
    SnapshotFilterSerializer,
    SnapshotRequestSerializer,
)
from annotate.enums import Purpose, SnapshotKind
from annotate.errors import NotAllowed
from annotate.export.policy import Policy
from annotate.models import Campaign, Snapshot
from annotate.selectors.campaign import campaigns_led_by
from annotate.selectors.snapshot import snapshots_of
from annotate.services.snapshot_file import file_of, record_download
from annotate.services.snapshot_removal import let_go_files, make_files_again
from annotate.services.snapshot_request import cancel_snapshot, request_snapshot_once
from annotate.tasks import freeze_requested_snapshots
from commons.models import Scope, User
from commons.nudges import nudge
from commons.pagination import NewestFirst
from commons.views.downloads import handed_out


class Scoped(APIView):
    """Looking is reading; asking and stopping is managing."""

    required_scope = Scope.READ
    writing_scope = Scope.MANAGE


class Snapshots(Scoped):
    @schema.snapshots
    def get(self, request: Request) -> Response:
        """Those of which you lead every campaign, the newest first."""
        asked = SnapshotFilterSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        seen = snapshots_of(person_of(request))
        pages = NewestFirst(anchors=seen)
        page = pages.paginate_queryset(_filtered(seen, asked), request, view=self)
        return pages.get_paginated_response([listed_snapshot(each) for each in page])

    @schema.freeze
    def post(self, request: Request) -> Response:
        """Ask for a dataset; workers freeze it."""
        by = person_of(request)
        sent = SnapshotRequestSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        snapshot = request_snapshot_once(
            kind=SnapshotKind(said["kind"]),
            campaigns=_led(by, said["campaigns"]),
            by=by,
            policy=said.get("policy") or Policy(),
            purpose=Purpose(said["purpose"]),
            key=key_of(request, said["key"]),
        )
        nudge(freeze_requested_snapshots)
        return Response(shown_snapshot(snapshot), status=status.HTTP_201_CREATED)


class OneSnapshot(APIView):
    required_scope = Scope.READ

    @schema.snapshot
    def get(self, request: Request, uuid: UUID) -> Response:
        """Where it stands; once it is frozen, its rows and files."""
        return Response(shown_snapshot(_snapshot(request, uuid)))


class CancelSnapshot(APIView):
    required_scope = Scope.MANAGE

    @schema.cancel
    def post(self, request: Request, uuid: UUID) -> Response:
        """Stop it before it is frozen."""
        snapshot = _snapshot(request, uuid)
        cancel_snapshot(snapshot=snapshot, by=person_of(request))
        return Response(shown_snapshot(snapshot))


class FilesOfSnapshot(APIView):
    required_scope = Scope.MANAGE

    @schema.make_again
    def post(self, request: Request, uuid: UUID) -> Response:
        """Have files made again that were let go; workers make them."""
        snapshot = _snapshot(request, uuid)
        make_files_again(snapshot=snapshot, by=person_of(request))
        nudge(freeze_requested_snapshots)
        return Response(shown_snapshot(_snapshot(request, uuid)))

    @schema.let_go
    def delete(self, request: Request, uuid: UUID) -> Response:
        """Let the files of a frozen dataset go; what is in it stays."""
        let_go_files(snapshot=_snapshot(request, uuid), by=person_of(request))
        return Response(shown_snapshot(_snapshot(request, uuid)))


class OneFile(APIView):
    required_scope = Scope.READ

    @schema.download
    def get(self, request: Request, uuid: UUID, path: str) -> HttpResponseBase:
        """One file of a frozen dataset; a broken download goes on by a range."""
        file = file_of(_snapshot(request, uuid), path)
        took = partial(record_download, file=file, by=person_of(request), token=token_of(request))
        return handed_out(cast(HttpRequest, request), file, on_bytes=took)


def listed_snapshot(snapshot: Snapshot) -> dict[str, object]:
    return {
        "id": str(snapshot.uuid),
        "kind": snapshot.kind,
        "purpose": snapshot.purpose,
        "state": snapshot.state,
        "campaigns": [
            {"id": str(each.uuid), "name": each.name} for each in snapshot.campaigns.all()
        ],
        "requested_at": snapshot.requested_at,
        "finished_at": snapshot.finished_at,
        "files_gone_at": snapshot.removed_at,
        "progress": {"done": snapshot.done, "total": snapshot.total, "says": snapshot.says},
        "rows": snapshot.manifest.get("rows", {}),
        "digest": snapshot.digest,
        "error": snapshot.error,
    }


def shown_snapshot(snapshot: Snapshot) -> dict[str, object]:
    return listed_snapshot(snapshot) | {
        "policy": snapshot.policy,
        "report": snapshot.report,
        "files": snapshot.manifest.get("shards", []),
    }


def _snapshot(request: Request, uuid: UUID) -> Snapshot:
    return get_object_or_404(snapshots_of(person_of(request)), uuid=uuid)


def _filtered(seen: QuerySet[Snapshot], asked: SnapshotFilterSerializer) -> QuerySet[Snapshot]:
    said = asked.validated_data
    if said["campaign"]:
        held = Snapshot.campaigns.through.objects.filter(campaign__uuid=said["campaign"])
        seen = seen.filter(pk__in=held.values("snapshot"))
    return seen.filter(**{name: said[name] for name in ("kind", "state") if said[name]})


def _led(person: User, uuids: Sequence[UUID]) -> list[Campaign]:
    """These campaigns, all of which the person leads; else ``NotAllowed``."""
    found = list(campaigns_led_by(person).filter(uuid__in=uuids))
    missing = [str(uuid) for uuid in uuids if uuid not in {each.uuid for each in found}]
    if missing:
        raise NotAllowed(f"You lead no campaign {missing[0]}; only its leads freeze a campaign.")
    return found
