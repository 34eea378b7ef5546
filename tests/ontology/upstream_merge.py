"""Merges BVCO and GPO as they stand with today's EMMO stack, and counts the classes without any instance.

Runs in the environment of `reasoners.txt`; docs/ontology/bvco-gpo.md says what it showed.
"""

import argparse
import re
import sys
from pathlib import Path
from typing import Any

from owlapi import (  # type: ignore[import-not-found]
    FACTORIES,
    catalog_mapper,
    empty_classes,
    java,
    start_java,
)

STACK = "https://w3id.org/emmo/domain/battery/0.20.1/battery"
# The namespaces of 2022 that BVCO writes, and those of today; the local names are the same.
RENAMED = {
    "http://emmo.info/emmo#": "https://w3id.org/emmo#",
    "http://emmo.info/battery#": "https://w3id.org/emmo/domain/battery#",
    "http://emmo.info/electrochemistry#": "https://w3id.org/emmo/domain/electrochemistry#",
}
PRECEDES = "EMMO_499e24a5_5072_4c83_8625_fe3f96ae4a8d"
# The axioms that a cause consists of: their type, and a part of each name they hold.
CAUSES = {
    "data": ("EquivalentClasses", "GPO_a7003b69", "EMMO_3e7add3d"),
    "order": ("SubObjectPropertyOf", "GPO_", PRECEDES),
}


def main() -> None:
    """Print how many classes can have no instance, and the first of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mirror", type=Path, help="copy of the upstream releases")
    parser.add_argument("--without", choices=CAUSES, nargs="*", default=[], help="causes to leave out")
    parser.add_argument("--reasoner", choices=FACTORIES, default="elk")
    parser.add_argument("--among", default="", help="HermiT judges only classes with this in their IRI")
    arguments = parser.parse_args()
    start_java()
    merged = merge(arguments.mirror.resolve())
    for cause in arguments.without:
        leave_out(merged, CAUSES[cause])
    reasoner = java(FACTORIES[arguments.reasoner])().createReasoner(merged)
    empty = sorted(str(each.getIRI()) for each in empty_classes(merged, reasoner, arguments.among))
    sys.stdout.write(f"consistent: {bool(reasoner.isConsistent())}; without instances: {len(empty)}\n")
    sys.stdout.writelines(f"{iri}\n" for iri in empty[:20])


def merge(mirror: Path) -> Any:
    """Return one ontology of the stack, BVCO and GPO, with the names of today."""
    manager = java("org.semanticweb.owlapi.apibinding.OWLManager").createOWLOntologyManager()
    manager.getIRIMappers().add(catalog_mapper(mirror / "catalog-v001.xml"))
    stack = manager.loadOntology(java("org.semanticweb.owlapi.model.IRI").create(STACK))
    modules = [*stack.importsClosure().toList(), *(bridged(mirror, name) for name in ("BVCO", "GPO"))]
    merged = manager.createOntology()
    for module in modules:
        manager.addAxioms(merged, module.axioms())
    return merged


def bridged(mirror: Path, name: str) -> Any:
    """Return BVCO or GPO without its imports."""
    text = (mirror / "extra" / name / f"{name}.ttl").read_text(encoding="utf-8")
    for old, new in RENAMED.items():
        text = text.replace(old, new)
    text = re.sub(r"owl:imports [^;]*;", "", text, count=1)
    manager = java("org.semanticweb.owlapi.apibinding.OWLManager").createOWLOntologyManager()
    source = java("org.semanticweb.owlapi.io.StringDocumentSource")(text)
    return manager.loadOntologyFromOntologyDocument(source)


def leave_out(merged: Any, cause: tuple[str, ...]) -> None:
    """Remove the axioms of a cause; there must be some."""
    kind, *names = cause
    found = [
        axiom
        for axiom in merged.axioms().toList()
        if str(axiom.getAxiomType()) == kind and all(name in str(axiom) for name in names)
    ]
    assert found, f"no {kind} names {names}"
    for axiom in found:
        merged.getOWLOntologyManager().removeAxiom(merged, axiom)


if __name__ == "__main__":
    main()
