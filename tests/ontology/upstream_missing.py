"""Lists the terms of EMMO and its domains that BVCO and GPO use and that today's releases no longer have.

docs/ontology/bvco-gpo.md holds what it prints.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Dataset, NamedNode, RdfFormat, parse

from pilotline.namespaces import RDF

# As in upstream_merge.py, which runs where Pilotline is not installed.
RENAMED = {
    "http://emmo.info/emmo#": "https://w3id.org/emmo#",
    "http://emmo.info/battery#": "https://w3id.org/emmo/domain/battery#",
    "http://emmo.info/electrochemistry#": "https://w3id.org/emmo/domain/electrochemistry#",
}
BRIDGED = ("BVCO", "GPO")
_EMMO = re.compile(r"https://w3id\.org/emmo[\w/-]*#")


def main() -> None:
    """Print ontology, IRI and number of uses of each missing term, most used first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mirror", type=Path, help="copy of the upstream releases")
    mirror = parser.parse_args().mirror
    known = declared(mirror)
    for name in BRIDGED:
        for iri, uses in missing(mirror / "extra" / name / f"{name}.ttl", known):
            sys.stdout.write(f"{name}\t{iri}\t{uses}\n")


def missing(path: Path, known: set[str]) -> list[tuple[str, int]]:
    """Return the terms that a file uses and no release declares, with how many triples name each."""
    text = path.read_text(encoding="utf-8")
    for old, new in RENAMED.items():
        text = text.replace(old, new)
    used = Counter(iri for iri in names(text) if _EMMO.match(iri) and iri not in known)
    return sorted(used.items(), key=lambda item: (-item[1], item[0]))


def names(text: str) -> Iterator[str]:
    """Yield the IRI of each named node of each triple."""
    for quad in parse(input=text, format=RdfFormat.TURTLE):
        for node in (quad.subject, quad.predicate, quad.object):
            if isinstance(node, NamedNode):
                yield node.value


def declared(mirror: Path) -> set[str]:
    """Return the terms that a release of the stack gives a type."""
    folders = [folder for folder in mirror.iterdir() if folder.is_dir() and folder.name != "extra"]
    files = [file for folder in folders for file in folder.rglob("*.ttl")]
    graph = Dataset(
        quad for file in files for quad in parse(path=file, format=RdfFormat.TURTLE, rename_blank_nodes=True)
    )
    typed = graph.quads_for_predicate(NamedNode(RDF + "type"))
    return {quad.subject.value for quad in typed if isinstance(quad.subject, NamedNode)}


if __name__ == "__main__":
    main()
