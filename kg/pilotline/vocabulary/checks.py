"""Checks the ontology: its files become findings."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path

from pyoxigraph import NamedNode

from pilotline.findings import Finding, Severity
from pilotline.iris import LOT_KINDS
from pilotline.namespaces import DCTERMS, ELUCIDATION, EMMO, OWL, PL, RDFS, SKOS
from pilotline.vocabulary.closure import closed_hierarchy
from pilotline.vocabulary.conversions import Conversion, pint_conversion
from pilotline.vocabulary.facts import Facts, short
from pilotline.vocabulary.mirror import Mirror, read_mirror
from pilotline.vocabulary.modules import build, first_difference
from pilotline.vocabulary.names import compact, is_ours, is_upstream
from pilotline.vocabulary.tables import Tables
from pilotline.vocabulary.terms import folded
from pilotline.vocabulary.upstream import read_upstream

TOP = EMMO + "EMMO_802d3e92_8770_4f98_a289_ccaaab7fdddf"
_LABEL, _SYNONYM = SKOS + "prefLabel", SKOS + "altLabel"
_BEARER = re.compile(rf"run|room|equipment|(input|output):({'|'.join(LOT_KINDS)})")
PARAMETER, SPECIFICATION, ASSESSMENT = PL + "Parameter", PL + "ParameterSpecification", PL + "Assessment"
_ROW = ("tableNumber", "rowNumber")
_SPECIFICATION_PARTS = ("ofParameter", "inStep", "role", "bearer")
_ASSESSMENT_PARTS = ("assessmentDimension", "level", "basis", "confidence")


def check_ontology(folder: Path, mirror: Path | None = None) -> list[Finding]:
    """Return what is wrong with the ontology in a folder.

    mirror: a copy of the upstream releases, against which the upstream terms are compared.
    """
    findings = [finding for path in sorted(folder.glob("*.ttl")) for finding in unparsable(path)]
    if findings:
        return findings
    findings += check_facts(Facts.read(sorted(folder.glob("*.ttl"))))
    findings += out_of_date(folder)
    tables = Tables(folder / "tables")
    findings += units(tables)
    findings += conversions(tables)
    if mirror:
        findings += differs_from_mirror(tables, read_mirror(mirror, tables))
    return findings


def check_facts(facts: Facts) -> list[Finding]:
    """Return what is wrong with the triples of the ontology."""
    return [finding for check in CHECKS for finding in check(facts)]


def unparsable(path: Path) -> Iterator[Finding]:
    """Find a file that is not Turtle."""
    try:
        Facts.read([path])
    except SyntaxError as error:
        yield Finding("Ontology-parse", Severity.VIOLATION, f"not Turtle: {error}", file=path.name)


def labels(facts: Facts) -> Iterator[Finding]:
    """Find terms without exactly one English CamelCase label, or without the words people use."""
    for iri in facts.ours():
        found = facts.literals(iri, _LABEL)
        english = facts.literals(iri, _LABEL, "en")
        if len(found) != 1 or len(english) != 1:
            yield _finding(facts, "label", iri, f"has {len(english)} English prefLabels, not exactly one")
        elif " " in english[0]:
            yield _finding(facts, "label", iri, f"the prefLabel {english[0]!r} holds a blank; use CamelCase")
        if not facts.literals(iri, _SYNONYM, "en"):
            yield _finding(facts, "synonym", iri, "has no English altLabel in plain words")


def definitions(facts: Facts) -> Iterator[Finding]:
    """Find terms without exactly one definition."""
    for iri in facts.ours():
        count = len(facts.literals(iri, ELUCIDATION, "en"))
        if count != 1:
            yield _finding(facts, "definition", iri, f"has {count} English elucidations, not exactly one")


def sources(facts: Facts) -> Iterator[Finding]:
    """Find terms without a source."""
    for iri in facts.ours():
        if not facts.by_subject[iri].get(DCTERMS + "source"):
            yield _finding(facts, "source", iri, "has no dcterms:source")


def unique_labels(facts: Facts) -> Iterator[Finding]:
    """Find labels that several terms have, and words that lead to several parameters or steps."""
    by_label = _grouped((label, iri) for iri in facts.ours() for label in facts.literals(iri, _LABEL))
    for label, iris in by_label.items():
        yield from _shared(facts, label, iris)
    for sort in (_parameters(facts), _steps(facts)):
        words = _grouped((folded(word), iri) for iri in sort for word in _words(facts, iri))
        for word, iris in words.items():
            yield from _shared(facts, word, iris)


def cycles(facts: Facts) -> Iterator[Finding]:
    """Find classes and properties that are stated, over others, to be below themselves."""
    for predicate in (RDFS + "subClassOf", RDFS + "subPropertyOf"):
        for iri in sorted(facts.by_subject):
            if path := _way_back(facts, iri, predicate):
                yield _finding(facts, "cycle", iri, "is below itself: " + " > ".join(map(short, path)))


def dangling(facts: Facts) -> Iterator[Finding]:
    """Find IRIs of ours or of upstream that no file declares."""
    reported = set()
    for file, triples in facts.files.items():
        for triple in triples:
            for node in (triple.subject, triple.predicate, triple.object):
                if isinstance(node, NamedNode) and _undeclared(facts, node.value) and node not in reported:
                    reported.add(node)
                    where = short(triple.subject.value) if isinstance(triple.subject, NamedNode) else "a list"
                    message = f"{short(node.value)} is used by {where} and declared nowhere"
                    yield Finding(
                        "Ontology-dangling", Severity.VIOLATION, message, file=file, focus=short(node.value)
                    )


def places(facts: Facts) -> Iterator[Finding]:
    """Find classes of ours that do not hang below EMMO."""
    triples = (triple for triples in facts.files.values() for triple in triples)
    below = {t.subject for t in closed_hierarchy(triples) if t.object == NamedNode(TOP)}
    for iri in facts.ours():
        if OWL + "Class" in facts.types(iri) and NamedNode(iri) not in below:
            yield _finding(facts, "place", iri, "hangs below no EMMO class")


def merged(facts: Facts) -> Iterator[Finding]:
    """Find two classes of ours that equal each other, as when both are said to equal one upstream class."""
    triples = (triple for triples in facts.files.values() for triple in triples)
    closed = {(t.subject, t.object) for t in closed_hierarchy(triples)}
    ours = [NamedNode(iri) for iri in facts.ours()]
    for one, other in combinations([node for node in ours if (node, node) in closed], 2):
        if (one, other) in closed and (other, one) in closed:
            yield _finding(facts, "merged", one.value, f"equals {short(other.value)}")


def specifications(facts: Facts) -> Iterator[Finding]:
    """Find specifications and assessments that lack a part, or name a wrong one."""
    for iri in facts.ours():
        types = facts.types(iri)
        if SPECIFICATION in types:
            yield from _parts(facts, iri, _SPECIFICATION_PARTS)
            yield from _kinds(facts, iri)
        if ASSESSMENT in types:
            yield from _parts(facts, iri, _ASSESSMENT_PARTS)
            yield from _one_row(facts, iri)


def out_of_date(folder: Path) -> Iterator[Finding]:
    """Find the first generated file that is not what the tables give."""
    if difference := first_difference(folder, build(Tables(folder / "tables"))):
        file, _, message = difference.partition(":")
        hint = "run `pilotline ontology build`"
        yield Finding("Ontology-outdated", Severity.VIOLATION, message.strip(), hint, file=file.split(",")[0])


def units(tables: Tables) -> Iterator[Finding]:
    """Find parameters with a unit that the table of units lacks, or that is of another dimension."""
    dimensions = {row["symbol"]: row["dimension"] for row in tables.rows("units")}
    for row in tables.rows("parameters"):
        for unit in (*row.values("unit"), *row.values("unit_alternatives")):
            if (found := dimensions.get(unit, "unknown")) != row["dimension"]:
                message = f"{row['term']} has the dimension {row['dimension']}; that of {unit!r} is {found}"
                yield Finding(
                    "Ontology-unit",
                    Severity.VIOLATION,
                    message,
                    file="parameters.csv",
                    cell=f"row {row.number}",
                    focus=row["term"],
                )


def conversions(tables: Tables) -> Iterator[Finding]:
    """Find units that the table converts otherwise than pint does."""
    for row in tables.rows("units"):
        given = Conversion.of(row)
        if given != (right := pint_conversion(row["pint"])):
            message = f"{row['symbol']} is converted by {given}; by pint that is {right}"
            place = f"row {row.number}"
            yield Finding("Ontology-conversion", Severity.VIOLATION, message, file="units.csv", cell=place)


def differs_from_mirror(tables: Tables, mirror: Mirror) -> Iterator[Finding]:
    """Find upstream terms whose facts are not those of the mirror."""
    for iri, term in read_upstream(tables).terms.items():
        if mirror.upstream.terms.get(iri) != term:
            message = f"{short(iri)} ({term.label}) is not in the mirror as it stands here"
            hint = "run `pilotline ontology import`"
            yield Finding(
                "Ontology-mirror", Severity.VIOLATION, message, hint, "upstream.csv", focus=short(iri)
            )


CHECKS = (
    labels, definitions, sources, unique_labels, cycles, dangling, places, merged, specifications,
)  # fmt: skip


def _finding(facts: Facts, code: str, iri: str, message: str) -> Finding:
    return Finding(
        f"Ontology-{code}",
        Severity.VIOLATION,
        f"{short(iri)} {message}",
        file=facts.file_of(iri),
        focus=short(iri),
    )


def _parameters(facts: Facts) -> list[str]:
    return [iri for iri in facts.ours() if PARAMETER in facts.types(iri)]


def _steps(facts: Facts) -> list[str]:
    return [iri for iri in facts.ours() if facts.literals(iri, PL + "slug")]


def _words(facts: Facts, iri: str) -> list[str]:
    return [*facts.literals(iri, _LABEL), *facts.literals(iri, _SYNONYM)]


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for key, value in pairs:
        groups[key].add(value)
    return {key: sorted(values) for key, values in groups.items()}


def _shared(facts: Facts, label: str, iris: list[str]) -> Iterator[Finding]:
    if len(iris) > 1:
        others = ", ".join(map(short, iris[1:]))
        yield _finding(facts, "ambiguous", iris[0], f"shares the label {label!r} with {others}")


def _way_back(facts: Facts, start: str, predicate: str) -> list[str]:
    """Return the way from a term over its parents back to it, empty where there is none."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for parent in facts.iris(way[-1], predicate):
            if parent == start:
                return [*way, start]
            if parent not in seen:
                seen.add(parent)
                ways.append([*way, parent])
    return []


