"""EMMOntoPy's emmocheck finds that our terms keep the conventions of EMMO: labels, units, dimensions."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from beside import shared
from pyoxigraph import NamedNode, RdfFormat, Triple, serialize
from reasoners import Run, in_reasoners

from pilotline.namespaces import HAS_DIMENSION_STRING, HAS_MEASUREMENT_UNIT, ONTOLOGY, OWL, RDF
from pilotline.vocabulary.closure import module_files, read_module
from pilotline.vocabulary.tables import Tables

STACK = "https://w3id.org/emmo"
# Names and hierarchy of others: emmocheck takes what stands in our file for ours.
OTHERS = ("upstream-terms", "bridge-bvco", "machine-vocabularies")
CONFIG = Path(__file__).parent / "emmocheck.yaml"
CATALOG = f"""<catalog prefer="public" xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">
<uri name="{STACK}" uri="./stack.nt"/>
</catalog>
"""
A_ONTOLOGY = (NamedNode(RDF + "type"), NamedNode(OWL + "Ontology"))
IMPORTS = NamedNode(OWL + "imports")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the EMMO stack as one ontology, and a catalog that says where it lies."""
    folder = tmp_path_factory.mktemp("emmocheck")
    mirror = shared("upstream")
    releases = {row["folder"] for row in Tables.shipped().rows("releases") if row["iri"].startswith(STACK)}
    files = [file for release in sorted(releases) for file in sorted((mirror / release).rglob("*.ttl"))]
    write(folder / "stack.nt", STACK, (triple for file in files for triple in read_module(file)))
    (folder / "catalog-v001.xml").write_text(CATALOG, encoding="utf-8")
    return folder


def write(path: Path, iri: str, triples: Iterable[Triple], *imports: str) -> None:
    """Write triples as one ontology, without what they say of the files they came from."""
    found = list(triples)
    headers = {triple.subject for triple in found if (triple.predicate, triple.object) == A_ONTOLOGY}
    subject = NamedNode(iri)
    own = [Triple(subject, *A_ONTOLOGY), *(Triple(subject, IMPORTS, NamedNode(each)) for each in imports)]
    kept = [triple for triple in found if triple.subject not in headers]
    serialize([*own, *kept], str(path), format=RdfFormat.N_TRIPLES)


def emmocheck(folder: Path, *without: str) -> Run:
    """Check our modules; without: leave out their restrictions on these properties."""
    files = [path for path in module_files() if path.stem not in OTHERS]
    triples = [triple for path in files for triple in read_module(path)]
    properties = {NamedNode(iri) for iri in without}
    dropped = {triple.subject for triple in triples if triple.object in properties}
    kept = (triple for triple in triples if not {triple.subject, triple.object} & dropped)
    write(folder / "pilotline.nt", ONTOLOGY, kept, STACK)
    options = ("--url-from-catalog", "--configfile", CONFIG)
    return in_reasoners("emmocheck", *options, folder / "pilotline.nt")


def test_emmocheck_passes(stack: Path) -> None:
    run = emmocheck(stack)
    assert run.returncode == 0, run.stderr


def test_quantity_or_unit_without_dimension_is_named(stack: Path) -> None:
    run = emmocheck(stack, HAS_MEASUREMENT_UNIT, HAS_DIMENSION_STRING)
    assert run.returncode == 1
    assert "test_quantity_dimension" in run.stderr
    assert "pilotline.nt.AdhesionStrength" in run.stderr
    assert "test_unit_dimension" in run.stderr
    assert "pilotline.nt.OhmSquareCentiMetre" in run.stderr
