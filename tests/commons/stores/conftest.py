"""An S3 in this process, on the loopback address."""

import logging
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import boto3
import fsspec
import pytest
from moto.server import ThreadedMotoServer

from commons.stores import BrokenCopy, RemoteStore, remote_store

_buckets = count()


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty bucket that s3fs reaches by its own settings."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setitem(fsspec.config.conf, "s3", {"endpoint_url": endpoint})
    name = f"bucket-{next(_buckets)}"
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket=name)
    return f"s3://{name}/laurel"


def opened(url: str, tmp_path: Path) -> RemoteStore:
    return remote_store(url, last="last.json", copies=tmp_path / "copies", verify=refuse_odd)


def refuse_odd(name: str, folder: Path) -> None:
    if (folder / "a.txt").read_bytes() != b"0123456789":
        raise BrokenCopy(name, "a.txt is odd")
