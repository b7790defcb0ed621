"""How a dataset is cited, and under which licence it may be used."""

from collections.abc import Iterator

from annotate.export.facts import Facts
from annotate.export.manifest import Manifest

UNKNOWN = "unknown"  # as the hub calls it


def license_of(manifest: Manifest) -> str:
    return str(manifest.policy.get("license") or UNKNOWN)


def licence_lines(manifest: Manifest) -> Iterator[str]:
    found = license_of(manifest)
    yield "## Licence"
    yield ""
    if found == UNKNOWN:
        yield (
            "Unknown: nobody said under which licence this dataset may be used. Ask whoever gave "
            "it to you before you train on it or pass it on."
        )
    elif found == "other":
        yield "Another one than the hub has a name for: ask whoever gave you this dataset."
    else:
        yield f"`{found}`, as it was chosen when the dataset was frozen."


def citing_lines(manifest: Manifest, title: str, facts: Facts) -> Iterator[str]:
    """BibTeX; the digest names this very dataset, wherever it lies."""
    yield from ("## How to cite", "", "```bibtex")
    yield f"@misc{{laurel-{manifest.digest[:12]},"
    yield f"  title = {{{title}}},"
    if facts.year is not None:
        yield f"  year = {{{facts.year}}},"
    yield "  howpublished = {Dataset frozen by Laurel},"
    yield f"  note = {{SHA-256 of the manifest: {manifest.digest}}},"
    yield from ("}", "```")
