"""Finds nodes of a store by what people call them."""

import re
from collections.abc import Iterable

from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions, Store, Variable

from pilotline.errors import PilotlineError
from pilotline.namespaces import ONTOLOGY, PL, PREFIXES, RDF, RDFS, SKOS
from pilotline.vocabulary.terms import spaced

_LABELS = tuple(
    NamedNode(iri) for iri in (RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel", PL + "alias")
)
_BY_USE = tuple(NamedNode(iri) for iri in (SKOS + "altLabel", RDFS + "label", SKOS + "prefLabel"))
_TERMS_ALONE = (NamedNode(PL + "ProcessStep"), NamedNode(PL + "Parameter"))
_LANGUAGES = ("en", "de")
_TYPE, _SUB_CLASS = NamedNode(RDF + "type"), NamedNode(RDFS + "subClassOf")
_ANY_CASE = """
SELECT DISTINCT ?node ?wanted WHERE {
  ?node rdfs:label|skos:prefLabel|skos:altLabel|pl:alias ?label .
  FILTER(isIRI(?node) && LCASE(STR(?label)) = ?wanted)
}
"""


class NamingError(PilotlineError, ValueError):
    """A name that stands for no node, or for several."""


def node_called(store: Store, text: str, below: NamedNode | None = None) -> NamedNode:
    """Return the node with this IRI, CURIE or label.

    below: the class that a node found by its label must be an instance or a subclass of.
    Errors: NamingError where nothing or more than one node is called so.
    """
    if re.match(r"[a-z][a-z0-9+.-]*://", text):
        return _node(text)
    prefix, colon, local = text.partition(":")
    if colon and prefix in PREFIXES:
        return _node(PREFIXES[prefix] + local)
    nodes = named(store, text, below)
    if not nodes:
        ours = below is not None and below.value.startswith(PL)
        what = f"no {below.value.removeprefix(PL)}" if below and ours else "nothing in the store"
        raise NamingError(f"{what} is called {text!r}; give its IRI or its label")
    if len(nodes) > 1:
        raise NamingError(f"{text!r} names {' and '.join(str(node) for node in nodes[:5])}; give the IRI")
    return nodes[0]


def _node(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise NamingError(f"{iri!r} is no IRI") from error


def named(store: Store, text: str, below: NamedNode | None = None) -> list[NamedNode]:
    """Return the nodes with this label, in the order of their IRIs; letter case counts last.

    below: the class that a node must be an instance or a subclass of.
    """
    name = text.strip()
    for found in (_exactly(store, name), _in_any_case(store, name)):
        fitting = sorted({node for node in found if below is None or _is(store, node, below)}, key=str)
        if fitting:
            return fitting
    return []


def _exactly(store: Store, name: str) -> Iterable[NamedNode]:
    """Yield what the indexes find: a term of the ontology by its local name, a node by its label."""
    if (local := _camel(name)).isidentifier():
        term = NamedNode(f"{ONTOLOGY}#{local}")
        if next(store.quads_for_pattern(term, None, None, DefaultGraph()), None):
            yield term
    for label in (Literal(name), *(Literal(name, language=language) for language in _LANGUAGES)):
        for predicate in _LABELS:
            for quad in store.quads_for_pattern(None, predicate, label, DefaultGraph()):
                if isinstance(quad.subject, NamedNode):
                    yield quad.subject


def _in_any_case(store: Store, name: str) -> Iterable[NamedNode]:
    wanted = {Variable("wanted"): Literal(name.lower())}
    rows = store.query(_ANY_CASE, prefixes=PREFIXES, substitutions=wanted)  # type: ignore[arg-type]
    assert isinstance(rows, QuerySolutions)
    for row in rows:
        node = row["node"]
        assert isinstance(node, NamedNode)
        yield node


def _is(store: Store, node: NamedNode, wanted: NamedNode) -> bool:
    types = (quad.object for quad in store.quads_for_pattern(node, _TYPE, None, DefaultGraph()))
    return any(
        next(store.quads_for_pattern(known, _SUB_CLASS, wanted, DefaultGraph()), None)
        for known in (node, *types)
        if isinstance(known, NamedNode)
    )


def _camel(words: str) -> str:
    """Return the local name that words would have: `machine learning` is `MachineLearning`."""
    return "".join(word[:1].upper() + word[1:] for word in words.replace("-", " ").split())


def names_below(store: Store, top: NamedNode, most: int) -> list[str]:
    """Return what people call our classes below a class, and so many things of each of them, in order.

    Of steps and parameters the terms alone: nobody names a run where a step is asked for.
    """
    classes = {top, *_subjects(store, _SUB_CLASS, top)}
    names = {_usual_name(store, each) for each in classes - {top} if each.value.startswith(PL)}
    for each in {top} if top in _TERMS_ALONE else classes:
        things = sorted(_subjects(store, _TYPE, each), key=lambda node: (len(node.value), node.value))
        names |= {_usual_name(store, thing) for thing in things[:most]}
    return sorted(names - {""}, key=lambda name: (len(name.split()), name.casefold()))


def _subjects(store: Store, predicate: NamedNode, target: NamedNode) -> set[NamedNode]:
    quads = store.quads_for_pattern(None, predicate, target, DefaultGraph())
    return {quad.subject for quad in quads if isinstance(quad.subject, NamedNode)}


def _usual_name(store: Store, node: NamedNode) -> str:
    """Return the local name in plain words where it is a name, else an English name or the label."""
    plain = spaced(node.value.removeprefix(PL))
    for predicate in _BY_USE:
        quads = store.quads_for_pattern(node, predicate, None, DefaultGraph())
        texts = [quad.object for quad in quads if isinstance(quad.object, Literal)]
        if english := sorted(text.value for text in texts if text.language in (None, "en")):
            return next((name for name in english if name.lower() == plain), english[0])
    return ""
