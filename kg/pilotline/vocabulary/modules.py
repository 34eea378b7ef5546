"""Assembles the modules of the ontology: tables become the Turtle files that people open in Protégé."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from pilotline import __version__
from pilotline.namespaces import DCTERMS, ONTOLOGY, OWL, RDFS
from pilotline.vocabulary.alignment import alignment_triples
from pilotline.vocabulary.bridge import bridge_triples
from pilotline.vocabulary.catalog import catalog
from pilotline.vocabulary.closure import read_module
from pilotline.vocabulary.context import context
from pilotline.vocabulary.facts import Facts
from pilotline.vocabulary.generator import TYPE, Generator
from pilotline.vocabulary.limits import limit_triples
from pilotline.vocabulary.reported import FILE as REPORTED
from pilotline.vocabulary.reported import reported_shapes
from pilotline.vocabulary.specification import specification_triples, statement_triples
from pilotline.vocabulary.stubs import is_bridged, stack_triples
from pilotline.vocabulary.tables import Tables
from pilotline.vocabulary.turtle import write_turtle
from pilotline.vocabulary.units import unit_triples
from pilotline.vocabulary.upstream import read_releases
from pilotline.vocabulary.words import read_words

# Said of each module, since the source of a term is not the source of all that is said of it.
SOURCES = (
    "The source of a term is where it is named. Definitions, German words, places in the hierarchy and "
    "what a technique determines are knowledge of the field, worded by Pilotline, "
    "also where the source is a paper."
)
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
# domain-battery imports the rest of the stack; EMMO leaves these unit modules out of its own imports.
FULL_IMPORTS = (
    "https://w3id.org/emmo/domain/battery/0.20.1/battery",
    "https://w3id.org/emmo/1.0.2/disciplines/units/otherunits",
    "https://w3id.org/emmo/1.0.2/disciplines/units/siacceptedunits",
    "https://w3id.org/emmo/1.0.2/disciplines/units/specialunits",
    "https://w3id.org/emmo/1.0.2/disciplines/units/unclassifiedunits",
)


@dataclass(frozen=True)
class Module:
    """One generated Turtle file.

    imports: names of our modules, or IRIs.
    triples: makes the terms, properties and header apart.
    """

    name: str
    title: str
    imports: tuple[str, ...]
    triples: Callable[[Generator], Iterable[Triple]] = lambda _: ()

    @property
    def iri(self) -> str:
        """Return the ontology IRI."""
        return module_iri(self.name)

    @property
    def file(self) -> str:
        """Return the name of the file."""
        return f"{self.name}.ttl"

    @property
    def remark(self) -> str:
        """Return the comment on the first line."""
        return f"{self.title}. Made by `pilotline ontology build` from tables/*.csv: change those."

    @property
    def version_iri(self) -> str:
        """Return the IRI of this version."""
        return self.iri.replace(ONTOLOGY, f"{ONTOLOGY}/{__version__}", 1)

    def content(self, generator: Generator) -> Iterator[Triple]:
        """Yield all triples of the module."""
        yield from self.header()
        yield from generator.terms("properties", self.name)
        yield from self.triples(generator)

    def header(self) -> Iterator[Triple]:
        """Yield what the module says of itself."""
        subject = NamedNode(self.iri)
        yield Triple(subject, TYPE, NamedNode(OWL + "Ontology"))
        yield Triple(subject, NamedNode(OWL + "versionIRI"), NamedNode(self.version_iri))
        yield Triple(subject, NamedNode(OWL + "versionInfo"), Literal(__version__))
        yield Triple(subject, NamedNode(DCTERMS + "title"), Literal(self.title, language="en"))
        yield Triple(subject, NamedNode(DCTERMS + "license"), NamedNode(LICENCE))
        yield Triple(subject, NamedNode(RDFS + "comment"), Literal(SOURCES, language="en"))
        for name in self.imports:
            yield Triple(subject, NamedNode(OWL + "imports"), NamedNode(module_iri(name)))


def _of(*tables: str) -> Callable[[Generator], Iterator[Triple]]:
    def triples(generator: Generator) -> Iterator[Triple]:
        for table in tables:
            yield from generator.terms(table)

    return triples


def _parameters(generator: Generator) -> Iterator[Triple]:
    yield from generator.terms("parameters")
    yield from generator.terms("individuals")
    yield from unit_triples(generator)
    yield from limit_triples(generator)


MODULES = (
    Module(
        "steps",
        "Steps of a battery pilot line",
        ("core", "materials", "parameters", "upstream-terms"),
        _of("steps"),
    ),
    Module(
        "materials",
        "Lots, products and equipment of a battery pilot line",
        ("core", "parameters", "steps", "upstream-terms"),
        _of("lots", "equipment"),
    ),
    Module(
        "parameters",
        "Parameters of battery manufacturing, their units, and the lists that values are taken from",
        ("core", "upstream-terms"),
        _parameters,
    ),
    Module(
        "techniques",
        "Techniques that determine parameters",
        ("core", "parameters", "statements", "upstream-terms"),
        _of("techniques"),
    ),
    Module(
        "models",
        "Models of battery manufacturing, their methods and software, and the projects that made them",
        ("core", "parameters", "statements", "steps", "techniques", "upstream-terms"),
        _of("models", "software", "projects"),
    ),
    Module(
        "data-sources",
        "Data sources of a battery pilot line",
        ("core", "parameters", "statements", "upstream-terms"),
        _of("data_sources"),
    ),
    Module(
        "statements",
        "What the paper says in its text: facts, ranges, influences, gaps, and the works it cites",
        ("core", "data-sources", "materials", "models", "parameters", "steps", "techniques"),
        statement_triples,
    ),
    Module(
        "specification",
        "Which parameter matters at which step, and how much: the published tables",
        ("core", "materials", "parameters", "statements", "steps", "techniques"),
        specification_triples,
    ),
    Module(
        "bridge-bvco",
        "Matches with BVCO and GPO, and their hierarchy",
        ("materials", "parameters", "steps"),
        bridge_triples,
    ),
    Module(
        "machine-vocabularies",
        "Matches with the vocabularies of machine makers and of DataBatt",
        ("materials", "parameters"),
        alignment_triples,
    ),
    Module("upstream-terms", "Terms of the EMMO stack that Pilotline refers to", (), stack_triples),
)
CORE = Module("core", "Written by hand", ())


def _pinned(generator: Generator) -> Iterator[Triple]:
    """Yield which commit of each imported release is meant, since tags move."""
    subject = NamedNode(FULL.iri)
    for release in read_releases(generator.tables).values():
        if not is_bridged(f"{release.iri}/"):
            yield Triple(subject, NamedNode(DCTERMS + "source"), NamedNode(release.address))
            meant = f"{release.name} is meant as of commit {release.commit}."
            yield Triple(subject, NamedNode(RDFS + "comment"), Literal(meant, language="en"))


ROOT = Module("pilotline", "Pilotline: battery pilot-line data", ("core", *sorted(m.name for m in MODULES)))
FULL = Module(
    "pilotline-full",
    "Pilotline with the whole of its upstream ontologies",
    ("pilotline", *FULL_IMPORTS),
    _pinned,
)


def module_iri(name: str) -> str:
    """Return the ontology IRI of a module; an IRI stands for itself."""
    if name == "pilotline":
        return ONTOLOGY
    return name if name.startswith("https://") else f"{ONTOLOGY}/{name}"


def build(tables: Tables) -> dict[str, str]:
    """Return the text of each generated file by its name; the same tables give the same text."""
    generator = Generator.of(tables)
    labels = generator.upstream.labels()
    modules = (*MODULES, ROOT, FULL)
    triples = {module.file: list(module.content(generator)) for module in modules}
    core = read_module(tables.folder.parent / CORE.file)
    return {
        **{module.file: write_turtle(triples[module.file], module.remark, labels) for module in modules},
        "catalog-v001.xml": catalog(_ontologies()),
        "context.jsonld": context(Facts({CORE.file: core, **triples}), read_words(tables)),
        REPORTED: reported_shapes(tables),
    }


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write the generated files into the folder of the ontology."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def first_difference(folder: Path, files: Mapping[str, str]) -> str | None:
    """Return where a file in the folder differs from what the tables give, nothing where all agree."""
    for name, text in files.items():
        path = folder / name
        if not path.exists():
            return f"{name}: the file is missing; run `pilotline ontology build`"
        found, expected = path.read_text(encoding="utf-8").splitlines(), text.splitlines()
        for number, (line, right) in enumerate(zip_longest(found, expected), start=1):
            if line != right:
                return f"{name}, line {number}: found {line!r}, the tables give {right!r}"
    return None


def _ontologies() -> Iterator[tuple[str, str]]:
    for module in sorted((CORE, *MODULES, ROOT, FULL), key=lambda module: module.iri):
        yield module.iri, module.file
        yield module.version_iri, module.file
