"""Gives the blank nodes of RDF handed in IRIs made from what is said of them, so that they stay the same.

The graph has no blank nodes: a file that is handed in again could not be compared with what was there.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from hashlib import sha256

from pyoxigraph import BlankNode, NamedNode, Quad

FOLDER = "node"
# How far around it a node in a circle is looked at.
_ROUNDS = 8
Names = Mapping[BlankNode, str]
Said = Mapping[BlankNode, Sequence[Quad]]


def skolemised(quads: Sequence[Quad], dataset: str) -> list[Quad]:
    """Return quads with an IRI below a dataset for each blank node.

    What says the same at the same place gets the same IRI, whatever else the file says.
    """
    found = _numbered(_digests(quads))
    names = {node: NamedNode(f"{dataset}/{FOLDER}/{name}") for node, name in found.items()}
    return [
        Quad(
            names[q.subject] if isinstance(q.subject, BlankNode) else q.subject,
            q.predicate,
            names[q.object] if isinstance(q.object, BlankNode) else q.object,
            q.graph_name,
        )
        for q in quads
    ]


def _digests(quads: Sequence[Quad]) -> Names:
    """Return a digest for each node: of what it says, with all below, and of what points to it."""
    nodes = dict.fromkeys(t for q in quads for t in (q.subject, q.object) if isinstance(t, BlankNode))
    said: dict[BlankNode, list[Quad]] = defaultdict(list)
    pointed: dict[BlankNode, list[Quad]] = defaultdict(list)
    for quad in quads:
        if isinstance(quad.subject, BlankNode):
            said[quad.subject].append(quad)
        if isinstance(quad.object, BlankNode):
            pointed[quad.object].append(quad)
    below = {node: {q.object for q in said[node] if isinstance(q.object, BlankNode)} for node in nodes}
    try:
        order = list(TopologicalSorter(below).static_order())
    except CycleError:
        return _in_circles(list(nodes), said, pointed)
    content: dict[BlankNode, str] = {}
    for node in order:
        content[node] = _digest(_below(said[node], content))
    place: dict[BlankNode, str] = {}
    for node in reversed(order):
        place[node] = _digest([content[node], *_above(pointed[node], place)])
    return {node: place[node] for node in nodes}


def _in_circles(nodes: Sequence[BlankNode], said: Said, pointed: Said) -> Names:
    """Return a digest for each node, of what is said a few steps around it."""
    digests = dict.fromkeys(nodes, "")
    for _ in range(_ROUNDS):
        digests = {
            node: _digest([*_below(said[node], digests), *_above(pointed[node], digests)]) for node in nodes
        }
    return digests


def _numbered(digests: Names) -> Names:
    """Return names; nodes that say the same at the same place are numbered: two of a thing are two."""
    seen: Counter[str] = Counter()
    names = {}
    for node, digest in digests.items():
        seen[digest] += 1
        names[node] = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
    return names


def _below(quads: Iterable[Quad], known: Names) -> list[str]:
    return [f"> {q.predicate} {_term(q.object, known)}" for q in quads]


def _above(quads: Iterable[Quad], known: Names) -> list[str]:
    return [f"< {q.predicate} {_term(q.subject, known)}" for q in quads]


def _term(term: object, known: Names) -> str:
    return known[term] if isinstance(term, BlankNode) else str(term)


def _digest(parts: Iterable[str]) -> str:
    return sha256("\n".join(sorted(parts)).encode()).hexdigest()[:20]
