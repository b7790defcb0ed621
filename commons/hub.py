"""A folder becomes a revision of a dataset repository on a hub, in one commit.

    is the repository there, and private? -> large files -> one commit, its last file last -> a tag

The tag says which folder it is: where it is there already, nothing is sent. No file of the folder
leaves before it is known who will be able to read it. Whatever the hub refuses is a ``HubError``.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from httpx2 import HTTPError
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
from huggingface_hub.errors import (
    HfHubHTTPError,
    HFValidationError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils.tqdm import disable_progress_bars

KIND = "dataset"
MAIN = "main"


class HubError(Exception):
    """The hub, or who asked, cannot do this; the message says what to do next."""


class PublicRepository(HubError):
    def __init__(self, repo: str) -> None:
        super().__init__(
            f"{repo} is public: everybody could read it. Make it private on the hub, name another "
            "one, or say that it may be public. Nothing was sent."
        )


@dataclass(frozen=True)
class Pushed:
    """Where the folder is now; ``was_there``: an earlier push had brought it."""

    url: str
    commit: str
    tag: str
    was_there: bool


@dataclass(frozen=True)
class Hub:
    """A hub and who asks it; ``endpoint`` None is that of Hugging Face."""

    token: str
    endpoint: str | None = None

    @property
    def api(self) -> HfApi:
        return HfApi(endpoint=self.endpoint, token=self.token)


def push_folder(
    hub: Hub,
    folder: Path,
    *,
    repo: str,
    tag: str,
    last: str,
    says: str,
    owned: Sequence[str] = (),
    revision: str = MAIN,
    may_be_public: bool = False,
) -> Pushed:
    """Send a folder to ``repo``, which is made where it is missing.

    ``last`` names the file that ends the commit. What lies in the folders ``owned`` of the
    repository and not in this one is taken out by the same commit. A public repository is refused
    (``PublicRepository``) unless ``may_be_public``.
    """
    with _told(repo):
        _prepare(hub.api, repo, may_be_public=may_be_public)
        standing = _tagged(hub.api, repo, tag)
        if standing is not None:
            return Pushed(_url(hub.api, repo, tag), standing, tag, was_there=True)
        if revision != MAIN:
            hub.api.create_branch(repo, branch=revision, repo_type=KIND, exist_ok=True)
        files = _files(folder, last)
        made = hub.api.create_commit(
            repo,
            operations=[
                *(
                    CommitOperationDelete(path)
                    for path in _gone(hub.api, repo, revision, owned, files)
                ),
                *(CommitOperationAdd(path, str(folder / path)) for path in files),
            ],
            commit_message=says,
            repo_type=KIND,
            revision=revision,
        )
        hub.api.create_tag(repo, tag=tag, revision=made.oid, repo_type=KIND, exist_ok=True)
        return Pushed(_url(hub.api, repo, tag), made.oid, tag, was_there=False)


def hush() -> None:
    """Draw no bars while files are sent."""
    disable_progress_bars()


def _prepare(api: HfApi, repo: str, *, may_be_public: bool) -> None:
    """See to it that the repository is there, and read only by whom it should be."""
    try:
        found = api.repo_info(repo, repo_type=KIND)
    except RepositoryNotFoundError:
        api.create_repo(repo, repo_type=KIND, private=not may_be_public, exist_ok=True)
        found = api.repo_info(repo, repo_type=KIND)
    if not found.private and not may_be_public:
        raise PublicRepository(repo)


def _tagged(api: HfApi, repo: str, tag: str) -> str | None:
    """The commit that has this tag."""
    refs = api.list_repo_refs(repo, repo_type=KIND)
    return next((each.target_commit for each in refs.tags if each.name == tag), None)


def _files(folder: Path, last: str) -> list[str]:
    """All files below a folder in order, ``last`` at the end."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(found, key=lambda path: (path == last, path))


def _gone(
    api: HfApi, repo: str, revision: str, owned: Sequence[str], files: Sequence[str]
) -> Iterator[str]:
    """What an earlier push has left in the folders that are ours."""
    try:
        there = api.list_repo_files(repo, repo_type=KIND, revision=revision)
    except RevisionNotFoundError:  # nothing has been committed yet
        return
    for path in sorted(set(there) - set(files)):
        if path.partition("/")[0] in owned:
            yield path


def _url(api: HfApi, repo: str, tag: str) -> str:
    return f"{api.endpoint}/datasets/{repo}/tree/{tag}"


@contextmanager
def _told(repo: str) -> Iterator[None]:
    """Whatever goes wrong on the way, in words."""
    try:
        yield
    except HFValidationError as odd:
        raise HubError(f"{repo!r} is no name of a repository; write ORG/NAME.") from odd
    except ValueError as odd:  # of a file, or of its metadata
        raise HubError(f"The hub does not take this: {odd}") from odd
    except HfHubHTTPError as refused:
        status = refused.response.status_code
        if status in (401, 403):
            raise HubError(
                f"The hub lets this token not write to {repo} ({status}); make one that may."
            ) from refused
        raise HubError(f"The hub has refused ({refused}); try again later.") from refused
    except (HTTPError, OSError, RuntimeError) as broken:
        raise HubError(
            f"The hub does not answer ({broken.__cause__ or broken}); nothing is published. Call "
            "this again: what has arrived is not sent twice."
        ) from broken
