"""A hub in a thread: the HTTP interface that huggingface_hub calls when it sends a folder.

It keeps repositories in memory: branches as commits of files, large files by their SHA-256, tags.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

TOKEN = "hf_write"


@dataclass
class Repo:
    private: bool
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    order: dict[str, list[str]] = field(default_factory=dict)  # of the paths in each commit
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def files(self, revision: str) -> dict[str, bytes]:
        """What a branch, a tag or a commit holds."""
        return self.commits[self.tags.get(revision) or self.branches.get(revision) or revision]


@dataclass
class StandIn:
    endpoint: str = ""
    repos: dict[str, Repo] = field(default_factory=dict)
    stored: dict[str, bytes] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    def sent(self) -> list[str]:
        """The requests that bring content."""
        return [each for each in self.heard if " /storage/" in each or "/commit/" in each]


@contextmanager
def standin_hub() -> Iterator[StandIn]:
    hub = StandIn()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Its", (Handler,), {"hub": hub}))
    hub.endpoint = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Handler(BaseHTTPRequestHandler):
    hub: StandIn
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # as http.server names it
        self.answer("GET", b"")

    def do_POST(self) -> None:
        self.answer("POST", self.body())

    def do_PUT(self) -> None:
        self.answer("PUT", self.body())

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def answer(self, method: str, body: bytes) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.heard.append(f"{method} {path}")
        if not path.startswith("/storage/") and (
            self.headers.get("Authorization") != f"Bearer {TOKEN}"
        ):
            self.say(401, {"error": "Invalid token"})
            return
        status, said, code = reply(self.hub, method, path, body)
        self.say(status, said, code)

    def say(self, status: int, said: object, code: str = "") -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if code:
            self.send_header("X-Error-Code", code)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # its name
        pass


Reply = tuple[int, object, str]


def reply(hub: StandIn, method: str, path: str, body: bytes) -> Reply:
    if path.startswith("/storage/"):
        hub.stored[path.removeprefix("/storage/")] = body
        return 200, {}, ""
    if path == "/api/validate-yaml":
        return 200, {"errors": [], "warnings": []}, ""
    if path == "/api/repos/create":
        said = json.loads(body)
        name = f"{said['organization']}/{said['name']}"
        hub.repos.setdefault(name, Repo(private=said.get("visibility") == "private"))
        return 200, {"url": f"{hub.endpoint}/datasets/{name}"}, ""
    if path.endswith(".git/info/lfs/objects/batch"):
        return 200, batch(hub, json.loads(body)), ""
    owner, name, *rest = path.removeprefix("/api/datasets/").split("/", 3)
    repo = hub.repos.get(f"{owner}/{name}")
    if repo is None:
        return 404, {"error": "Repository not found"}, "RepoNotFound"
    return of_repo(hub, repo, f"{owner}/{name}", rest, body)


def of_repo(hub: StandIn, repo: Repo, name: str, rest: list[str], body: bytes) -> Reply:
    act, revision = [*rest, "", ""][:2]
    if act == "refs":
        return 200, refs(repo), ""
    if act == "tree":
        if revision not in repo.branches:
            return 404, {"error": "Invalid rev id"}, "RevisionNotFound"
        files = repo.files(revision).items()
        tree = [{"type": "file", "path": p, "size": len(c), "oid": oid_of(c)} for p, c in files]
        return 200, tree, ""
    if act == "branch":
        repo.branches.setdefault(revision, repo.branches.get("main", "none"))
        repo.commits.setdefault(repo.branches[revision], {})
        return 200, {}, ""
    if act == "preupload":
        return 200, {"files": [mode(repo, revision, f) for f in json.loads(body)["files"]]}, ""
    if act == "commit":
        return 200, commit(hub, repo, name, revision, body), ""
    if act == "tag":
        repo.tags[json.loads(body)["tag"]] = repo.branches.get(revision, revision)
        return 200, {}, ""
    return 200, {"id": name, "private": repo.private, "sha": repo.branches.get("main")}, ""


def refs(repo: Repo) -> dict[str, object]:
    def listed(kind: str, found: dict[str, str]) -> list[dict[str, str]]:
        return [
            {"name": name, "ref": f"refs/{kind}/{name}", "targetCommit": commit}
            for name, commit in found.items()
        ]

    return {
        "branches": listed("heads", repo.branches),
        "tags": listed("tags", repo.tags),
        "converts": [],
    }


def batch(hub: StandIn, said: dict) -> dict[str, object]:
    objects = []
    for each in said["objects"]:
        upload = {"upload": {"href": f"{hub.endpoint}/storage/{each['oid']}"}}
        is_there = each["oid"] in hub.stored
        objects.append({**each} if is_there else {**each, "actions": upload})
    return {"transfer": "basic", "objects": objects}


def mode(repo: Repo, revision: str, file: dict) -> dict[str, object]:
    """As the hub decides it: large formats go to the storage, texts into git."""
    standing = repo.files(revision).get(file["path"]) if revision in repo.branches else None
    is_large = file["path"].endswith(".parquet")
    known = None
    if standing is not None:
        known = hashlib.sha256(standing).hexdigest() if is_large else oid_of(standing)
    return {
        "path": file["path"],
        "uploadMode": "lfs" if is_large else "regular",
        "shouldIgnore": False,
        "oid": known,
    }


def commit(hub: StandIn, repo: Repo, name: str, revision: str, body: bytes) -> dict[str, object]:
    files = dict(repo.files(revision)) if revision in repo.branches else {}
    order = []
    for line in body.splitlines():
        said = json.loads(line)
        value = said["value"]
        if said["key"] == "file":
            files[value["path"]] = base64.b64decode(value["content"])
        elif said["key"] == "lfsFile":
            files[value["path"]] = hub.stored[value["oid"]]
        elif said["key"] == "deletedFile":
            del files[value["path"]]
        if "path" in value:
            order.append(value["path"])
    oid = hashlib.sha1(body).hexdigest()
    repo.commits[oid], repo.order[oid], repo.branches[revision] = files, order, oid
    return {"commitUrl": f"{hub.endpoint}/datasets/{name}/commit/{oid}", "commitOid": oid}


def oid_of(content: bytes) -> str:
    """As git names a file."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