def _undeclared(facts: Facts, iri: str) -> bool:
    # An upstream IRI with a dot in its local name is a release, not a term.
    is_term = is_ours(iri) or (is_upstream(iri) and compact(iri) is not None)
    return is_term and iri not in facts.declared_in


def _parts(facts: Facts, iri: str, parts: tuple[str, ...]) -> Iterator[Finding]:
    for part in parts:
        count = len(facts.by_subject[iri].get(PL + part, ()))
        if count != 1:
            yield _finding(facts, "specification", iri, f"has {count} values of pl:{part}, not exactly one")


def _one_row(facts: Facts, iri: str) -> Iterator[Finding]:
    """A printed cell rates one row; a composite row was parted into several specifications."""
    assessed = facts.iris(iri, PL + "assesses")
    rows = {_row(facts, spec) for spec in assessed}
    if not assessed or (len(assessed) > 1 and len(rows) > 1):
        yield _finding(facts, "specification", iri, "does not assess what stands on one printed row")


def _row(facts: Facts, specification: str) -> tuple[str, ...]:
    return tuple(text for part in _ROW for text in facts.literals(specification, PL + part))


def _kinds(facts: Facts, iri: str) -> Iterator[Finding]:
    for parameter in facts.iris(iri, PL + "ofParameter"):
        if PARAMETER not in facts.types(parameter):
            yield _finding(facts, "specification", iri, f"names {short(parameter)}, which is no parameter")
    for step in facts.iris(iri, PL + "inStep"):
        if not facts.literals(step, PL + "slug"):
            yield _finding(facts, "specification", iri, f"names {short(step)}, which is no step")
    for bearer in facts.literals(iri, PL + "bearer"):
        if not _BEARER.fullmatch(bearer):
            yield _finding(
                facts, "specification", iri, f"has the bearer {bearer!r}, which is none of the known"
            )
