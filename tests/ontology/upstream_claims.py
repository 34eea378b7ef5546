"""Lists what BVCO and GPO state of classes of EMMO and its domains, for everybody who loads them.

docs/ontology/bvco-gpo.md holds what it prints.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, parse
from upstream_missing import BRIDGED, RENAMED  # type: ignore[import-not-found]

from pilotline.namespaces import OWL, RDFS

EMMO = "https://w3id.org/emmo"
BELOW, EQUALS, ON = (
    NamedNode(iri) for iri in (RDFS + "subClassOf", OWL + "equivalentClass", OWL + "onProperty")
)


def main() -> None:
    """Print ontology, class and claim: what the class is said to be below, to equal, or to have."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mirror", type=Path, help="copy of the upstream releases")
    mirror = parser.parse_args().mirror
    for name in BRIDGED:
        for claim in sorted(claims(mirror / "extra" / name / f"{name}.ttl")):
            sys.stdout.write(f"{name}\t" + "\t".join(claim) + "\n")


def claims(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield foreign class, kind of claim, and the class or the restricted property."""
    text = path.read_text(encoding="utf-8")
    for old, new in RENAMED.items():
        text = text.replace(old, new)
    quads = list(parse(input=text, format=RdfFormat.TURTLE))
    on = ((quad.subject, quad.object) for quad in quads if quad.predicate == ON)
    restricted = {subject: node.value for subject, node in on if isinstance(node, NamedNode)}
    for quad in quads:
        subject, other = _iri(quad.subject), _iri(quad.object)
        if quad.predicate == BELOW and subject.startswith(EMMO):
            yield subject, "below" if other else "has some", other or restricted[quad.object]
        if quad.predicate == EQUALS and other.startswith(EMMO):
            yield other, "equals", subject


def _iri(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else ""


if __name__ == "__main__":
    main()
