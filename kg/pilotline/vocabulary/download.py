"""Fetches the pinned upstream releases from the web into a folder that reads as a mirror."""

import io
import tarfile
from collections.abc import Iterable, Iterator
from http.client import HTTPException
from pathlib import Path, PurePosixPath
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

from pyoxigraph import Dataset, NamedNode, RdfFormat, parse

from pilotline.namespaces import OWL
from pilotline.vocabulary.mirror import MirrorError
from pilotline.vocabulary.modules import FULL_IMPORTS
from pilotline.vocabulary.tables import Row, Tables

GITHUB = "https://github.com"
# Far above any release: their Turtle is below 5 MB each; the rest of an archive is documents and pictures.
MAX_ARCHIVE = 200_000_000
MAX_TURTLE = 100_000_000
_SECONDS = 60


def download(base: str, tables: Tables, folder: Path) -> None:
    """Write the Turtle files of each pinned commit that the pinned releases import, one folder for a release.

    base: address that stands for https://github.com; below it lie `/OWNER/REPOSITORY/archive/COMMIT.tar.gz`.
    Errors: MirrorError, which names the address that gives no archive or too much.
    """
    for row in tables.rows("releases"):
        address = archive_address(base, row)
        _unpack(_fetched(address), folder / row["folder"], address)
    _remove_all_but_imported(folder, tables)


def archive_address(base: str, row: Row) -> str:
    """Return where the files of a release's commit lie; a tag may move, a commit does not."""
    return f"{base.rstrip('/')}{urlsplit(row['repository']).path}/archive/{row['commit']}.tar.gz"


def _fetched(address: str) -> bytes:
    if urlsplit(address).scheme not in ("http", "https"):
        raise MirrorError(f"{address}: not an address that starts with https://")
    try:
        with urlopen(address, timeout=_SECONDS) as answer:  # noqa: S310 (the scheme is checked above)
            content: bytes = answer.read(MAX_ARCHIVE + 1)
            expected = answer.headers.get("Content-Length")
    except HTTPError as error:
        error.close()
        raise MirrorError(f"{address}: the server says {error.code} {error.reason}") from error
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise MirrorError(f"{address} cannot be fetched: {reason}; give a folder with --from") from error
    if len(content) > MAX_ARCHIVE:
        raise MirrorError(f"{address}: larger than {MAX_ARCHIVE // 1_000_000} MB, which no release is")
    if expected and len(content) < int(expected):
        raise MirrorError(f"{address}: {len(content)} bytes came of {expected}; try again")
    return content


def _unpack(archive: bytes, folder: Path, address: str) -> None:
    """Write the Turtle files below the archive's one folder; other files are not needed."""
    left = MAX_TURTLE
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as members:
            for member in _turtle(members):
                left -= member.size
                if left < 0:
                    raise MirrorError(f"{address}: more than {MAX_TURTLE // 1_000_000} MB of Turtle")
                source = members.extractfile(member)
                assert source
                path = folder.joinpath(*PurePosixPath(member.name).parts[1:])
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(source.read())
    except (tarfile.TarError, EOFError, OSError) as error:
        raise MirrorError(f"{address}: not a readable .tar.gz archive: {error}") from error


def _turtle(members: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for member in members:
        path = PurePosixPath(member.name)
        inside = not path.is_absolute() and ".." not in path.parts
        if member.isfile() and inside and path.suffix == ".ttl":
            yield member


def _remove_all_but_imported(folder: Path, tables: Tables) -> None:
    """Leave what the releases import; a repository also holds drafts, tests and older files."""
    files: dict[str, Path] = {}
    imports: dict[Path, set[str]] = {}
    for path in sorted(folder.rglob("*.ttl")):
        names, imports[path] = _head(path)
        files.update(dict.fromkeys(names, path))
    kept: set[Path] = set()
    wanted = {*FULL_IMPORTS, *(row["iri"] for row in tables.rows("releases"))}
    while wanted:
        found = {files[iri] for iri in wanted if iri in files} - kept
        kept |= found
        wanted = {iri for path in found for iri in imports[path]}
    for path in imports.keys() - kept:
        path.unlink()


def _head(path: Path) -> tuple[set[str], set[str]]:
    """Return the names of the ontology in a file, version included, and what it imports."""
    try:
        graph = Dataset(parse(path=path, format=RdfFormat.TURTLE))
    except SyntaxError:
        return set(), set()
    heads = [quad.subject for quad in graph.quads_for_object(NamedNode(OWL + "Ontology"))]
    versions = [quad.object for quad in graph.quads_for_predicate(NamedNode(OWL + "versionIRI"))]
    imports = [quad.object for quad in graph.quads_for_predicate(NamedNode(OWL + "imports"))]
    return _iris(heads) | _iris(versions), _iris(imports)


def _iris(nodes: Iterable[object]) -> set[str]:
    return {node.value for node in nodes if isinstance(node, NamedNode)}
