"""No class of ours has the name of an upstream class without a link to it, or a reason why it has none."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Set
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from beside import shared
from pyoxigraph import Literal, NamedNode, Triple

from pilotline.namespaces import OWL, PL, RDF, SKOS
from pilotline.vocabulary.closure import closed_hierarchy, load_ontology, read_module
from pilotline.vocabulary.mirror import read_mirror
from pilotline.vocabulary.names import expand
from pilotline.vocabulary.stubs import is_bridged
from pilotline.vocabulary.tables import Tables
from pilotline.vocabulary.terms import folded

# A node of RDF, of whatever kind.
Node: TypeAlias = Any
Names: TypeAlias = dict[str, set[Node]]

REASONS = Path(__file__).parent / "cases" / "same_words.csv"
NAMES = NamedNode(SKOS + "prefLabel"), NamedNode(SKOS + "altLabel")
A_CLASS = NamedNode(RDF + "type"), NamedNode(OWL + "Class")


@pytest.fixture(scope="module")
def ontology() -> list[Triple]:
    return list(load_ontology())


@pytest.fixture(scope="module")
def upstream() -> Names:
    """Return the classes of the EMMO stack by name."""
    mirror, folder = read_mirror(shared("upstream"), Tables.shipped()), shared("upstream")
    classes = {iri for iri, term in mirror.upstream.terms.items() if term.kind == "Class"}
    kept = {NamedNode(iri) for iri in classes - mirror.deprecated if not is_bridged(iri)}
    releases = [folder / row["folder"] for row in Tables.shipped().rows("releases")]
    files = [file for release in releases for file in release.rglob("*.ttl")]
    return by_name((triple for file in files for triple in read_module(file)), kept)


def by_name(triples: Iterable[Triple], kept: Set[Node]) -> Names:
    """Return the nodes that have an English name, by that name, spelt however."""
    found: Names = defaultdict(set)
    for subject, predicate, name in triples:
        named = subject in kept and predicate in NAMES and isinstance(name, Literal)
        if named and name.language in (None, "en"):
            found[folded(name.value)].add(subject)
    return found


def namesakes(ontology: list[Triple], upstream: Names) -> set[tuple[Node, Node]]:
    """Return each class of ours with each upstream class of the same name that is neither above nor below."""
    ours = {s for s, *a_class in ontology if tuple(a_class) == A_CLASS and str(s).startswith(f"<{PL}")}
    linked = {(below, above) for below, _, above in closed_hierarchy(ontology)}
    named = by_name(ontology, ours)
    pairs = {(own, theirs) for name in named for own in named[name] for theirs in upstream.get(name, ())}
    return {pair for pair in pairs if pair not in linked and pair[::-1] not in linked}


def test_namesake_upstream_is_linked_or_kept_apart_for_a_reason(
    ontology: list[Triple], upstream: Names
) -> None:
    names = read_mirror(shared("upstream"), Tables.shipped()).upstream
    with REASONS.open(encoding="utf-8", newline="") as file:
        reasons = list(csv.DictReader(file))
    assert all(row["reason"] for row in reasons)
    apart = [(expand(row["ours"]), names.iri(row["upstream"])) for row in reasons]
    assert namesakes(ontology, upstream) == {(NamedNode(own), NamedNode(theirs)) for own, theirs in apart}


def test_namesake_without_a_link_is_found(ontology: list[Triple], upstream: Names) -> None:
    speed = NamedNode(PL + "Speed")
    added = [Triple(speed, *A_CLASS), Triple(speed, NAMES[0], Literal("Speed", language="en"))]
    assert speed in {own for own, _ in namesakes([*ontology, *added], upstream)}
