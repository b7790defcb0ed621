"""What the description says of snapshots: one decorator for each method, as in ``schema``."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from annotate.api import examples, links
from annotate.api.schema import KEY, REUSED, answer
from annotate.api.snapshot_serializers import (
    SnapshotRequestSerializer,
    SnapshotSerializer,
    SnapshotsSerializer,
)
from annotate.enums import SnapshotKind
from commons.models import RunState
from commons.openapi import LIST_PARAMETERS, example, problems

FILTERS = [
    OpenApiParameter(
        "campaign",
        {"type": "string", "format": "uuid"},
        description="Only those that hold judgements of this campaign.",
    ),
    OpenApiParameter(
        "kind", {"type": "string", "enum": SnapshotKind.values}, description="Only of this kind."
    ),
    OpenApiParameter(
        "state",
        {"type": "string", "enum": RunState.values},
        description="Only those that are in this state.",
    ),
]
# What a resumed download sends; odd values are no error but the whole file, as the standard has it.
RANGES = [
    OpenApiParameter(name, {"type": "string"}, OpenApiParameter.HEADER, description=said)
    for name, said in (
        ("Range", "One range, as in `bytes=1048576-`. Several are answered with the whole file."),
        ("If-Range", "The `ETag` of what you hold: another file is then sent from its beginning."),
        ("If-None-Match", "The `ETag` of what you hold: 304 if it is this file still."),
    )
]
TYPES = (
    "application/vnd.apache.parquet",
    "application/jsonl",
    "text/markdown",
)

snapshots = extend_schema(
    operation_id="listSnapshots",
    tags=["Snapshots"],
    summary="Datasets",
    description="Those of which you lead every campaign, the newest first.",
    parameters=[*FILTERS, *LIST_PARAMETERS],
    responses={200: answer(SnapshotsSerializer, "A page.")},
    extensions={"x-links": {"200": links.FROM_SNAPSHOTS}},
)

freeze = extend_schema(
    operation_id="requestSnapshot",
    tags=["Snapshots"],
    summary="Freeze a dataset",
    description="Asks for a dataset of everything that counts in campaigns that you lead, under a "
    "policy. Workers freeze it; look at it until its `state` is `done`.",
    parameters=[KEY],
    request=SnapshotRequestSerializer,
    responses={
        201: answer(SnapshotSerializer, "Asked for, now or before by a request with this key."),
        **problems(
            {
                422: "`nothing-to-freeze`: nothing counts there yet. `policy-refused`: the policy "
                f"contradicts itself, or this kind cannot do it; `errors` names the field. {REUSED}"
            }
        ),
    },
    examples=[
        example("Pairs that reviewers decided", examples.SNAPSHOT, request=True),
        example("It is being frozen", examples.FROZEN),
    ],
    extensions={"x-links": {"201": links.FROM_SNAPSHOT}},
)

snapshot = extend_schema(
    operation_id="getSnapshot",
    tags=["Snapshots"],
    summary="One dataset",
    responses={200: answer(SnapshotSerializer, "The dataset, or how far it is.")},
    extensions={"x-links": {"200": links.FROM_SNAPSHOT}},
)

cancel = extend_schema(
    operation_id="cancelSnapshot",
    tags=["Snapshots"],
    summary="Stop a dataset",
    description="Stops it before it is frozen; nothing of it is kept. Twice is as good as once.",
    request=None,
    responses={
        200: answer(SnapshotSerializer, "Stopped, now or before."),
        **problems({409: "`snapshot-ended`: it is frozen, or it failed."}),
    },
)

let_go = extend_schema(
    operation_id="letSnapshotFilesGo",
    tags=["Snapshots"],
    summary="Let its files go",
    description="What is in it, its manifest and its report stay, and the same files can be made "
    "again. Those that a cycle froze go by themselves, what you asked for does not.",
    request=None,
    responses={
        200: answer(SnapshotSerializer, "Its files are gone since `files_gone_at`."),
        **problems(
            {
                409: "`no-files-to-let-go`: they are gone already, or are being written. "
                "`files-needed`: an open cycle or a training reads them."
            }
        ),
    },
)

make_again = extend_schema(
    operation_id="makeSnapshotFilesAgain",
    tags=["Snapshots"],
    summary="Make its files again",
    description="Workers make the very files that were let go; look at it until its `state` is "
    "`done`. Where they come out otherwise, it has `failed`, and `error` says why.",
    request=None,
    responses={
        200: answer(SnapshotSerializer, "Asked for."),
        **problems(
            {
                409: "`no-files-to-make`: they are there, or are being made. `files-erased`: "
                "something in it was erased since; rebuild it on its page.",
                503: "`store-away`: where the files lie does not answer; ask again in a moment.",
            }
        ),
    },
)

download = extend_schema(
    operation_id="getSnapshotFile",
    tags=["Snapshots"],
    summary="Download a file",
    description="A file that the dataset names, its `manifest.json` or its `README.md`. A broken "
    "download goes on by a `Range`; `ETag` is the SHA-256 of the file. That you took it is written "
    "down.",
    parameters=[
        OpenApiParameter(
            "path",
            {"type": "string", "minLength": 1},
            OpenApiParameter.PATH,
            description="As `files` has it.",
        ),
        *RANGES,
    ],
    responses={
        (200, "application/json"): answer(OpenApiTypes.OBJECT, "The file, whole."),
        **{(200, kind): answer(OpenApiTypes.BINARY, "The file, whole.") for kind in TYPES},
        **{
            (206, kind): answer(OpenApiTypes.BINARY, "The range that was asked for.")
            for kind in (*TYPES, "application/json")
        },
        304: OpenApiResponse(description="You hold this very file."),
        416: OpenApiResponse(description="The file has no such bytes."),
        **problems(
            {
                404: "`not-found` and `no-such-file`: there is no such thing for you.",
                410: "`files-let-go`: its files are gone; `detail` says how to have them back.",
            }
        ),
    },
)
