"""The pinned releases are fetched by commit from a server on this machine, bounded, and read as a mirror."""

import io
import tarfile
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copytree
from threading import Thread

import pytest
from click.testing import CliRunner, Result

from pilotline.cli.ontology import ontology
from pilotline.resources import data_folder
from pilotline.vocabulary import download as downloading
from pilotline.vocabulary.download import download
from pilotline.vocabulary.mirror import MirrorError
from pilotline.vocabulary.tables import Tables

HERE = Path(__file__).parent
RELEASES = (
    "name,folder,iri,repository,commit,licence\n"
    "EMMO 1,EMMO,https://w3id.org/emmo/1,https://github.com/emmo/EMMO,abc,https://example.org/licence\n"
)
HEAD = "<{}> a <http://www.w3.org/2002/07/owl#Ontology>{} ."
IMPORTS = " ; <http://www.w3.org/2002/07/owl#imports> <https://w3id.org/emmo/1/units>"
FILES = {
    "EMMO-abc/emmo.ttl": HEAD.format("https://w3id.org/emmo/1", IMPORTS),
    "EMMO-abc/parts/units.ttl": HEAD.format("https://w3id.org/emmo/1/units", ""),
    "EMMO-abc/drafts/old.ttl": HEAD.format("https://w3id.org/emmo/0", ""),
    "EMMO-abc/tests/broken.ttl": "no Turtle",
    "EMMO-abc/README.md": "words",
    "EMMO-abc/../../outside.ttl": HEAD.format("https://w3id.org/emmo/1/units", ""),
}
Serve = Callable[[dict[str, bytes]], str]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Return what serves files by their paths and gives the address."""
    handler = partial(_Quiet, directory=str(tmp_path / "served"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()

        def files(content: dict[str, bytes]) -> str:
            for name, data in content.items():
                path = tmp_path / "served" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            return f"http://127.0.0.1:{server.server_port}"

        yield files
        server.shutdown()


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "releases.csv").write_text(RELEASES, encoding="utf-8")
    return Tables(tmp_path / "tables")


def archive(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as members:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            members.addfile(member, io.BytesIO(text.encode()))
    return packed.getvalue()


def run_import(folder: Path, origin: str) -> Result:
    return CliRunner().invoke(ontology, ["import", "--folder", str(folder), "--from", origin])


def test_turtle_that_the_release_imports_is_kept_and_nothing_lands_outside(
    serve: Serve, tables: Tables, tmp_path: Path
) -> None:
    base = serve({"emmo/EMMO/archive/abc.tar.gz": archive(FILES)})
    download(base, tables, tmp_path / "in" / "mirror")
    found = {str(path.relative_to(tmp_path / "in")) for path in (tmp_path / "in").rglob("*.*")}
    assert found == {"mirror/EMMO/emmo.ttl", "mirror/EMMO/parts/units.ttl"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "emmo/EMMO/archive/abc.tar.gz: the server says 404 File not found"),
        (b"no archive", "abc.tar.gz: not a readable .tar.gz archive: not a gzip file"),
        (archive(FILES)[:60], "abc.tar.gz: not a readable .tar.gz archive: "),
        (bytes(2001), "abc.tar.gz: larger than 0 MB, which no release is"),
        (archive({"EMMO-abc/large.ttl": " " * 1001}), "abc.tar.gz: more than 0 MB of Turtle"),
    ],
    ids=["missing", "no archive", "cut", "large", "bomb"],
)
def test_what_is_no_release_is_one_clear_line(
    serve: Serve,
    tables: Tables,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes | None,
    message: str,
) -> None:
    monkeypatch.setattr(downloading, "MAX_ARCHIVE", 2000)
    monkeypatch.setattr(downloading, "MAX_TURTLE", 1000)
    base = serve({"emmo/EMMO/archive/abc.tar.gz": content} if content is not None else {})
    with pytest.raises(MirrorError) as error:
        download(base, tables, tmp_path / "mirror")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("origin", "message"),
    [
        (
            "http://127.0.0.1:9",
            "cannot be fetched: [Errno 111] Connection refused; give a folder with --from",
        ),
        ("file:///etc", "not an address that starts with https://"),
        ("nowhere", "nowhere: no such folder, and no address that starts with https://"),
    ],
)
def test_origin_that_gives_nothing_ends_with_2_and_changes_no_file(
    tmp_path: Path, origin: str, message: str
) -> None:
    folder = copytree(data_folder("ontology"), tmp_path / "ontology")
    result = run_import(folder, origin)
    assert result.exit_code == 2
    assert message in result.output
    shipped = {path.name: path.read_bytes() for path in data_folder("ontology").glob("*.ttl")}
    assert {path.name: path.read_bytes() for path in folder.glob("*.ttl")} == shipped


def test_import_from_the_web_changes_nothing_of_what_ships(
    serve: Serve, mirror: Path, tmp_path: Path
) -> None:
    folder = copytree(data_folder("ontology"), tmp_path / "ontology")
    archives = {}
    for row in Tables.shipped().rows("releases"):
        repository = row["repository"].removeprefix("https://github.com/")
        root = mirror / row["folder"]
        files = {f"x/{p.relative_to(root)}": p.read_text(encoding="utf-8") for p in root.rglob("*.ttl")}
        draft = "<urn:draft> <http://www.w3.org/2004/02/skos/core#prefLabel> 'CoatedElectrode'@en ."
        archives[f"{repository}/archive/{row['commit']}.tar.gz"] = archive({**files, "x/draft.ttl": draft})
    result = run_import(folder, serve(archives))
    assert result.exit_code == 0, result.output
    shipped = data_folder("ontology") / "tables"
    for name in ("upstream.csv", "bvco_uses.csv", "words.csv"):
        assert (folder / "tables" / name).read_bytes() == (shipped / name).read_bytes()
